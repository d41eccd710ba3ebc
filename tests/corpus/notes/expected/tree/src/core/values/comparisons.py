"""Comparisons of which either side may be null: they are false then."""

from typing import Any


def equal(left: object, right: object) -> bool:
    """Whether both are there and the same."""
    return left is not None and right is not None and left == right


def different(left: object, right: object) -> bool:
    """Whether both are there and not the same."""
    return left is not None and right is not None and left != right


def less(left: Any, right: Any) -> bool:
    """Whether both are there and the left one is less."""
    return left is not None and right is not None and bool(left < right)


def at_most(left: Any, right: Any) -> bool:
    """Whether both are there and the left one is less or the same."""
    return left is not None and right is not None and bool(left <= right)


def more(left: Any, right: Any) -> bool:
    """Whether both are there and the left one is more."""
    return left is not None and right is not None and bool(left > right)


def at_least(left: Any, right: Any) -> bool:
    """Whether both are there and the left one is more or the same."""
    return left is not None and right is not None and bool(left >= right)
