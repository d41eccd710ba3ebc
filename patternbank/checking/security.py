"""Ask bandit whether rendered Python is safe."""

import json
import subprocess
import sys
from collections.abc import Mapping

from patternbank.checking.rendered import laid_out
from patternbank.errors import FormattingError


def unsafe(files: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give (place, message) for each finding in the Python files; no comment in them silences one."""
    if not files:
        return ()
    command = [sys.executable, "-m", "bandit", "--quiet", "--ignore-nosec", "--exit-zero", "-f", "json", "-r", "."]
    with laid_out(files) as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = {"errors": [done.stderr.strip()]}
    if report["errors"]:
        raise FormattingError(f"bandit fails: {report['errors'][0]}", "check that bandit is installed whole")
    found = ((one["filename"].removeprefix("./"), one) for one in report["results"])
    return tuple(
        sorted((f"{path}:{one['line_number']}", f"{one['test_id']} {one['issue_text']}") for path, one in found)
    )
