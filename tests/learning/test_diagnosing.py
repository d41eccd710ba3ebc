"""What is known of red scenarios together: causes, suspects, signatures."""

from functools import lru_cache

from devmatrix.artifacts.diagnosis import Diagnosis, Observation
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import ObligationCount, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.ir.api import Operation
from devmatrix.ir.base import NodeId
from devmatrix.learning.affinity import BY_CAUSE, BY_KIND, UNFIT, affinity
from devmatrix.learning.diagnosing import diagnose
from tests.learning.red import call, green, operation, red, scenario, seen
from tests.scenarios.shop import depot

UPDATE, READ, LIST = operation("update"), operation("read"), operation("list")
TEXT = '''"""A file."""


class One:
    async def update(self) -> None:
        await run()

    async def read(self) -> None:
        pass
'''


def origin(name: str, pattern: str, fragment: str, node: NodeId) -> Origin:
    """Where a definition comes from."""
    return Origin(qualified_name=name, pattern=pattern, version="1.0.0", fragment=fragment, node=node)


@lru_cache
def tree() -> FileTree:
    """Two operations in one service, a page of rows, and a part that serves all."""
    service = (
        origin("", "services", "service", f"entity:{UPDATE.entity}"),
        origin("One", "services", "service", f"entity:{UPDATE.entity}"),
        origin("One.update", "writes", "service", UPDATE.id),
        origin("One.read", "reads", "service", READ.id),
    )
    return FileTree(
        files=(
            GeneratedFile(path="src/core/all.py", text=TEXT, origins=(origin("", "shared", "all", "application"),)),
            GeneratedFile(path="src/core/note.txt", text="x", origins=(origin("", "shared", "note", "application"),)),
            GeneratedFile(
                path="src/repositories/one.py", text=TEXT, origins=(origin("One.read", "lists", "page", LIST.id),)
            ),
            GeneratedFile(path="src/services/one.py", text=TEXT, origins=service),
        )
    )


def bindings() -> tuple[Binding, ...]:
    """What each pattern is there for."""
    capabilities = {
        "shared": "app.types",
        "services": "entity.service",
        "writes": "operation.update",
        "reads": "operation.read",
        "lists": "operation.list",
    }
    return tuple(
        Binding(task=name, capability=capability, node="", pattern=name, version="1.0.0", digest="", score=1.0)
        for name, capability in capabilities.items()
    )


def some(of: Operation, count: int, kind: str = "happy") -> list[Scenario]:
    """So many scenarios of an operation."""
    return [scenario(of, call(of, 200), kind=kind, name=f"{kind}-{number}") for number in range(count)]


def diagnosed(verdicts: list[Verdict], scenarios: list[Scenario], *observations: Observation) -> tuple[Diagnosis, ...]:
    """The diagnoses of a round."""
    report = SmokeReport(
        total=len(verdicts), passed=0, failed=0, skipped=0, obligations=ObligationCount(), scenarios=tuple(verdicts)
    )
    suite = ScenarioSuite(scenarios=tuple(scenarios), outcomes=())
    return diagnose(report, suite, observations, depot(), tree(), bindings())


def refused(of: Scenario) -> Verdict:
    """Red for a wrong status."""
    return red(of, "status", statuses=(200, 409))


def test_what_only_red_scenarios_use_is_suspected_first() -> None:
    """The operation's own part stands before what green scenarios use too, with its line and its name."""
    bad, good = some(UPDATE, 3), some(READ, 5)
    found = diagnosed([*map(refused, bad), *map(green, good)], [*bad, *good])
    assert len(found) == 3
    first, *others = found[0].suspects
    assert (first.file, first.line, first.qualified_name) == ("src/services/one.py", 5, "One.update")
    assert (first.pattern, first.fragment, first.node) == ("writes", "service", UPDATE.id)
    assert "shared" in [suspect.pattern for suspect in others]
    assert all(suspect.node != READ.id for suspect in others)


def test_what_serves_all_is_suspected_where_all_is_red() -> None:
    """The more operations are red, the more the shared part weighs."""
    bad, good = [*some(UPDATE, 3, "invalid input"), *some(READ, 3, "invalid input")], some(LIST, 1)
    few = diagnosed([*map(refused, bad[:3]), *map(green, bad[3:])], bad)
    many = diagnosed([*map(refused, bad), *map(green, good)], [*bad, *good])

    def weight(found: tuple[Diagnosis, ...]) -> float:
        return next(suspect.weight for suspect in found[0].suspects if suspect.pattern == "shared")

    assert weight(many) > weight(few)
    assert many[0].suspects[0].pattern == "shared"


def test_a_traceback_of_a_crash_outweighs_all() -> None:
    """The innermost place of the application is first, with the line of the traceback; others follow it outwards."""
    (bad,) = some(UPDATE, 1)
    frames = (("/run/1/src/services/one.py", 6), ("/run/1/src/core/all.py", 3), ("/lib/python/asyncio.py", 9))
    crash = red(bad, "status", statuses=(200, 500))
    observation = seen(bad, failure="status", expected=200, actual=500, frames=frames)
    (found,) = diagnosed([crash], [bad], observation)
    assert [(item.file, item.line) for item in found.suspects[:2]] == [
        ("src/core/all.py", 3),
        ("src/services/one.py", 6),
    ]
    assert found.suspects[0].weight == 1.0 > found.suspects[1].weight


def test_a_traceback_counts_only_where_something_crashed() -> None:
    """A logged exception that was answered as predicted says nothing of a wrong refusal."""
    (bad,) = some(UPDATE, 1)
    observation = seen(bad, failure="status", expected=200, actual=409, frames=(("/r/src/core/all.py", 3),))
    (found,) = diagnosed([refused(bad)], [bad], observation)
    assert found.suspects[0].pattern == "writes"


def test_what_was_not_watched_follows_its_group() -> None:
    """Where all that were watched of an operation and kind agree; a flaky one has no cause and no suspects."""
    bad = some(UPDATE, 3)
    watched = seen(bad[0], "observe", failure="answer", expected=200, actual=200, absent=("t.c",))
    verdicts = [red(item, "answer", "/label") for item in bad]
    first, second, third = diagnosed(verdicts, bad, watched, seen(bad[2], again=False))
    assert (first.cause, second.cause, third.cause) == ("MISSING_SIDE_EFFECT", "MISSING_SIDE_EFFECT", None)
    assert (first.flaky, third.flaky, third.suspects, third.signature) == (False, True, (), None)


def test_an_application_that_does_not_get_up_is_diagnosed_by_its_log() -> None:
    """The place that the traceback names is the first suspect; the stage of the signature is the start."""
    log = 'Traceback (most recent call last):\n  File "/app/src/services/one.py", line 8, in read\nKeyError: 1'
    fallen = red(scenario(READ), "start", log=log).model_copy(update={"kind": "start", "operation": "application"})
    (found,) = diagnosed([fallen], [])
    assert (found.cause, found.suspects[0].qualified_name, found.suspects[0].line) == ("START_FAILURE", "One.read", 8)
    assert found.signature is not None
    assert dict(found.signature.parts)["stage"] == "start"


def test_one_mistake_has_one_family() -> None:
    """The message may differ from scenario to scenario: then the exact hashes do, and the family is one."""
    bad = some(UPDATE, 2)
    verdicts = [red(bad[0], "status", "status", statuses=(200, 409)), red(bad[1], "status", statuses=(200, 409))]
    one, other = (item.signature for item in diagnosed(verdicts, bad))
    assert one is not None
    assert other is not None
    assert one.family == other.family
    assert one.exact != other.exact


def test_kinds_and_causes_point_to_capabilities() -> None:
    """The longest prefix that a table names decides, the mean of both tables counts, and what none names is unfit."""
    assert affinity("paging", "QUERY_MISMATCH", "operation.list") == 1.0
    assert affinity("happy", "WRONG_STATUS_CODE", "operation.flow") == 1.0
    assert affinity("paging", "QUERY_MISMATCH", "operation.flow") == UNFIT
    assert affinity("invalid input", "RESPONSE_MISMATCH", "app.types") == (0.9 + 0.8) / 2
    assert all(UNFIT < weight <= 1 for table in (*BY_KIND.values(), *BY_CAUSE.values()) for weight in table.values())


def test_a_stage_points_to_what_it_runs() -> None:
    """Without a traceback of ours, a migration that fails points to migrations, and a seed script to that."""
    assert affinity("migrate", "START_FAILURE", "app.migration") > affinity("migrate", "START_FAILURE", "app.errors")
    assert affinity("seed", "START_FAILURE", "app.seed-script") > affinity("seed", "START_FAILURE", "app.migration")
