"""Places that keep patterns, all behind the same questions."""
