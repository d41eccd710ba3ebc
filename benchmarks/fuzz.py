"""Ten thousand spoilt specs: each ends in an application or in findings, and in nothing else."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from benchmarks.figures import Figure, cpu_seconds
from benchmarks.mutation import examples, spoil
from devmatrix.diagnostics import has_errors
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from patternbank.opening import open_bank

CASES = 10_000
CHUNK = 250
WORKERS = 2


def measure() -> Iterator[Figure]:
    """All cases, on two processes."""
    started = time.perf_counter()
    accepted = 0
    worst = 0.0
    with ProcessPoolExecutor(WORKERS) as pool:
        for good, slowest in pool.map(try_cases, range(0, CASES, CHUNK)):
            accepted += good
            worst = max(worst, slowest)
    note = f"{accepted} accepted, {CASES - accepted} with findings, no exception"
    yield Figure(f"fuzz, {CASES} cases", time.perf_counter() - started, "s", note=note)
    yield Figure("fuzz, the slowest case", worst, "s", 5.0, note="of the processor")


def try_cases(first: int) -> tuple[int, float]:
    """How many of a chunk were accepted, and the processor seconds of the slowest; an exception is a bug."""
    texts = examples()
    accepted, slowest = 0, 0.0
    with open_bank(":memory:") as bank:
        for number in range(first, first + CHUNK):
            content = spoil(number, texts).encode("utf-8", "surrogatepass")
            started = cpu_seconds()
            try:
                built = build(content, "spec.md", bank, Recorder(), scenarios=False)
            except Exception as error:
                raise AssertionError(f"case {number} ends in {type(error).__name__}: {error}") from error
            slowest = max(slowest, cpu_seconds() - started)
            assert isinstance(built, Built) != has_errors(built.diagnostics), f"case {number} has no clear end"
            accepted += isinstance(built, Built)
    return accepted, slowest
