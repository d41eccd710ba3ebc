"""Rows and values: valid ones, ones of a scenario's own, and ones that break a rule."""
