"""Lessons: what failures taught, as data that a build can follow."""
