"""Find paths of a file tree that leave its folder or cannot stand beside each other."""

import re
from collections.abc import Iterator

from devmatrix.artifacts.tree import FileTree
from devmatrix.checks.places import finding
from devmatrix.diagnostics import Diagnostic, Span

_SEGMENT = re.compile(r"[A-Za-z0-9_.@+=,~ -]+")


def check_paths(tree: FileTree) -> tuple[Diagnostic, ...]:
    """Relative, inside, each once whatever the case, no file where another needs a folder, text that is UTF-8."""
    return (*_outside(tree), *_clashing(tree), *_unwritable(tree))


def _outside(tree: FileTree) -> Iterator[Diagnostic]:
    for file in tree.files:
        segments = file.path.split("/")
        if any(part in ("", ".", "..") or not _SEGMENT.fullmatch(part) or part[-1] in ". " for part in segments):
            yield finding("DM811", _start(file.path), f"the path {file.path!r} does not stay inside the folder")


def _clashing(tree: FileTree) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for file in tree.files:
        if (first := seen.get(file.path.casefold())) is not None:
            yield finding("DM812", _start(file.path), f"{file.path!r} and {first!r} are the same path on some systems")
        seen[file.path.casefold()] = file.path
    for path in tree.files:
        segments = path.path.casefold().split("/")
        for length in range(1, len(segments)):
            if (folder := "/".join(segments[:length])) in seen:
                yield finding("DM812", _start(path.path), f"{seen[folder]!r} is a file and a folder at once")


def _unwritable(tree: FileTree) -> Iterator[Diagnostic]:
    for file in tree.files:
        try:
            file.text.encode()
        except UnicodeEncodeError:
            yield finding("DM814", _start(file.path), f"the text of {file.path!r} cannot be written as UTF-8")


def _start(path: str) -> Span:
    return Span(file=path, line=1, column=1, end_line=1, end_column=1)
