"""The expressions: parse, type-check, evaluate, solve."""
