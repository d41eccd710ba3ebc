"""Nothing grows beyond what can be read in one sitting."""

import ast
from collections import Counter

from tests.house.sources import ROOT, modules, shown, tree_of

MODULE_LINES = 400
FUNCTION_LINES = 40
TEMPLATE_LINES = 120
MODULES_A_PACKAGE = 25


def test_modules_stay_small() -> None:
    """No module of the packages or the tests is longer than the ceiling."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if ROOT / "tests" / "corpus" not in path.parents]
    everything = (*modules(), *tests, *(ROOT / "benchmarks").rglob("*.py"))
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_stay_small() -> None:
    """No function is longer than the ceiling, from its name to its last line."""
    long = [
        f"{shown(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


def test_patterns_stay_small() -> None:
    """No template is longer than the ceiling of templates, no plain file of code longer than that of modules."""
    files = (ROOT / "seeds" / "patterns").glob("*/files/**/*")
    limits = {".j2": TEMPLATE_LINES, ".py": MODULE_LINES}
    found = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in files if path.suffix in limits]
    assert found
    assert {shown(path): lines for path, lines in found if lines > limits[path.suffix]} == {}


def test_packages_stay_small() -> None:
    """No package holds more modules than one can keep in mind."""
    counts = Counter(shown(path.parent) for path in modules() if path.name != "__init__.py")
    assert {name: count for name, count in counts.items() if count > MODULES_A_PACKAGE} == {}
