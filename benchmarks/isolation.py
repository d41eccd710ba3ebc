"""Row locks against SERIALIZABLE: the same calls on the same server, in turns, with and without contention."""

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.figures import Figure
from benchmarks.generation import SPECS, build_one
from benchmarks.stock import Scene, fill, judge, scenes
from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.questioning import QUIET
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.deploy import Deployment, DeployOptions
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.local import LocalDeployer
from devmatrix.settings import read_settings
from patternbank.opening import open_bank

CLIENTS = 16
ROUNDS = 2
DATABASE, ROWS, CALLS = "src/core/database.py", "src/repositories/base.py", "src/core/transactions.py"
SERIALIZABLE = (
    (DATABASE, "(self.engine, ", "(self.engine.execution_options(isolation_level='SERIALIZABLE'), "),
    (ROWS, "return statement.with_for_update(key_share=True) if self.locks else statement", "return statement"),
)
VARIANTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "locks": (),
    "serializable": SERIALIZABLE,
    "serializable, no jitter": (*SERIALIZABLE, (CALLS, "chance.uniform(0, min(", "(min(")),
    "serializable, 20 retries": (*SERIALIZABLE, (CALLS, "RETRIES = 3", "RETRIES = 20")),
}
"""The application as it is generated, and edits of it: (file, what stands there, what shall)."""


@dataclass
class Tally:
    """What some rounds of one scene came to."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    crossed: int = 0
    wrong: int = 0

    @property
    def calls(self) -> int:
        """All calls."""
        return self.statuses.total()

    @property
    def decided(self) -> int:
        """Calls that were told yes or no."""
        return self.calls - self.statuses[503]

    @property
    def rate(self) -> float:
        """Decided calls a second."""
        return self.decided / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the calls was answered."""
        return statistics.quantiles(self.latencies, n=100)[round(share * 100) - 1] * 1000


def measure() -> Iterator[Figure]:
    """Each scene on each variant; ratios are to the application as it is generated, measured in the same run."""
    with ExitStack() as stack:
        deployments = deploy_all(stack)
        for place, scene in enumerate(scenes(0)):
            tallies = asyncio.run(play_rounds(place, deployments))
            for variant, tally in tallies.items():
                yield from figures(scene.name, variant, tally, tallies["locks"])


def figures(scene: str, variant: str, tally: Tally, locks: Tally) -> Iterator[Figure]:
    """One scene on one variant."""
    name = f"{scene}: {variant}"
    shown = ", ".join(f"{number} × {status}" for status, number in sorted(tally.statuses.items()))
    yield Figure(f"{name}, decided calls", tally.rate, "/s", note=f"× {tally.rate / locks.rate:.2f}; {shown}")
    p50, p95 = tally.quantile(0.5), tally.quantile(0.95)
    yield Figure(f"{name}, p50", p50, "ms", note=f"× {p50 / locks.quantile(0.5):.2f}")
    yield Figure(f"{name}, p95", p95, "ms", note=f"× {p95 / locks.quantile(0.95):.2f}")
    yield Figure(f"{name}, crossed a call", tally.crossed / tally.calls, "", note=f"{tally.statuses[503]} given up")
    yield Figure(f"{name}, wrong outcomes", tally.wrong, "", 0)


async def play_rounds(place: int, deployments: dict[str, Deployment]) -> dict[str, Tally]:
    """One scene on all variants, in turns, so that a noisy neighbour disturbs them alike."""
    tallies = {name: Tally() for name in deployments}
    for number in range(ROUNDS + 1):
        for name, deployment in deployments.items():
            tally = tallies[name] if number else Tally()  # the first round warms up
            await play(scenes(number)[place], deployment, tally)
    return tallies


def deploy_all(stack: ExitStack) -> dict[str, Deployment]:
    """Every variant of the e-commerce application, running, side by side on one server."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devmatrix-bench-")))
    with open_bank(":memory:") as bank:
        built = build_one((SPECS / "ecommerce_api.md").read_bytes(), bank)
    deployments = {}
    for name, edits in VARIANTS.items():
        place = folder / name.replace(" ", "-")
        write_tree(place, pack(built))
        for file, old, new in edits:
            text = (place / file).read_text()
            assert old in text, (name, file, old)
            (place / file).write_text(text.replace(old, new))
        options = DeployOptions(environment=QUIET)
        deployments[name] = stack.enter_context(LocalDeployer(read_settings()).deploy(place, options, Recorder().step))
    return deployments


async def play(scene: Scene, deployment: Deployment, tally: Tally) -> None:
    """Fill the database, send the calls of a scene, and look at what became of the rows."""
    calls = await fill(scene, deployment.database_url)
    crossed = count_crossed(deployment)
    waiting = iter(calls)
    statuses: Counter[int] = Counter()

    async def client(session: aiohttp.ClientSession) -> None:
        for path, body in waiting:
            started = time.perf_counter()
            async with session.post(deployment.url + path, json=body) as answer:
                await answer.read()
            tally.latencies.append(time.perf_counter() - started)
            statuses[answer.status] += 1

    connector = aiohttp.TCPConnector(limit=CLIENTS)
    async with aiohttp.ClientSession(connector=connector) as session:
        started = time.perf_counter()
        await asyncio.gather(*(client(session) for _ in range(CLIENTS)))
        tally.seconds += time.perf_counter() - started
    tally.statuses += statuses
    tally.crossed += count_crossed(deployment) - crossed
    tally.wrong += await judge(scene, deployment.database_url, statuses)


def count_crossed(deployment: Deployment) -> int:
    """How many transactions the application has begun again, or given up, because they crossed another."""
    return deployment.log.read_bytes().count(b'"crossed"')
