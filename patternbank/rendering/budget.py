"""What one rendering may cost: counted in steps and characters, never in seconds, so that every machine agrees."""

from collections.abc import Mapping

from jinja2.exceptions import SecurityError

MOST_STEPS = 5_000_000
MOST_TEXT = 10_000_000
LARGEST = 300_000
"""How many values one value may be made of where it is walked."""
ROUND = 10
"""What a round of a loop or a call of a macro costs, besides one step for each node in its body."""


class Budget:
    """What is left for one rendering."""

    __slots__ = ("steps", "text")

    def __init__(self) -> None:
        self.steps = MOST_STEPS
        self.text = MOST_TEXT

    def spend(self, steps: int) -> None:
        """Count steps."""
        self.steps -= steps
        if self.steps < 0:
            raise SecurityError(f"the template takes more than {MOST_STEPS} steps")

    def write(self, characters: int) -> None:
        """Count characters that are printed, or made by a filter or a macro."""
        self.text -= characters
        if self.text < 0:
            raise SecurityError(f"the template makes more than {MOST_TEXT} characters")


def weight(value: object) -> int:
    """Give how many values a value is made of, each as often as it is met; refuse one that is made of too many."""
    if not isinstance(value, (list, tuple, Mapping)):
        return 1 + len(value) // 100 if isinstance(value, str) else 1
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        count += 1
        if isinstance(one, Mapping):
            waiting.extend(one.values())
            count += len(one)
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
        elif isinstance(one, str):
            count += len(one) // 100
        if count > LARGEST:
            raise SecurityError(f"a value is made of more than {LARGEST} values")
    return count
