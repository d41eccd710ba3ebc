"""A model that knows four words: enough to tell texts apart, and the same on every machine."""

from collections.abc import Sequence

KNOWN = ("gem", "stone", "river", "tree")


class WordEncoder:
    """Counts the words that it knows; see ``Encoder``."""

    name = "four words"
    dimension = 5

    def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Give one vector of length 1 for each text."""
        return tuple(_encoded(text) for text in texts)


def _encoded(text: str) -> tuple[float, ...]:
    counts = [float(text.casefold().split().count(word)) for word in KNOWN] + [0.1]
    length = sum(count * count for count in counts) ** 0.5
    return tuple(count / length for count in counts)
