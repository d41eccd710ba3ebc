"""Statements as text: with the lines above them, without, and only what stands before the colon."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import libcst as cst

_COMPOUND = (cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.With)
_EMPTY = cst.Module([])
END = "__end__"
"""What marks the end of a block, in memory only."""


def parsed(text: str) -> cst.Module:
    """A module in which all blank lines and remarks stand above statements.

    Those at the top are above the first statement, those at the end of a block above a mark that ends it.
    """
    module = cst.parse_module(text)
    if not module.body:
        return module
    lines = (*module.header, *lines_above(module.body[0]))
    body = (with_lines(module.body[0], lines), *module.body[1:])
    return module.with_changes(header=(), body=_ended(body, module.footer), footer=())


def text_of(module: cst.Module) -> str:
    """The text of a module without marks; nothing at all where it holds nothing."""
    body, footer = _unended(module.body)
    bare_module = module.with_changes(body=body, footer=(*footer, *module.footer))
    return bare_module.code if body or bare_module.header or bare_module.footer else ""


def without_marks(code: str) -> str:
    """The text of a statement without marks."""
    return "".join(line for line in code.splitlines(keepends=True) if line.strip() != END)


def _ended(body: Sequence[cst.BaseStatement], footer: Sequence[cst.EmptyLine]) -> tuple[cst.BaseStatement, ...]:
    """The statements of a block, with a mark behind them that has the lines of the end above it."""
    end = cst.SimpleStatementLine([cst.Expr(cst.Name(END))], leading_lines=footer)
    return (*(_with_block(statement, _end_block) for statement in body), end)


def _unended(body: Sequence[cst.BaseStatement]) -> tuple[tuple[cst.BaseStatement, ...], Sequence[cst.EmptyLine]]:
    kept = tuple(_with_block(one, _unend_block) for one in body if not _is_end(one))
    return kept, tuple(line for one in body if _is_end(one) for line in lines_above(one))


def _is_end(statement: cst.BaseStatement) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Name(value=name))]):
            return bool(name == END)
    return False


def _end_block(block: cst.IndentedBlock) -> cst.IndentedBlock:
    return block.with_changes(body=_ended(block.body, block.footer), footer=())


def _unend_block(block: cst.IndentedBlock) -> cst.IndentedBlock:
    body, footer = _unended(block.body)
    return block.with_changes(body=body, footer=(*footer, *block.footer))


def _with_block(
    statement: cst.BaseStatement, change: Callable[[cst.IndentedBlock], cst.IndentedBlock]
) -> cst.BaseStatement:
    """A statement with the block changed that it holds, if changes within it are told apart."""
    if isinstance(statement, _COMPOUND) and isinstance(statement.body, cst.IndentedBlock):
        return statement.with_changes(body=change(statement.body))
    return statement


def statement_of(code: str) -> cst.BaseStatement:
    """The one statement of a text, marks in it included, to be put anywhere."""
    module = cst.parse_module(code)
    (found,) = module.body
    lines = (*module.header, *lines_above(found))
    return with_lines(found, [line.with_changes(indent=line.comment is not None) for line in lines])


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
