"""Cells, bullets and head lines to pieces: the grammar of everything that is no expression."""
