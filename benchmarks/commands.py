"""How long commands take, from outside: help, and a spec to a verified application, warm and cold."""

import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, cpu_seconds

ROOT = Path(__file__).parents[1]
PROGRAM = str(Path(sys.executable).parent / "devmatrix")
ROUNDS = 3
SPEC = str(ROOT / "seeds" / "specs" / "ecommerce_api.md")


def measure() -> Iterator[Figure]:
    """Help, then the whole way round: once with nothing there, then again and again."""
    compile_sources()
    yield help_time()
    with tempfile.TemporaryDirectory(prefix="devmatrix-bench-") as folder:
        home = Path(folder)
        cold = go_round(home, "cold")
        note = f"{cold.note()}; nothing there but our own environment"
        yield Figure("spec to verified application, cold caches", cold.seconds, "s", note=note)
        warm = sorted((go_round(home, f"warm {number}") for number in range(ROUNDS)), key=lambda trip: trip.seconds)
        yield from judged(warm)


def judged(warm: list["Round"]) -> Iterator[Figure]:
    """The middle one of some warm rounds against what was promised."""
    middle = warm[len(warm) // 2]
    note = f"{middle.note()}; of {len(warm)} from {warm[0].seconds:.2f} to {warm[-1].seconds:.2f}"
    yield Figure("spec to verified application, warm caches", middle.seconds, "s", 10.0, note=note)
    rate = middle.scenarios / middle.timings["smoke"]
    yield Figure("scenarios a second", rate, "1/s", 100, at_least=True)
    yield Figure("scenarios that were not green", sum(trip.scenarios - trip.passed for trip in warm), "", 0)
    stages = ", ".join(f"{stage} {spent:.2f}" for stage, spent in middle.timings.items() if spent >= 0.1)
    yield Figure("stages, some side by side", sum(middle.timings.values()), "s", note=stages)


def compile_sources() -> None:
    """What an installer does, so that no round pays for it."""
    for package in ("devmatrix", "patternbank"):
        compileall.compile_dir(ROOT / package, quiet=1)


def help_time() -> Figure:
    """The median of some calls of ``devmatrix --help``."""
    times = sorted(timed([PROGRAM, "--help"], dict(os.environ))[0] for _ in range(7))
    return Figure("devmatrix --help", times[3], "s", 0.25)


@dataclass(frozen=True)
class Round:
    """The e-commerce spec, turned into a verified application once."""

    seconds: float
    cpu_seconds: float
    scenarios: int
    passed: int
    timings: dict[str, float]

    def note(self) -> str:
        """What else is to be said of it."""
        return f"{self.passed} of {self.scenarios} green, {self.cpu_seconds:.1f} s of the processor"


def go_round(home: Path, name: str) -> Round:
    """One round, into a folder of its own, with a bank of its own; what is kept meanwhile is kept in ``home``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PATTERNBANK_")}
    environment |= {"DEVMATRIX_HOME": str(home / "data"), "UV_CACHE_DIR": str(home / "uv")}
    environment["PATTERNBANK_PATH"] = str(home / "bank.sqlite")
    before = cpu_seconds()
    seconds, output = timed([PROGRAM, "run", SPEC, "--out", str(home / f"app {name}"), "--json"], environment)
    report = json.loads(output)
    smoke = report["smoke"]
    return Round(seconds, cpu_seconds() - before, smoke["total"], smoke["passed"], report["timings"])


def timed(words: list[str], environment: dict[str, str]) -> tuple[float, str]:
    """Seconds and output of a command; the end of it all when it fails."""
    started = time.perf_counter()
    ended = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - started
    if ended.returncode not in (0, 3):
        sys.exit(f"{' '.join(words)} ended with exit code {ended.returncode}\n{ended.stderr}")
    return seconds, ended.stdout
