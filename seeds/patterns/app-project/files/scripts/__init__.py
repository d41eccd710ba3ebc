"""Scripts for operators."""
