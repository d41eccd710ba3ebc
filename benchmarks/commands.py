"""How long commands take, from outside: help, and a spec to a verified application, warm and cold."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure

ROOT = Path(__file__).parents[1]
PROGRAM = str(Path(sys.executable).parent / "devmatrix")
SPEC = str(ROOT / "seeds" / "specs" / "ecommerce_api.md")


def measure() -> Iterator[Figure]:
    """Help, then the whole way round."""
    yield help_time()
    with tempfile.TemporaryDirectory(prefix="devmatrix-bench-") as folder:
        home = Path(folder)
        yield from verified(home, "cold caches", None)
        yield from verified(home, "warm caches", 10.0)


def help_time() -> Figure:
    """The median of some calls of ``devmatrix --help``."""
    times = sorted(timed([PROGRAM, "--help"], dict(os.environ))[0] for _ in range(7))
    return Figure("devmatrix --help", times[3], "s", 0.25)


def verified(home: Path, caches: str, limit: float | None) -> Iterator[Figure]:
    """The e-commerce spec to a verified application; what is kept between two calls is kept in ``home``."""
    environment = {**os.environ, "DEVMATRIX_HOME": str(home / "data"), "UV_CACHE_DIR": str(home / "uv")}
    environment["PATTERNBANK_PATH"] = str(home / "bank.sqlite")
    seconds, output = timed([PROGRAM, "run", SPEC, "--out", str(home / f"app {caches}"), "--json"], environment)
    report = json.loads(output)
    smoke = report["smoke"]
    note = f"{smoke['passed']} of {smoke['total']} green"
    yield Figure(f"spec to verified application, {caches}", seconds, "s", limit, note=note)
    if limit is not None:
        rate = smoke["total"] / report["timings"]["smoke"]
        yield Figure("scenarios a second", rate, "1/s", 100, at_least=True)
        stages = ", ".join(f"{stage} {spent:.2f}" for stage, spent in report["timings"].items() if spent >= 0.1)
        yield Figure("stages in all", sum(report["timings"].values()), "s", note=stages)


def timed(words: list[str], environment: dict[str, str]) -> tuple[float, str]:
    """Seconds and output of a command; CalledProcessError when it fails."""
    started = time.perf_counter()
    ended = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - started
    if ended.returncode not in (0, 3):
        raise subprocess.CalledProcessError(ended.returncode, words, ended.stdout, ended.stderr)
    return seconds, ended.stdout
