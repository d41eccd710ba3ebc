"""Read a Python text: its head of imports, its body, its names and its multi-line strings."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

Import: TypeAlias = tuple[str, str, str, str]
"""(section, module with its dots, name, bound as): section is ``future``, ``plain`` or ``typing``."""


@dataclass(frozen=True)
class Source:
    """A parsed text, cut into what goes on top and what stays together."""

    header: tuple[str, ...]
    docstring: tuple[str, ...]
    imports: tuple[Import, ...]
    verbatim: tuple[str, ...]
    body: tuple[str, ...]
    names: tuple[str, ...]
    fixed: frozenset[int] = field(default_factory=frozenset)
    """Numbers of body lines that begin inside a string and may not be shifted."""


@lru_cache(maxsize=2048)
def read_source(text: str) -> Source:
    """Cut a text by its syntax tree; raise ``SyntaxError``, or ``ValueError`` for a head that cannot be cut."""
    tree = ast.parse(text)
    lines = text.splitlines()
    head, rest = _split(tree)
    documented = bool(head) and isinstance(head[0], ast.Expr)
    end = max((node.end_lineno or 0 for node in head), default=0)
    if rest and rest[0].lineno <= end:
        raise ValueError(f"line {end} holds an import and a statement")
    covered = {number for node in head for number in range(node.lineno, (node.end_lineno or 0) + 1)}
    loose = tuple(line for number, line in enumerate(lines[:end], 1) if number not in covered and line.strip())
    imports = head[1:] if documented else head
    merged, kept = _imports(imports, lines)
    return Source(
        header=loose,
        docstring=tuple(lines[head[0].lineno - 1 : head[0].end_lineno]) if documented else (),
        imports=tuple(merged),
        verbatim=tuple(kept),
        body=tuple(lines[end:]),
        names=tuple(dict.fromkeys(defined_names(rest))),
        fixed=frozenset(number - end for number in string_lines(tree) if number > end),
    )


def defined_names(statements: list[ast.stmt]) -> Iterator[str]:
    """Give the names that statements define, methods as ``Class.method``."""
    for node in statements:
        match node:
            case ast.ClassDef():
                yield node.name
                yield from (f"{node.name}.{name}" for name in _methods(node))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def string_lines(tree: ast.Module) -> frozenset[int]:
    """Give the numbers, from 1, of the lines that begin inside a string."""
    return frozenset(
        number
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno
        for number in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    )


def classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Give the classes on the top level by name."""
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _methods(node: ast.ClassDef) -> Iterator[str]:
    return (part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _split(tree: ast.Module) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Cut after the docstring and the imports that follow it at once."""
    count = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    while count < len(tree.body) and (_is_import(tree.body[count]) or _is_typing_block(tree.body[count])):
        count += 1
    return tree.body[:count], tree.body[count:]


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _is_typing_block(node: ast.stmt) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(_is_import(part) for part in body)
    return False


def _imports(nodes: list[ast.stmt], lines: list[str]) -> tuple[list[Import], list[str]]:
    """Give the imports one by one, and as lines those that carry a remark and so stay as they are."""
    merged: list[Import] = []
    kept: list[str] = []
    for node in nodes:
        section, parts = ("typing", node.body) if isinstance(node, ast.If) else ("plain", [node])
        for part in parts:
            written = "\n".join(lines[part.lineno - 1 : part.end_lineno])
            if "#" in written and section == "plain":
                kept.append(written)
            else:
                merged.extend(_import(part, section))
    return merged, kept


def _import(node: ast.stmt, section: str) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            yield from ((section, "", alias.name, alias.asname or "") for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            section = "future" if module == "__future__" else section
            yield from ((section, "." * level + (module or ""), alias.name, alias.asname or "") for alias in names)
