"""Runs the lab: cases side by side in processes of their own, each finished one kept, so that it can go on later."""

import hashlib
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

from pydantic import ValidationError

from devmatrix.ir.base import Node
from devmatrix.lab.curve import Walk
from devmatrix.lab.faults import Fault, load_faults
from devmatrix.lab.measuring import by_family, measures
from devmatrix.lab.planning import Draw, draw_cases, draw_pairs, draw_placebos, one_a_pattern
from devmatrix.lab.results import Arm, Case, Generation, LabReport, Point
from devmatrix.lab.working import Answered, Order, begin, do
from devmatrix.pipeline.corpus import shipped_names
from devmatrix.pipeline.deriving import generator

JOURNAL = "cases.jsonl"
ARMS: tuple[Arm, ...] = ("memory", "no memory", "placebo")


class LabOptions(Node):
    """What is measured: which faults in which applications, how many pairs, with how many workers."""

    faults: str | None = None
    """A folder of faults; the shipped ones without it."""
    named: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    pairs: int = 60
    others: int = 2
    generations: int = 6
    jobs: int = 2
    seed: int = 1


class Kept(Node):
    """A line of the journal: an order, by its digest, and what came of it."""

    order: str
    answered: Answered


Tell = Callable[[str, int, int], None]


def run_lab(options: LabOptions, folder: Path, tell: Tell) -> LabReport:
    """Everything that the lab measures; ``tell`` hears what is done, how much of it, and of how much."""
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    given = load_faults(None if options.faults is None else Path(options.faults))
    faults = tuple(fault for fault in given if not options.named or fault.name in options.named)
    names = options.applications or shipped_names()
    with Workers(options, folder, tell) as workers:
        proved = workers.all("proving", [Order(kind="prove", application=name) for name in names])
        scenarios = tuple(answer.scenarios for answer in proved)
        reached = find_reached(workers, faults, names)
        draws = [draw for draw in draw_cases(reached, options.seed) if draw.application]
        lost = [_lost(fault) for fault in faults if not reached[fault.name]]
        cases = [*workers.cases("faults", draws), *lost]
        cases = with_placebos(workers, cases, options.seed)
        pairs = workers.cases("pairs", draw_pairs(faults, shown_in(cases), options.pairs, options.seed))
        curve = learning_curve(workers, faults, reached, names, options)
    return compose(options, faults, names, scenarios, (cases, pairs), curve, time.monotonic() - begun)


def compose(
    options: LabOptions,
    faults: Sequence[Fault],
    names: Sequence[str],
    scenarios: tuple[int, ...],
    taken: tuple[Sequence[Case], Sequence[Case]],
    curve: tuple[Point, ...],
    seconds: float,
) -> LabReport:
    """The report over all cases."""
    cases, pairs = taken
    return LabReport(
        seed=options.seed,
        applications=tuple(names),
        scenarios=scenarios,
        faults=len(faults),
        families=tuple(sorted({fault.family for fault in faults})),
        measures=measures(cases, pairs),
        by_family=by_family(cases),
        cases=tuple(cases),
        pairs=tuple(pairs),
        curve=curve,
        seconds=round(seconds, 1),
    )


def find_reached(workers: "Workers", faults: Sequence[Fault], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each fault the applications to which it makes a difference."""
    orders = [Order(kind="reach", application=name, faults=tuple(f.name for f in faults)) for name in names]
    found: dict[str, list[str]] = {fault.name: [] for fault in faults}
    for answer in workers.all("reaching", orders):
        for one in answer.reached:
            found[one.fault].append(one.application)
    return {name: tuple(sorted(places)) for name, places in found.items()}


def shown_in(cases: Sequence[Case]) -> dict[str, tuple[str, ...]]:
    """For each fault the applications in which it turned a scenario red."""
    found: dict[str, set[str]] = {}
    for case in cases:
        places = {one.application for one in case.generations if one.arm == "no memory" and one.red}
        found[case.id] = places | ({case.application} if case.detected else set())
    return {name: tuple(sorted(places)) for name, places in found.items()}


def with_placebos(workers: "Workers", cases: Sequence[Case], seed: int) -> list[Case]:
    """The cases with one more generation each: built with what another fault taught."""
    taught = {case.id: case for case in cases if case.lessons and not case.problem}
    given = draw_placebos(tuple(taught), seed)
    orders = [
        Order(
            kind="placebo",
            application=taught[name].application,
            faults=taught[name].faults,
            lessons=taught[other].lessons,
            red=next(one.red for one in taught[name].generations if one.arm == "no memory" and one.same),
        )
        for name, other in sorted(given.items())
    ]
    found: dict[str, Generation] = {
        order.faults[0]: answer.generation
        for order, answer in zip(orders, workers.all("placebo", orders), strict=True)
        if answer.generation is not None
    }
    return [
        case.model_copy(update={"generations": (*case.generations, found[case.id])}) if case.id in found else case
        for case in cases
    ]


def learning_curve(
    workers: "Workers",
    faults: Sequence[Fault],
    reached: Mapping[str, Sequence[str]],
    names: Sequence[str],
    options: LabOptions,
) -> tuple[Point, ...]:
    """The first pass of each generation in each arm."""
    chosen = one_a_pattern(faults, reached, names)
    if not chosen or not options.generations:
        return ()
    orders = [
        Order(
            kind="walk",
            faults=tuple(fault.name for fault in chosen),
            walk=Walk(arm=arm, applications=tuple(names), generations=options.generations),
        )
        for arm in ARMS
    ]
    return tuple(point for answer in workers.all("generations", orders) for point in answer.points)


class Workers:
    """Processes that do orders; what was done before is taken from the journal of the folder."""

    def __init__(self, options: LabOptions, folder: Path, tell: Tell) -> None:
        self._options = options
        self._journal = folder / JOURNAL
        self._tell = tell
        self._key = hashlib.sha256(f"{generator()} {options.faults} {code_digest()}".encode()).hexdigest()
        self._known = dict(self._read())
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(options.jobs, context, begin, (options.faults,))

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def cases(self, stage: str, draws: Sequence[Draw]) -> list[Case]:
        """The records of drawn cases, in their order."""
        orders = [
            Order(
                kind="case",
                case=draw.id,
                application=draw.application,
                faults=draw.faults,
                others=draw.others,
                meet=self._options.others,
            )
            for draw in draws
        ]
        return [answer.case for answer in self.all(stage, orders) if answer.case is not None]

    def all(self, stage: str, orders: Sequence[Order]) -> list[Answered]:
        """What came of all orders, in their order."""
        digests = [self._digest(order) for order in orders]
        waiting: dict[Future[Answered], str] = {
            self._pool.submit(do, order): digest
            for order, digest in zip(orders, digests, strict=True)
            if digest not in self._known
        }
        done = len(orders) - len(waiting)
        self._tell(stage, done, len(orders))
        for future in as_completed(waiting):
            self._keep(waiting[future], future.result())
            done += 1
            self._tell(stage, done, len(orders))
        return [self._known[digest] for digest in digests]

    def _digest(self, order: Order) -> str:
        return hashlib.sha256(f"{self._key} {order.model_dump_json()}".encode()).hexdigest()

    def _keep(self, digest: str, answered: Answered) -> None:
        self._known[digest] = answered
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(Kept(order=digest, answered=answered).model_dump_json() + "\n")

    def _read(self) -> Iterator[tuple[str, Answered]]:
        """What the journal holds; a last line that a killed run left half is done again."""
        if not self._journal.is_file():
            return
        for line in self._journal.read_text(encoding="utf-8").splitlines():
            try:
                kept = Kept.model_validate_json(line)
            except ValidationError:
                continue
            yield kept.order, kept.answered


def code_digest() -> str:
    """SHA-256 over all sources and patterns: what was measured with others is measured again."""
    import devmatrix
    import patternbank
    import seeds

    seen = hashlib.sha256()
    for package in (devmatrix, patternbank, seeds):
        for root in map(Path, package.__path__):
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.suffix not in {".pyc", ".json"}:
                    seen.update(path.read_bytes())
    return seen.hexdigest()


def _lost(fault: Fault) -> Case:
    """A fault that makes no difference to any application."""
    return Case(
        id=fault.name,
        faults=(fault.name,),
        families=(fault.family,),
        application="",
        expected=(fault.cause,),
        reached=False,
    )
