"""Guides whose commands are run as they stand: blocks of a page, in one shell, from top to bottom."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.interfaces.conftest import ROOT

BLOCK = re.compile(r"(?:<!-- runs: ([^>]*) -->\n)?```bash\n(.*?)```", re.DOTALL)
Block = tuple[int, str, str]


def blocks_of(guide: Path) -> list[Block]:
    """(line, where it runs, commands) of each block; without a remark it runs at once."""
    text = guide.read_text(encoding="utf-8")
    return [(text.count("\n", 0, block.start(2)) + 1, block[1] or "", block[2]) for block in BLOCK.finditer(text)]


def script_of(guide: Path, found: list[tuple[int, str]]) -> str:
    """One script that stops at the first command that fails, and says where in the guide it stands."""
    parts = [f"LINE={line}\n{commands}" for line, commands in found]
    place = guide.relative_to(ROOT)
    return f"set -euo pipefail\ntrap 'echo \"the block at {place}:$LINE fails\" >&2' ERR\n" + "\n".join(parts)


def follow(guide: Path, found: list[tuple[int, str]], folder: Path, variables: Mapping[str, str]) -> str:
    """Run blocks in a folder, with a home of its own; give what they print."""
    programs = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PATTERNBANK_")}
    environment = {
        **kept,
        **variables,
        "HOME": str(folder),
        "PROJECT": str(ROOT),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", script_of(guide, found)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    return done.stdout
