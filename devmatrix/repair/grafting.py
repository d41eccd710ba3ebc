"""Turns a change of a rendered tree into a codemod that does the same wherever the pattern is rendered."""

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from devmatrix.artifacts.steering import Rewrite
from devmatrix.artifacts.tree import FileTree
from devmatrix.repair.differences import origin_of
from devmatrix.repair.hunk import Hunk

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def rewrites_of(tree: FileTree, found: Sequence[Hunk], sources: dict[str, str]) -> tuple[Rewrite, ...] | None:
    """A codemod for each hunk; None where one of them says more than the templates do.

    ``sources`` are the texts of all templates behind a change, by the reference of the version that is changed. A word
    that stands in none of them came from the application, so any expression may stand in its place.
    """
    files = {file.path: file for file in tree.files}
    made: list[Rewrite] = []
    for hunk in found:
        origin = origin_of(files[hunk.file], hunk) if hunk.file in files else None
        reference = f"{origin.pattern}@{origin.version}" if origin is not None else ""
        if origin is None or hunk.kind != "statements" or reference not in sources:
            return None
        general = generalise(hunk, frozenset(_WORD.findall(sources[reference])))
        if general is None:
            return None
        find, put = general
        made.append(Rewrite(reference=reference, fragment=origin.fragment, find=find, put=put))
    return tuple(dict.fromkeys(made))


def generalise(hunk: Hunk, known: frozenset[str]) -> tuple[str, str] | None:
    """What to look for and what to put there, with holes for words that are not known.

    None where something new would have to be said in words of the application: nobody could say them elsewhere.
    """
    holes: dict[str, str] = {}
    old, new = hunk.anchored
    find = "".join(_holed(code, known, holes) for code in old)
    before = len(holes)
    put = "".join(_holed(code, known, holes) for code in new)
    if len(holes) > before or not find.strip() or _says_texts(find, known):
        return None
    return find, put


def _holed(code: str, known: frozenset[str], holes: dict[str, str]) -> str:
    """A statement with a hole for each name that is not known, the same for the same name."""

    class Holes(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802, ARG002
            name = updated_node.value
            if name in known:
                return updated_node
            return updated_node.with_changes(value=holes.setdefault(name, f"_{len(holes) + 1}"))

    return cst.parse_module(code).visit(Holes()).code


def _says_texts(code: str, known: frozenset[str]) -> bool:
    """Whether a text in quotes holds words of the application: a hole cannot stand for a part of a text."""
    return any(not set(_WORD.findall(text)) <= known for text in _texts(code))


def _texts(code: str) -> Iterator[str]:
    found: list[str] = []

    class Texts(cst.CSTVisitor):
        def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802
            found.append(str(node.raw_value))

    cst.parse_module(code).visit(Texts())
    yield from found
