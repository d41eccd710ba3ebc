"""Evaluate expressions, inputs and statements over rows in memory: the executable model of an operation."""
