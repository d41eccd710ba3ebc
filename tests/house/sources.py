"""Where the house rules look: the project's own modules, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("devmatrix", "patternbank", "graph_schema", "seeds")


@cache
def modules() -> tuple[Path, ...]:
    """Every Python module of the packages; patterns are not ours but the generated application's."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(sorted(path for path in found if ROOT / "seeds" / "patterns" not in path.parents))


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def literals(path: Path) -> list[tuple[int, str]]:
    """(line, text) of every string literal that is not a docstring or a bare string after a field."""
    tree = tree_of(path)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    ]
