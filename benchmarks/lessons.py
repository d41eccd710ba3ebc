"""What the memory costs: a build over a bank full of lessons, and a green run that could be repaired."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.commands import PROGRAM, compile_sources, timed
from benchmarks.figures import Figure
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Built, build_application
from devmatrix.pipeline.corpus import shipped
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.lessons.records import Lesson, LessonRecord, Require
from patternbank.opening import open_bank
from patternbank.patterns.fit import Fit
from patternbank.values import digest

LESSONS = 10_000
PREDICATES = 500
"""Ways in which lessons ask for a structure; those that are learnt name the kind of a node."""
ROUNDS = 9
RUNS = 5
SPEC = str(Path(__file__).parents[1] / "seeds" / "specs" / "simple_task_api.md")


def measure() -> Iterator[Figure]:
    """The ratio of two builds that take turns, and the difference of two runs that do."""
    yield build_with_lessons()
    yield from green_runs()


def build_with_lessons() -> Figure:
    """E-commerce with so many active lessons in the bank against none, a fresh bank each time."""
    application = shipped("ecommerce")
    with tempfile.TemporaryDirectory(prefix="devmatrix-bench-") as folder:
        empty, full = Path(folder) / "empty.sqlite", Path(folder) / "full.sqlite"
        for place, number in ((empty, 0), (full, LESSONS)):
            with open_bank(place) as bank:
                bank.store.keep_lessons(list(lessons_about(bank, application, number)))
        times = take_turns(ROUNDS, lambda: built(application, empty), lambda: built(application, full))
    without, with_them = map(statistics.median, times)
    note = f"{without:.3f} s and {with_them:.3f} s, medians of {ROUNDS}"
    return Figure(f"build with {LESSONS} active lessons, to none", with_them / without, "times", 1.2, note=note)


def lessons_about(bank: Bank, application: ApplicationIR, number: int) -> Iterator[LessonRecord]:
    """Lessons about other contents of versions that are bound, about these for nodes that are not there, and others."""
    made = build_application(application, bank, Recorder())
    assert isinstance(made, Built)
    bound = sorted({(f"{one.pattern}@{one.version}", one.digest) for one in made.bindings})
    for place in range(number):
        reference, contents = bound[place % len(bound)]
        kind = place // len(bound) % 3
        against = reference if kind else f"other-{place}@1.0.0"
        lesson = Lesson(
            against=against,
            digest=contents if kind == 1 else digest(place),
            when=Fit(has=(f"kind-{place % PREDICATES}",)),
            action=Require(slot=f"slot-{place}", value="true"),
            cause="MISSING_SIDE_EFFECT",
            family=digest("family"),
        )
        yield LessonRecord(lesson=lesson, status="active", by="bench", at=datetime(2026, 1, 1, tzinfo=UTC))


def built(application: ApplicationIR, place: Path) -> None:
    """Build over a bank that was not open yet."""
    with open_bank(place) as bank:
        assert isinstance(build_application(application, bank, Recorder()), Built)


def green_runs() -> Iterator[Figure]:
    """What ``run`` takes longer with repair on than with ``--no-repair``, where nothing is red."""
    compile_sources()
    with tempfile.TemporaryDirectory(prefix="devmatrix-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PATTERNBANK_")}
        environment |= {"DEVMATRIX_HOME": f"{folder}/data", "PATTERNBANK_PATH": f"{folder}/bank.sqlite"}
        words = [PROGRAM, "run", SPEC, "--json", "--out", f"{folder}/app"]
        timed(words, environment)
        times = take_turns(
            RUNS, lambda: timed([*words, "--no-repair"], environment), lambda: timed([*words, "--repair"], environment)
        )
    without, with_it = map(min, times)
    note = f"{without:.2f} s and {with_it:.2f} s, the best of {RUNS}: nothing but noise makes a run slower"
    yield Figure("green run, what the loop adds", with_it - without, "s", 0.5, note=note)


def take_turns(rounds: int, *each: Callable[[], object]) -> list[list[float]]:
    """Seconds of each, one after the other round by round, so that what disturbs one disturbs all."""
    times: list[list[float]] = [[] for _ in each]
    for _ in range(rounds):
        for found, do in zip(times, each, strict=True):
            started = time.perf_counter()
            do()
            found.append(time.perf_counter() - started)
    return times
