"""One part of a difference of two texts, that can be taken over or taken back alone."""

from typing import Literal

from devmatrix.ir.base import Node
from devmatrix.repair.statements import bare, names_defined, without_marks


class Hunk(Node):
    """In the scope (names of the classes and functions around it) ``old`` statements become ``new`` ones.

    ``header``: what stands before the colon of a statement changes, and what is inside stays. ``whole``: the text of a
    file that is no Python. ``line`` is that of the old text. Statements hold the lines above them, and marks where
    blocks end.

    ``above`` and ``below`` are the statements beside it, as they are in the old and in the new text, empty at an end
    of the block; ``beside`` is the text of one of them that is the same in both. ``twin`` says which of how many equal
    places of the old text it is, ``back`` of the new one.
    """

    file: str
    scope: tuple[str, ...] = ()
    kind: Literal["statements", "header", "whole"] = "statements"
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: tuple[str, str] = ("", "")
    below: tuple[str, str] = ("", "")
    beside: tuple[Literal["above", "below"], str] | None = None
    twin: tuple[int, int] = (0, 1)
    back: tuple[int, int] = (0, 1)
    line: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are defined on the spot by what changes: in the old text, else in the new one."""
        if self.kind == "whole":
            return ()
        old, new = [bare(code) for code in self.old], [bare(code) for code in self.new]
        changed = (*(code for code in old if code not in new), *(code for code in new if code not in old))
        return tuple(dict.fromkeys(name for code in changed for name in names_defined(code)))

    @property
    def anchored(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Old and new statements; what is only put in, or only taken out, has the statement beside it in both."""
        old, new = (tuple(map(without_marks, codes)) for codes in (self.old, self.new))
        if self.beside is None or (old and new):
            return old, new
        where, code = self.beside[0], without_marks(self.beside[1])
        return ((code, *old), (code, *new)) if where == "above" else ((*old, code), (*new, code))

    @property
    def reverse(self) -> "Hunk":
        """The way back."""
        return self.model_copy(update={"old": self.new, "new": self.old, "twin": self.back, "back": self.twin})


class NoPlace(Exception):  # noqa: N818 - a property of a text
    """A text has no place, or several, where a hunk goes."""
