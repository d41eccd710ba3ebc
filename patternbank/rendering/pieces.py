"""What rendering hands on: pieces of files, and files with the origin of their parts."""

from typing import Literal

from patternbank.values import Frozen


class RenderedPiece(Frozen):
    """A whole file, or a fragment of one, and where it goes."""

    pattern: str
    fragment: str
    kind: Literal["file", "fragment"]
    path: str
    text: str
    place: str = "body"
    order: int = 50
    into: str | None = None
    key: str = ""
    node: str = ""

    @property
    def origin(self) -> str:
        """Say where the piece is from, for messages."""
        return f"{self.pattern}:{self.fragment}" + (f" for {self.node}" if self.node else "")


class SourceEntry(Frozen):
    """One name of a file and the fragment that it came from; the name is empty for the file as a whole."""

    path: str
    name: str
    pattern: str
    fragment: str
    node: str


class ComposedFile(Frozen):
    """A file of the tree, and the origin of every name in it."""

    path: str
    text: str
    sources: tuple[SourceEntry, ...]
