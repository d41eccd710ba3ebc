"""A generated application in memory."""

import hashlib

from devmatrix.ir.base import Node, NodeId


class Origin(Node):
    """Where a function, class or whole file comes from (``qualified_name`` empty: the whole file)."""

    qualified_name: str
    pattern: str
    version: str
    fragment: str
    node: NodeId


class GeneratedFile(Node):
    """A text file; ``path`` is relative to the application's folder, with ``/``."""

    path: str
    text: str
    origins: tuple[Origin, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes as written (UTF-8)."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class FileTree(Node):
    """All files, sorted by path."""

    files: tuple[GeneratedFile, ...]

    def text(self, path: str) -> str:
        """The text of a file; KeyError when there is none."""
        for file in self.files:
            if file.path == path:
                return file.text
        raise KeyError(path)
