"""Tell nested queries which of the tables that they name are those of the queries around them."""

import ast
from collections.abc import Iterable, Iterator

_ENDS = frozenset({"exists", "scalar_subquery"})


def correlate(tree: ast.expr, outermost: Iterable[str], tables: Iterable[str]) -> ast.expr:
    """The expression, in which a query that names a table further out than the next query says so.

    SQLAlchemy by itself looks only into the query right around a nested one, and reads any other table anew.
    """
    found: ast.expr = _Correlation([frozenset(outermost)], frozenset(tables)).visit(tree)
    return found


class _Correlation(ast.NodeTransformer):
    """``around``: the tables of the queries around a node, the outermost first; ``tables``: all that there are."""

    def __init__(self, around: list[frozenset[str]], tables: frozenset[str]) -> None:
        self.around = around
        self.tables = tables

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A query with all its parts; any other call is only walked through."""
        if not _is_query(node):
            return self.generic_visit(node)
        named = _named(node) & self.tables
        own = named.difference(*self.around)
        distant = named & frozenset().union(*self.around[:-1])
        finished = _Correlation([*self.around, own], self.tables)._parts(node)
        return _explained(finished, sorted(own)) if distant else finished

    def _parts(self, query: ast.Call) -> ast.Call:
        """The links of a query's chain are no queries of their own; what stands in them may be."""
        for link in _links(query):
            link.args = [self.visit(argument) for argument in link.args]
        return query


def _is_query(node: ast.Call) -> bool:
    function = list(_links(node))[-1].func
    return isinstance(function, ast.Name) and function.id == "select"


def _links(query: ast.expr) -> Iterator[ast.Call]:
    """The calls of a query's chain, the last first."""
    link: ast.expr = query
    while isinstance(link, ast.Call):
        yield link
        link = link.func.value if isinstance(link.func, ast.Attribute) else link.func


def _named(query: ast.expr) -> frozenset[str]:
    """What a query names itself, but not in the queries inside it."""
    found: set[str] = set()
    waiting: list[ast.AST] = [argument for link in _links(query) for argument in link.args]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif not (isinstance(part, ast.Call) and _is_query(part)):
            waiting.extend(ast.iter_child_nodes(part))
    return frozenset(found)


def _explained(query: ast.Call, own: list[str]) -> ast.Call:
    function = query.func
    if isinstance(function, ast.Attribute) and function.attr in _ENDS:
        function.value = _except(function.value, own)
        return query
    return _except(query, own)


def _except(query: ast.expr, own: list[str]) -> ast.Call:
    return ast.Call(ast.Attribute(query, "correlate_except", ast.Load()), [ast.Name(name) for name in own], [])
