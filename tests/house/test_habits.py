"""Small habits that keep the house in order."""

import ast
import re

from tests.house.sources import ROOT, modules, shown, tree_of

PRINTING = ("devmatrix/interfaces/cli/", "patternbank/cli")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
FORBIDDEN_NAMES = re.compile(r"(?:^|_)(?:manager|helper|helpers|utils|util|misc)(?:_|$)|Manager$|Helper$|Utils?$")


def test_only_the_command_line_prints() -> None:
    """Nothing but the command line writes to the standard streams."""
    found = [
        f"{shown(path)}: {ast.unparse(node)}"
        for path in modules()
        if not shown(path).startswith(PRINTING)
        for node in ast.walk(tree_of(path))
        if _writes_to_a_stream(node)
    ]
    assert found == []


def _writes_to_a_stream(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write")


def test_nothing_is_left_unfinished() -> None:
    """No source, test, template or document says that it is to be finished later."""
    folders = ("devmatrix", "patternbank", "graph_schema", "seeds", "tests", "benchmarks", "docs", "scripts")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts += [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    pictures = (".png",)
    readable = (
        path
        for path in texts
        if "__pycache__" not in path.parts and "corpus" not in path.parts and path.suffix not in pictures
    )
    found = [
        f"{shown(path)}:{number}"
        for path in readable
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_nothing_has_an_empty_name() -> None:
    """No module, class or function is called by a word that says nothing."""
    names = [(shown(path), path.stem) for path in modules()]
    names += [
        (f"{shown(path)}:{node.lineno}", node.name)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    assert [place for place, name in names if FORBIDDEN_NAMES.search(name)] == []


def test_modules_say_what_they_are_for() -> None:
    """Every module that holds anything starts with one line that says what it is for."""
    silent = [
        shown(path) for path in modules() if tree_of(path).body and ast.get_docstring(tree_of(path), clean=True) is None
    ]
    assert silent == []


def test_the_pure_half_is_pure() -> None:
    """No clock, chance or environment is read by the pure half of the compiler."""
    pure = ("frontend", "passes", "checks", "planning", "backend", "scenarios", "expressions", "ir", "artifacts")
    impure = {"random", "secrets", "time", "os", "socket", "subprocess", "asyncio", "tempfile"}
    found = [
        f"{shown(path)}: {name}"
        for path in modules()
        if shown(path).startswith(tuple(f"devmatrix/{stage}/" for stage in pure))
        for name in sorted(_imports(tree_of(path)) & impure)
    ]
    assert found == []


def _imports(tree: ast.Module) -> set[str]:
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    modules_from = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return names | {name.split(".")[0] for name in modules_from}
