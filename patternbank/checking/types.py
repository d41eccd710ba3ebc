"""Ask mypy whether the types of rendered Python hold, as far as one pattern alone can be judged."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from patternbank.checking.rendered import laid_out
from patternbank.errors import FormattingError

_LINE = re.compile(r"(?P<place>[^:]+:\d+): error: (?P<text>.*)")
_UNKNOWN = ("attr-defined", "call-arg", "name-defined", "no-any-return", "valid-type")
"""What mypy says of names that other patterns define; they are not there, and are believed."""
_OPTIONS = (
    "--no-error-summary", "--no-color-output", "--config-file=", "--python-version=3.11", "--explicit-package-bases",
    "--namespace-packages", "--follow-imports=skip", "--ignore-missing-imports", "--disallow-untyped-defs",
    "--disallow-incomplete-defs", "--check-untyped-defs", *(f"--disable-error-code={code}" for code in _UNKNOWN),
)  # fmt: skip


def types_can_be_checked() -> bool:
    """Say whether mypy is there."""
    return find_spec("mypy") is not None


def mistyped(files: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give (place, message) for each finding in the Python files."""
    if not files:
        return ()
    cache = Path(tempfile.gettempdir(), f"patternbank-types-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
    command = [sys.executable, "-m", "mypy", *_OPTIONS, f"--cache-dir={cache}", "."]
    with laid_out(files) as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    found = [match for line in done.stdout.splitlines() if (match := _LINE.fullmatch(line))]
    if done.returncode not in (0, 1) or (done.returncode == 1 and not found):
        said = (done.stderr.strip() or done.stdout.strip())[-500:]
        raise FormattingError(f"mypy fails: {said}", "check that mypy is installed whole")
    return tuple(sorted((match["place"], match["text"]) for match in found))
