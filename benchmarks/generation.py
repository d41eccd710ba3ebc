"""How long the pure half takes: warm, and as specs grow."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.figures import Figure, cpu_seconds, peak_megabytes
from benchmarks.synthetic import synthetic_spec
from devmatrix.pipeline.build import Built, build, derive
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.opening import open_bank

SPECS = Path(__file__).parents[1] / "seeds" / "specs"
SIZES = (6, 12, 50, 200)
GROWTH_TOLERANCE = 1.25
"""What a thing may take more than its share of the smallest size and still count as linear: machines are noisy."""


def measure() -> Iterator[Figure]:
    """Generation warm, scenarios apart, and growth."""
    with open_bank(":memory:") as bank:
        yield from example(bank)
    yield from growth()
    yield Figure("most memory held", peak_megabytes(), "MB")


def example(bank: Bank) -> Iterator[Figure]:
    """The e-commerce application."""
    content = (SPECS / "ecommerce_api.md").read_bytes()
    seconds, note = best_of(content, bank, 10)
    yield Figure("generation, e-commerce, warm", seconds, "s", note=note)
    seconds, note = best_of(synthetic_spec(hundred_files(bank)).encode(), bank, 5)
    yield Figure("generation, about 100 files, warm", seconds, "s", 0.3, note=note)
    application = build_one(content, bank).application
    started, used = time.perf_counter(), cpu_seconds()
    suite = derive(application)
    note = f"{len(suite.scenarios)} scenarios, {cpu_seconds() - used:.2f} s of the processor"
    yield Figure("scenarios, e-commerce", time.perf_counter() - started, "s", note=note)


def growth() -> Iterator[Figure]:
    """Processor seconds per entity of a first build, for more and more entities."""
    first = 0.0
    for size in SIZES:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            seconds = min(pool.map(first_build, [size] * (3 if size < 100 else 1)))
        per_entity = seconds / size * 1000
        first = first or per_entity
        limit = None if size == SIZES[0] else first * GROWTH_TOLERANCE
        note = f"{seconds:.2f} s of the processor in all"
        yield Figure(f"generation per entity, {size} entities", per_entity, "ms", limit, note=note)


def first_build(size: int) -> float:
    """Processor seconds of a build in a process that has built something else before, and nothing of this."""
    with open_bank(":memory:") as bank:
        build_one((SPECS / "ecommerce_api.md").read_bytes(), bank)
        content = synthetic_spec(size).encode()
        started = cpu_seconds()
        build_one(content, bank)
        return cpu_seconds() - started


def hundred_files(bank: Bank) -> int:
    """The number of entities that gives about a hundred files."""
    few, more = (len(build_one(synthetic_spec(size).encode(), bank).tree.files) for size in (4, 8))
    return max(4, round((100 - few) / ((more - few) / 4)) + 4)


def best_of(content: bytes, bank: Bank, rounds: int) -> tuple[float, str]:
    """The seconds of the fastest of some rounds, and what else is to be said of them."""
    best = least = float("inf")
    for _ in range(rounds):
        started, used = time.perf_counter(), cpu_seconds()
        built = build_one(content, bank)
        best, least = min(best, time.perf_counter() - started), min(least, cpu_seconds() - used)
    return best, f"{len(built.tree.files)} files, {least:.3f} s of the processor"


def build_one(content: bytes, bank: Bank) -> Built:
    """The application without its scenarios; AssertionError when the spec has errors."""
    built = build(content, "spec.md", bank, Recorder(), scenarios=False)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return built
