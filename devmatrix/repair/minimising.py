"""The smallest part of a set that still does what the whole does (delta debugging)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def minimise(items: Sequence[Item], does: Callable[[Sequence[Item]], bool], budget: int = 40) -> tuple[Item, ...]:
    """A part that does it and of which no single item can be left out; what was found so far when the budget is spent.

    ``does(items)`` holds already. Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input,
    2002 (ddmin without the test of complements of size one twice).
    """
    kept, parts = tuple(items), 2
    while len(kept) > 1 and budget > 0:
        size = -(-len(kept) // parts)
        chunks = [kept[start : start + size] for start in range(0, len(kept), size)]
        rests = [tuple(item for item in kept if item not in chunk) for chunk in chunks] if len(chunks) > 2 else []
        smaller = None
        for choice in (*chunks, *rests):
            if budget <= 0:
                break
            budget -= 1
            if does(choice):
                smaller = choice
                break
        if smaller is not None:
            parts = max(parts - 1, 2) if smaller in rests else 2
            kept = tuple(smaller)
        elif parts >= len(kept):
            break
        else:
            parts = min(len(kept), parts * 2)
    return kept
