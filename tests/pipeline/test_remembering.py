"""What the bank keeps of a run, and that keeping it changes no build and fails no run."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devmatrix.artifacts.reports import RunReport, Verdict
from devmatrix.interfaces.cli.remembering import remember_or_say
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.remembering import deprecated_among, idle_trials, remember, signature_of
from devmatrix.pipeline.report import compose_report
from devmatrix.runtime.smoke import summarise
from patternbank.bank import Bank
from patternbank.errors import LifecycleError, UnknownPatternError
from patternbank.lifecycle import Change
from patternbank.loading import shipped_folder
from patternbank.opening import open_bank
from patternbank.patterns import PatternVersion, Status, read_patterns
from patternbank.trial import on_trial
from tests.patternbank.shelves import pattern

SPEC = Path(__file__).parents[2] / "seeds" / "specs" / "simple_task_api.md"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
CONTENT = SPEC.read_bytes()


def built_with(bank: Bank, content: bytes = CONTENT, *, scenarios: bool = False) -> Built:
    """The example, built."""
    built = build(content, SPEC.name, bank, Recorder(), scenarios=scenarios)
    assert isinstance(built, Built)
    return built


@pytest.fixture(scope="module")
def built() -> Built:
    """The example with its scenarios, out of a bank of its own."""
    with open_bank(":memory:", shipped=False) as bank, shipped_folder() as folder:
        bank.store.add(read_patterns(folder), Change(by="ann", why="trial"))
        return built_with(Bank(bank.store), scenarios=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A bank that holds the shipped patterns, without what was measured of them."""
    with open_bank(tmp_path / "bank.sqlite", shipped=False) as opened, shipped_folder() as folder:
        opened.store.add(read_patterns(folder), Change(by="ann", why="trial"))
    return tmp_path / "bank.sqlite"


@pytest.fixture
def bank(place: Path) -> Iterator[Bank]:
    """That bank, open."""
    with open_bank(place, shipped=False) as opened:
        yield opened


def report_of(built: Built, *, red: int = 0, fragment: str | None = None) -> RunReport:
    """A report in which the first scenarios of the application's creation are red."""
    assert built.suite is not None
    creation = next(item.node for item in built.bindings if item.capability == "operation.create")
    left = red
    verdicts = []
    for scenario in built.suite.scenarios:
        fails = scenario.operation == creation and left > 0
        left -= fails
        given = {"id": scenario.id, "kind": scenario.kind, "operation": scenario.operation, "covers": scenario.covers}
        ended = {"verdict": "failed" if fails else "passed", "fragment": fragment if fails else None}
        verdicts.append(Verdict.model_validate({**given, **ended, "expected": "201", "actual": "500"}))
    smoke = summarise(built.suite, verdicts)
    return compose_report("spec.md", built, {"smoke": 1.0}, None).model_copy(update={"smoke": smoke})


def test_a_run_is_kept_and_changes_no_build(built: Built, bank: Bank) -> None:
    """Application, bound versions, counts and evidence; the revision and the next tree are the same."""
    revision, tree = bank.store.revision(), built_with(bank).tree
    assert remember(bank, built, report_of(built), "r1", NOON) is None
    (run,) = bank.store.runs()
    assert (run.application, run.revision, run.failed) == (built.application.digest, built.revision, 0)
    assert [bound.task for bound in run.bound] == [binding.task for binding in built.bindings]
    (application,) = bank.store.applications()
    assert (application.title, application.entities) == (built.application.name, 1)
    assert bank.store.revision() == revision == built.revision
    assert built_with(bank).tree == tree


def test_evidence_is_told_by_version(built: Built, bank: Bank) -> None:
    """What is built once is shown by every scenario, an operation's pattern by those of its operations."""
    remember(bank, built, report_of(built), "r1", NOON)
    counts = {
        name: {(one.kind, one.total) for one in bank.store.evidence(f"{name}@1.0.0") if one.source == "devmatrix run"}
        for name in ("app-main", "operation-read")
    }
    assert built.suite is not None
    assert counts["app-main"] == {
        ("smoke", len(built.suite.scenarios)),
        ("obligations", len(built.application.tests.obligations)),
    }
    read = next(item.node for item in built.bindings if item.capability == "operation.read")
    own = sum(scenario.operation == read for scenario in built.suite.scenarios)
    assert ("smoke", own) in counts["operation-read"]
    assert 0 < own < len(built.suite.scenarios)


def test_a_red_scenario_counts_against_what_it_is_blamed_on(built: Built, bank: Bank) -> None:
    """With a fragment against its pattern alone, without one against all that served it."""
    writer = next(f"{item.pattern}@{item.version}" for item in built.bindings if item.capability == "operation.create")

    def missed(key: str, report: RunReport) -> dict[str, int]:
        remember(bank, built, report, key, NOON)
        found = {}
        for reference in (writer, "app-main@1.0.0", "operation-read@1.0.0"):
            smoke = [one for one in bank.store.evidence(reference) if one.kind == "smoke" and one.at == NOON]
            found[reference] = max(one.total - one.passed for one in smoke)
        return found

    blamed = missed("r1", report_of(built, red=2, fragment=f"{writer}#service"))
    assert blamed == {writer: 2, "app-main@1.0.0": 0, "operation-read@1.0.0": 0}
    assert {failure.blames for failure in bank.store.runs()[0].failures} == {(writer,)}
    unknown = missed("r2", report_of(built, red=3))
    assert unknown == {writer: 3, "app-main@1.0.0": 3, "operation-read@1.0.0": 0}


def test_an_application_is_known_by_structure_alone(built: Built, bank: Bank) -> None:
    """Under other names it has the same signature; with another field it has not."""
    renamed = built_with(bank, CONTENT.replace(b"Task", b"Gadget").replace(b"task", b"gadget"))
    assert renamed.application.digest != built.application.digest
    assert signature_of(renamed.application) == signature_of(built.application)
    remember(bank, built, report_of(built), "r1", NOON)
    (hit,) = bank.store.like(signature_of(renamed.application), 3)
    assert (hit.reference, hit.score) == (built.application.digest, 1.0)


def test_a_bank_for_reading_is_enough(built: Built, place: Path) -> None:
    """The record is dropped with a notice, and neither the build nor the record issues a write."""
    before = place.read_bytes()
    said: list[str] = []
    with open_bank(place, read_only=True) as bank:
        bank.store._file._connection.set_trace_callback(said.append)  # type: ignore[attr-defined]
        assert built_with(bank).tree == built.tree
        notice = remember(bank, built, report_of(built), "r1", NOON)
    assert notice == "this run is not recorded: the pattern bank may only be read"
    assert said
    assert [sql for sql in said if not sql.upper().startswith(("SELECT", "BEGIN", "ROLLBACK", "PRAGMA", "--"))] == []
    assert "BEGIN IMMEDIATE" not in said
    assert place.read_bytes() == before


def test_a_full_disk_is_a_notice(built: Built, bank: Bank) -> None:
    """Recording fails, and the run does not."""
    bank.store._file._connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]
    notice = remember(bank, built, report_of(built), "r1", NOON)
    assert notice is not None
    assert "not recorded" in notice
    assert "full" in notice
    assert bank.store.runs() == ()


def test_a_bank_that_cannot_be_opened_is_a_notice(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the environment names is no bank any more: it is said, and nothing is raised."""
    noise = tmp_path / "noise"
    noise.write_bytes(b"this is no database at all" * 100)
    monkeypatch.setenv("PATTERNBANK_PATH", str(noise))
    remember_or_say(built, report_of(built))
    assert "note: this run is not recorded: the pattern bank" in capsys.readouterr().err


def test_a_deprecated_version_is_named_with_its_replacement(built: Built, bank: Bank) -> None:
    """Runs that use one are told what takes its place."""
    assert deprecated_among(bank, built.bindings) == ()
    change = Change(by="ann", why="old", replacement="app-logging@2.0.0")
    bank.store.move("app-logging", "1.0.0", Status.DEPRECATED, change)
    (said,) = deprecated_among(bank, built.bindings)
    assert said == "app-logging@1.0.0 is deprecated; what takes its place: app-logging@2.0.0"


def test_what_is_deprecated_serves_where_nothing_golden_does(built: Built, bank: Bank) -> None:
    """The same application comes out, and the reasons say that it is deprecated."""
    bank.store.move("app-logging", "1.0.0", Status.DEPRECATED, Change(by="ann", why="old", replacement="none"))
    again = built_with(bank)
    assert again.tree.files == built.tree.files
    (binding,) = [item for item in again.bindings if item.pattern == "app-logging"]
    assert "is deprecated" in [reason.text for reason in binding.reasons]


def test_a_candidate_on_trial_is_built_in_and_proven(built: Built, bank: Bank) -> None:
    """It takes part as if it were golden, the bank stays as it is, and one that nothing asks for is named."""
    golden = bank.version("operation-read")
    newer = PatternVersion(
        manifest=golden.manifest.model_copy(update={"version": "1.1.0", "status": Status.CANDIDATE}), files=golden.files
    )
    idle = pattern("idle", status="draft")
    bank.store.add([newer, idle], Change(by="ann", why="trial"))
    revision = bank.store.revision()
    assert {item.version for item in built_with(Bank(bank.store)).bindings if item.pattern == "operation-read"} == {
        "1.0.0"
    }
    trial = on_trial(bank, ["operation-read", "idle@1.0.0"])
    tried = built_with(trial, scenarios=True)
    assert {item.version for item in tried.bindings if item.pattern == "operation-read"} == {"1.1.0"}
    assert idle_trials(trial, tried.bindings) == ("idle@1.0.0 is on trial and was chosen for no task",)
    remember(trial, tried, report_of(tried), "r1", NOON)
    assert {one.kind for one in bank.store.evidence("operation-read@1.1.0")} == {"smoke", "obligations"}
    assert bank.store.revision() == revision
    with pytest.raises(LifecycleError, match="only a draft or candidate can be tried"):
        on_trial(bank, ["operation-read@1.0.0"])
    with pytest.raises(UnknownPatternError, match="absent"):
        on_trial(bank, ["absent"])
