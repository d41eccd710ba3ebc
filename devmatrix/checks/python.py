"""Find generated Python that does not parse."""

import ast
from functools import lru_cache

from devmatrix.artifacts.tree import FileTree
from devmatrix.checks.places import finding
from devmatrix.diagnostics import Diagnostic, Span


def check_python(tree: FileTree) -> tuple[Diagnostic, ...]:
    """Every ``.py`` file is Python."""
    found: list[Diagnostic] = []
    for file in tree.files:
        if file.path.endswith(".py"):
            try:
                parse_once(file.text)
            except (SyntaxError, ValueError) as error:
                found.append(finding("DM813", _place(file.path, error), f"this is not Python: {error}"))
    return tuple(found)


@lru_cache(maxsize=2048)
def parse_once(text: str) -> None:
    """Parse a text that was not parsed before: most files of an application are those of the last one."""
    ast.parse(text)


def _place(path: str, error: Exception) -> Span:
    line = max(getattr(error, "lineno", None) or 1, 1)
    column = max(getattr(error, "offset", None) or 1, 1)
    return Span(file=path, line=line, column=column, end_line=line, end_column=column)
