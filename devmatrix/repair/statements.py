"""Statements as text: with the lines above them, without, and only what stands before the colon."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import libcst as cst

Compound = cst.FunctionDef | cst.ClassDef | cst.If | cst.For | cst.With
_COMPOUND = (cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.With)
_EMPTY = cst.Module([])


def parsed(text: str) -> cst.Module:
    """A module; what stands above its first statement belongs to that statement, as everywhere else."""
    module = cst.parse_module(text)
    if not module.body or not module.header:
        return module
    lines = (*module.header, *lines_above(module.body[0]))
    return module.with_changes(header=(), body=(with_lines(module.body[0], lines), *module.body[1:]))


def statement_of(code: str) -> cst.BaseStatement:
    """The one statement of a text, to be put anywhere."""
    (found,) = parsed(code).body
    return with_lines(found, [line.with_changes(indent=line.comment is not None) for line in lines_above(found)])


def lines_above(statement: cst.BaseStatement) -> Sequence[cst.EmptyLine]:
    """The blank lines and remarks above a statement."""
    return getattr(statement, "leading_lines", ())


def with_lines(statement: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """The statement with other lines above it."""
    return statement.with_changes(leading_lines=tuple(lines)) if hasattr(statement, "leading_lines") else statement


@lru_cache(maxsize=4096)
def code_of(statement: cst.BaseStatement) -> str:
    """A statement as text, with the lines above it."""
    return _EMPTY.code_for_node(statement)


def bare(code: str) -> str:
    """A statement's text without the lines above it."""
    lines = code.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    return "".join(lines[start:])


def above(code: str) -> str:
    """The lines above a statement in its text."""
    return code.removesuffix(bare(code))


@lru_cache(maxsize=4096)
def header_of(statement: cst.BaseStatement) -> str:
    """A compound statement with nothing in it."""
    body = getattr(statement, "body", None)
    nothing = [cst.SimpleStatementLine([cst.Pass()])]
    block = body if isinstance(body, cst.IndentedBlock) else cst.IndentedBlock([])
    changes: dict[str, object] = {"body": block.with_changes(body=nothing, footer=())}
    if isinstance(statement, cst.If | cst.For):
        changes["orelse"] = None
    return _EMPTY.code_for_node(statement.with_changes(**changes))


def inner_of(statement: cst.BaseStatement) -> Sequence[cst.BaseStatement] | None:
    """The statements of the block of a compound statement; None where changes within are not told apart."""
    if isinstance(statement, _COMPOUND) and isinstance(statement.body, cst.IndentedBlock):
        return statement.body.body
    return None


def rest_of(statement: cst.BaseStatement) -> str:
    """What follows the block: ``else`` and ``elif``."""
    orelse = getattr(statement, "orelse", None)
    return "" if orelse is None else _EMPTY.code_for_node(orelse)


def kin_of(statement: cst.BaseStatement) -> str:
    """By what two statements stand for each other: definitions by name, others by their text."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return f"{type(statement).__name__} {statement.name.value}"
    return bare(header_of(statement) if inner_of(statement) is not None else code_of(statement))


def scope_within(scope: tuple[str, ...], statement: cst.BaseStatement) -> tuple[str, ...]:
    """The scope of what stands in the block of a statement."""
    return (*scope, statement.name.value) if isinstance(statement, cst.FunctionDef | cst.ClassDef) else scope


def names_defined(code: str) -> Iterator[str]:
    """The names that a statement gives something to."""
    for statement in cst.parse_module(code).body:
        match statement:
            case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                yield name.value
            case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=value))])]):
                yield value
            case cst.SimpleStatementLine(body=[cst.AnnAssign(target=cst.Name(value=value))]):
                yield value
