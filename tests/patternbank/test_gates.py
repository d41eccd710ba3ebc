"""A pattern is promoted when every gate lets it through, and a gate that does not says why."""

from collections.abc import Iterator

import pytest

from patternbank.bank import Bank
from patternbank.curation.moving import Move, Moved, move_pattern, promotion
from patternbank.errors import LifecycleError, UnknownPatternError
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import PatternVersion, Status
from tests.patternbank.past import application, failure, key, proofs, proven, run
from tests.patternbank.shelves import pattern

BY_ANN = Change(by="ann", why="a reason")
UNSAFE = '"""A module."""\n\nimport subprocess\n\nsubprocess.run("ls", shell=True, check=False)  # nosec\n'


@pytest.fixture
def bank() -> Iterator[Bank]:
    """An empty bank."""
    with open_bank(":memory:", shipped=False) as opened:
        yield opened


def promoted(bank: Bank, version: PatternVersion, *, dry_run: bool = False) -> Moved:
    """What becomes of the next step up."""
    return move_pattern(bank, promotion(bank, version.reference, BY_ANN), dry_run=dry_run)


def failing(moved: Moved) -> list[str]:
    """The gates that hold it back."""
    return [gate.name for gate in moved.gates if not gate.passed]


def test_a_proven_candidate_becomes_golden(bank: Bank) -> None:
    """With its scores, its history, and the measurements that they rest on."""
    version = proven()
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b", "c"))
    moved = promoted(bank, version)
    assert (failing(moved), moved.written) == ([], True)
    entry = bank.entry("plain", "1.0.0")
    assert entry is not None
    assert (entry.status, entry.scores) == (Status.GOLDEN, moved.scores)
    assert entry.scores is not None
    assert entry.scores.least >= 0.9
    assert [past.kind for past in bank.store.history("plain", "1.0.0")] == ["added", "scores", "status"]
    assert {one.kind for one in bank.store.evidence("plain@1.0.0")} >= {"lint", "types", "security", "tests"}


def test_a_candidate_without_proof_stays(bank: Bank) -> None:
    """Each gate that fails says which and why and what to do, and nothing is written."""
    version = proven()
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b"))
    before = bank.store.revision()
    moved = promoted(bank, version)
    assert failing(moved) == ["proven", "readiness"]
    assert all(gate.text and gate.hint for gate in moved.gates if not gate.passed)
    assert "proven in 2 different applications" in next(gate.text for gate in moved.gates if gate.name == "proven")
    assert (moved.allowed, bank.store.revision()) == (False, before)
    assert len(bank.store.evidence("plain@1.0.0")) == 4


def test_a_renamed_application_is_no_other(bank: Bank) -> None:
    """Three applications of one structure prove as much as one."""
    version = proven()
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b", "c"))
    for word in "abc":
        leaves = ("list", "flow", f"field {word}")
        bank.store.record(application(word, *leaves), run(f"r{word}", word))
    assert failing(promoted(bank, version, dry_run=True)) == []
    for word in "ab":
        bank.store.record(application(word, "list", "flow", "field c"), run(f"again{word}", word))
    assert failing(promoted(bank, version, dry_run=True)) == ["proven", "readiness", "reliability"]


def test_a_finding_of_bandit_holds_back(bank: Bank) -> None:
    """And no comment silences it."""
    version = proven(text=UNSAFE)
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b", "c"))
    moved = promoted(bank, version)
    assert failing(moved) == ["bandit", "security"]
    assert "B602" in next(gate.text for gate in moved.gates if gate.name == "bandit")


def test_types_that_do_not_hold_hold_back(bank: Bank) -> None:
    """A function that does not say its types, and one that breaks its word."""
    text = '"""A module."""\n\n\ndef f(x):  # noqa\n    return x\n\n\ndef g() -> int:\n    return "a"\n'
    version = proven(text=text, name="untyped")
    bank.store.add([version.with_status(Status.DRAFT)], BY_ANN)
    moved = promoted(bank, version)
    assert (failing(moved), moved.after) == (["types"], Status.CANDIDATE)
    assert "a.py:4" in next(gate.text for gate in moved.gates if gate.name == "types")


def test_blame_holds_back_until_a_later_run_clears_it(bank: Bank) -> None:
    """A failure in the newest run of an application counts; other contents of the same version do not."""
    version = proven()
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b", "c"))
    red = run("r1", "a", "plain@1.0.0", failures=(failure("plain@1.0.0", scenario="s9"),))
    own = red.bound[0].model_copy(update={"digest": version.digest})
    bank.store.record(application("a"), red.model_copy(update={"id": "r0", "application": key("a")}))
    assert failing(promoted(bank, version, dry_run=True)) == []
    bank.store.record(application("a"), red.model_copy(update={"bound": (own,)}))
    moved = promoted(bank, version, dry_run=True)
    assert failing(moved) == ["blameless"]
    assert "s9 in run r1" in next(gate.text for gate in moved.gates if gate.name == "blameless")
    green = run("r2", "a", "plain@1.0.0", minutes=5).model_copy(update={"bound": (own,)})
    bank.store.record(application("a"), green)
    assert failing(promoted(bank, version, dry_run=True)) == []


def test_a_draft_that_conflicts_is_no_candidate(bank: Bank) -> None:
    """What it requires must be there, and its conflicts be said by both sides."""
    version = proven(requires=["absent"], conflicts=["other"])
    bank.store.add([version.with_status(Status.DRAFT), pattern("other")], BY_ANN)
    moved = promoted(bank, version)
    assert failing(moved) == ["conflicts"]
    text = next(gate.text for gate in moved.gates if gate.name == "conflicts")
    assert "requires absent" in text
    assert "other, which does not say so" in text


def test_an_example_that_does_not_render_is_named(bank: Bank) -> None:
    """Every gate that needs it fails, and says what is missing."""
    version = pattern("bare", status="draft")
    bank.store.add([version], BY_ANN)
    moved = promoted(bank, version)
    assert failing(moved) == ["tests", "lint", "types"]
    assert "has no example/view.json" in moved.gates[1].text


def test_a_dry_run_writes_nothing(bank: Bank) -> None:
    """It says what would be, and the bank is as it was."""
    version = proven()
    bank.store.add([version], BY_ANN)
    bank.store.add_evidence(proofs(version, "a", "b", "c"))
    moved = promoted(bank, version, dry_run=True)
    assert (moved.allowed, moved.written) == (True, False)
    assert [past.kind for past in bank.store.history("plain", "1.0.0")] == ["added"]
    assert len(bank.store.evidence("plain@1.0.0")) == 6


def test_a_step_that_does_not_exist_is_refused(bank: Bank) -> None:
    """Golden is the top, a replacement must be there, and a golden version is not retired at once."""
    bank.store.add([pattern("a"), pattern("b")], BY_ANN)
    with pytest.raises(LifecycleError, match="no step up"):
        promotion(bank, "a", BY_ANN)
    instead = Change(by="ann", why="old", replacement="absent")
    with pytest.raises(UnknownPatternError, match="absent"):
        move_pattern(bank, Move(reference="a@1.0.0", status=Status.DEPRECATED, change=instead))
    with pytest.raises(LifecycleError, match="cannot become retired"):
        move_pattern(bank, Move(reference="a@1.0.0", status=Status.RETIRED, change=BY_ANN))
