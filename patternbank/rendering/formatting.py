"""Sort imports, drop dead ones and format: one run of ruff over all Python files."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from patternbank.errors import FormattingError

_CONFIG = """\
line-length = 120
target-version = "py311"
[lint]
select = ["I", "F401"]
[lint.isort]
known-first-party = [{first_party}]
split-on-trailing-comma = false
[format]
skip-magic-trailing-comma = true
"""


def format_tree(files: Mapping[str, str]) -> dict[str, str]:
    """Give path -> text with every Python file sorted, pruned and formatted; other files untouched.

    Raise ``FormattingError`` with ruff's words when a file cannot be parsed.
    """
    python = {path: text for path, text in sorted(files.items()) if path.endswith((".py", ".pyi"))}
    formatted = _formatted(python) if python else {}
    return {path: formatted.get(path, text) for path, text in sorted(files.items())}


def _formatted(python: Mapping[str, str]) -> dict[str, str]:
    packages = {path.split("/")[0] for path in python if path.count("/") == 1 and path.endswith("/__init__.py")}
    packages = packages or {path.split("/")[0].removesuffix(".py") for path in python}  # a part of a tree
    first_party = ", ".join(f'"{name}"' for name in sorted(packages))
    with tempfile.TemporaryDirectory(prefix="patternbank-") as folder:
        root = Path(folder, "tree")
        for parent in sorted({str(Path(path).parent) for path in python}):
            (root / parent).mkdir(parents=True, exist_ok=True)
        for path, text in python.items():
            (root / path).write_bytes(text.encode())
        config = Path(folder, "ruff.toml")
        config.write_text(_CONFIG.format(first_party=first_party), encoding="utf-8")
        _run(root, "check", "--config", str(config), "--fix", "--exit-zero", "--quiet")
        _run(root, "format", "--config", str(config))
        return {path: (root / path).read_bytes().decode() for path in python}


def _run(root: Path, *arguments: str) -> None:
    command = [find_ruff_bin(), *arguments, "--no-cache", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own binary
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise FormattingError(
            f"ruff refuses the rendered tree: {said[0] if said else 'no reason given'}",
            "correct the pattern that renders this file",
        )
