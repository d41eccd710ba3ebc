"""What a repair changes in a tree: the text for people, and the place that is to blame."""

import difflib
from collections.abc import Iterator

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.repair.hunk import Hunk
from devmatrix.repair.hunks import hunks


def unified(before: FileTree, after: FileTree) -> str:
    """The difference of two trees as a patch."""
    old, new = _texts(before), _texts(after)
    return "".join(
        line if line.endswith("\n") else f"{line}\n"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
        for line in difflib.unified_diff(
            old.get(path, "").splitlines(keepends=True),
            new.get(path, "").splitlines(keepends=True),
            f"a/{path}" if path in old else "/dev/null",
            f"b/{path}" if path in new else "/dev/null",
        )
    )


def all_hunks(before: FileTree, after: FileTree) -> tuple[Hunk, ...]:
    """The hunks that make one tree of another, by path; a file that one of them lacks is a whole."""
    old, new = _texts(before), _texts(after)
    return tuple(
        hunk for path in sorted(old.keys() | new.keys()) for hunk in hunks(path, old.get(path, ""), new.get(path, ""))
    )


def blamed(before: FileTree, after: FileTree) -> tuple[Suspect, ...]:
    """Where a proved repair changed the tree: the places at fault, each file once with its first line."""
    files = {file.path: file for file in before.files}
    return tuple(
        suspect
        for path, found in _by_file(all_hunks(before, after))
        for suspect in _suspects(files.get(path), path, found)
    )


def _by_file(found: tuple[Hunk, ...]) -> Iterator[tuple[str, list[Hunk]]]:
    grouped: dict[str, list[Hunk]] = {}
    for hunk in found:
        grouped.setdefault(hunk.file, []).append(hunk)
    yield from grouped.items()


def _suspects(file: GeneratedFile | None, path: str, found: list[Hunk]) -> Iterator[Suspect]:
    seen: set[Origin | None] = set()
    for hunk in found:
        origin = origin_of(file, hunk) if file is not None else None
        if origin not in seen:
            seen.add(origin)
            yield Suspect(
                file=path,
                line=hunk.line,
                qualified_name=".".join((*hunk.scope, *hunk.names[:1])),
                pattern=origin.pattern if origin else "",
                version=origin.version if origin else "",
                fragment=origin.fragment if origin else "",
                node=origin.node if origin else "",
                weight=1.0,
                why="a change here made the scenario pass",
                proved=True,
            )


def origin_of(file: GeneratedFile, hunk: Hunk) -> Origin | None:
    """Where what a hunk changes comes from: the innermost name that is known, else the whole file."""
    names = {origin.qualified_name: origin for origin in reversed(file.origins)}
    inner = [".".join((*hunk.scope, name)) for name in hunk.names]
    outer = [".".join(hunk.scope[:size]) for size in range(len(hunk.scope), -1, -1)]
    return next((names[name] for name in (*inner, *outer) if name in names), None)


def _texts(tree: FileTree) -> dict[str, str]:
    return {file.path: file.text for file in tree.files}
