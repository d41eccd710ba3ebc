"""Ask ruff whether rendered Python is clean."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from patternbank.checking.rendered import laid_out
from patternbank.errors import FormattingError

RULES = "E4,E7,E9,F,B"
UNSEEN = "F821"
"""A fragment may use names that another pattern defines in the same file."""


def lint(files: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give (place, message) for each finding in the Python files."""
    command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--output-format", "json", "--exit-zero"]
    command += ["--select", RULES, "--ignore", UNSEEN, "--target-version", "py311", "--line-length", "120", "."]
    with laid_out(files) as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise FormattingError(f"ruff fails: {done.stderr.strip()}", "check that ruff is installed whole")
    return tuple(
        (_place(found, folder), f"{found['code'] or 'syntax'} {found['message']}")
        for found in json.loads(done.stdout or "[]")
    )


def _place(found: dict[str, dict[str, int] | str], root: Path) -> str:
    location = found["location"]
    row = location["row"] if isinstance(location, dict) else 0
    return f"{Path(str(found['filename'])).relative_to(root)}:{row}"
