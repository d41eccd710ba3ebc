"""No question to the graph is put together out of values: its words are written down, its values are parameters."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import modules, shown

ASKING = {"rows": 0, "write": 0, "note": 0, "alter": 0, "holding": 0, "run": 0, "_try": 0, "write_rows": 1, "Query": 0}
"""What puts a question to the graph, and at which place it takes its words."""
PASSED_ON = ("question", "statement")
"""Parameters in which words travel on; whoever gives them is judged as well."""
CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|DETACH|FOREACH|OPTIONAL)\b|\b(CREATE|RETURN|SET|WHERE|CALL)\s*[({]")
GRAPH = ("patternbank/stores/graph/", "patternbank/migrating/", "patternbank/stores/server.py", "patternbank/indexing/")
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


def faults(source: str) -> Iterator[str]:
    """Everything in a module that may put values into the words of a question."""
    tree = ast.parse(source)
    written = dict(_written(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and _placeholders(node) and CYPHER.search(_text(node)):
            yield f"{node.lineno}: an f-string in a question"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and CYPHER.search(_text(node.left)):
            yield f"{node.lineno}: a percent sign in a question"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and CYPHER.search(_text(node)):
            yield from (f"{node.lineno}: {name} is added to a question" for name in _strangers(node, written))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and CYPHER.search(_text(node.func.value))
        ):
            yield f"{node.lineno}: .{node.func.attr}() of a question"
        if isinstance(node, ast.Call):
            yield from _unwritten(node, tree)


def _written(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _placeholders(node: ast.JoinedStr) -> bool:
    return any(isinstance(part, ast.FormattedValue) for part in node.values)


def _text(node: ast.AST) -> str:
    """All constant texts in an expression."""
    return " ".join(
        part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _strangers(node: ast.expr, written: dict[str, ast.expr]) -> Iterator[str]:
    """What is added, and is no constant of the module."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (*_strangers(left, written), *_strangers(right, written))
        case ast.Constant(value=str()):
            return
        case ast.Name(id=name) if name in written and CONSTANT.fullmatch(name):
            return
        case _:
            yield ast.unparse(node)


def _unwritten(call: ast.Call, tree: ast.Module) -> Iterator[str]:
    """The words of a question where it is asked: a constant, a choice of constants, or a parameter passed on."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = ASKING.get(name)
    if place is None or len(call.args) <= place or isinstance(call.args[place], ast.Starred):
        return
    words = call.args[place]
    given = words.id if isinstance(words, ast.Name) else ""
    if (given in PASSED_ON and not _is_made(given, tree)) or _is_written(words) or _is_chosen(given, tree):
        return
    yield f"{call.lineno}: {name}({ast.unparse(words)}) asks what is not written down"


def _is_made(name: str, tree: ast.Module) -> bool:
    """Say whether something is assigned to a name."""
    return any(isinstance(node, ast.Name) and node.id == name and _stored(node, tree) for node in ast.walk(tree))


def _stored(name: ast.Name, tree: ast.Module) -> bool:
    loops = [node.target for node in ast.walk(tree) if isinstance(node, ast.For)]
    in_loop = any(name in ast.walk(target) for target in loops)
    return isinstance(name.ctx, ast.Store) and not in_loop


def _is_written(words: ast.expr) -> bool:
    match words:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            return CONSTANT.fullmatch(name) is not None
        case ast.Call(func=ast.Name(id="Query")):
            return True
        case ast.IfExp(body=body, orelse=other):
            return _is_written(body) and _is_written(other)
        case ast.Tuple(elts=parts):
            return all(_is_written(part) for part in parts)
    return False


def _is_chosen(name: str, tree: ast.Module) -> bool:
    """Say whether a name is only ever given one of several constants, or runs through them."""
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                given.append(value)
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=value):
                given += [value for part in parts if isinstance(part, ast.Name) and part.id == name]
            case ast.For(target=ast.Name(id=target), iter=value) if target == name:
                given.append(value)
    return bool(given) and all(_is_written(value) for value in _flat(given))


def _flat(values: list[ast.expr]) -> Iterator[ast.expr]:
    for value in values:
        if isinstance(value, ast.IfExp):
            yield from _flat([value.body, value.orelse])
        elif isinstance(value, ast.Tuple):
            yield from _flat(value.elts)
        else:
            yield value


def graph_modules() -> list[Path]:
    """Every module that speaks with the graph."""
    return [path for path in modules() if shown(path).startswith(GRAPH)]


def test_every_question_to_the_graph_is_written_down() -> None:
    """No values among its words, in no module that speaks with the graph."""
    assert len(graph_modules()) > 10
    found = [f"{shown(path)}:{fault}" for path in graph_modules() for fault in faults(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_other_module_writes_questions() -> None:
    """Cypher stands where it is judged."""
    strange = [
        f"{shown(path)}:{node.lineno}"
        for path in modules()
        if shown(path).startswith(("patternbank/", "devmatrix/")) and not shown(path).startswith(GRAPH)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\b(MATCH|MERGE) \(\w*:?\w*|\bDETACH DELETE\b", node.value)
    ]
    assert strange == []


@pytest.mark.parametrize(
    "source",
    [
        "graph.rows(f'MATCH (n {{name: \"{name}\"}}) RETURN n')",
        "graph.rows('MATCH (n:%s) RETURN n' % label)",
        "graph.rows('MATCH (n:{}) RETURN n'.format(label))",
        "graph.rows('MATCH (n) WHERE n.x = ' + value)",
        "ASK = 'MATCH (n) WHERE n.x = ' + value",
        "question = 'MATCH (n) SET n.x = ' + value\ngraph.rows(question)",
        "graph.rows(' '.join(parts))",
        "graph.rows(words, name=name)",
        "words = build()\ngraph.rows(words)",
        "words = ASK\nwords = build()\ngraph.rows(words)",
        "transaction.write(ASK.replace('x', name))",
        "write_rows(transaction, build(name), rows)",
        "session.run(Query(text))",
        "statement = build()\nsession.run(statement)",
        "for statement_ in build():\n    graph.note(statement_)",
    ],
)
def test_the_judge_sees_what_it_is_for(source: str) -> None:
    """Each way to put a value into a question is found."""
    assert list(faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "_ENTRY = ' RETURN n'\nASK = 'MATCH (n {name: $name})' + _ENTRY\ngraph.rows(ASK, name=name)",
        "graph.rows(questions.ASK, name=name)",
        "graph.rows(questions.ASK if name else questions.ALL, name=name)",
        "whole, page = (ASK, PAGE) if name else (ALL, ALL_PAGE)\ngraph.rows(page)",
        "for one in (changes.A, changes.B):\n    transaction.write(one, rows=rows)",
    ],
)
def test_the_judge_lets_constants_pass(source: str) -> None:
    """Words that are written down, with values beside them."""
    assert list(faults(source)) == []
