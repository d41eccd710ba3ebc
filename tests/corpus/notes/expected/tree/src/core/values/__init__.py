"""What conditions and effects compute with: null-safe, exact, and refusing what has no result."""

from src.core.values.arithmetic import minus, negative, plus, times, whole
from src.core.values.comparisons import at_least, at_most, different, equal, less, more
from src.core.values.division import quotient, remainder, rounded, rounded_or_none, whole_quotient
from src.core.values.lists import (
    average,
    exact_sum,
    greatest,
    greatest_of,
    in_order,
    least,
    least_of,
    length,
    whole_sum,
)
from src.core.values.passwords import hashed
from src.core.values.spans import days, duration, hours, minutes, timestamp
from src.core.values.texts import contains, ends_with, lower_ascii, matches, starts_with, upper_ascii

__all__ = [
    "at_least",
    "at_most",
    "average",
    "contains",
    "days",
    "different",
    "duration",
    "ends_with",
    "equal",
    "exact_sum",
    "greatest",
    "greatest_of",
    "hashed",
    "hours",
    "in_order",
    "least",
    "least_of",
    "length",
    "less",
    "lower_ascii",
    "matches",
    "minus",
    "minutes",
    "more",
    "negative",
    "plus",
    "quotient",
    "remainder",
    "rounded",
    "rounded_or_none",
    "starts_with",
    "times",
    "timestamp",
    "upper_ascii",
    "whole",
    "whole_quotient",
    "whole_sum",
]
