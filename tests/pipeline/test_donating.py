"""Where no other version can be bound, the part of one that helps goes in as a codemod."""

from collections.abc import Iterator

import pytest

from devmatrix.pipeline.build import Built, build_application
from devmatrix.pipeline.healing import Clinic, heal
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import Limits
from patternbank.bank import Bank
from patternbank.lessons.records import RewriteCode
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import PatternFile, PatternVersion, Status
from tests.fakes.asking import Rule, ScriptedProver, red_with
from tests.pipeline.marked import AT, application, built, ids, suite, with_versions

PATTERN, FILE = "app-pagination", "files/src/core/pagination.py.j2"
RIGHT, WRONG = ".icontains(", ".contains("
RED = ids(4)


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A faulty version is golden, and the sound one is retired."""
    with open_bank(":memory:") as opened:
        sound = opened.version(PATTERN)
        texts = {**sound.texts, FILE: sound.texts[FILE].replace(RIGHT, WRONG)}
        manifest = sound.manifest.model_copy(update={"version": "1.0.1"})
        files = tuple(PatternFile(path=path, text=text) for path, text in texts.items())
        faulty = PatternVersion(manifest=manifest, files=files).with_status(Status.GOLDEN)
        gone = Change(by="test", why="test", at=AT, replacement="none")
        for status in (Status.DEPRECATED, Status.RETIRED):
            opened.store.move(PATTERN, sound.manifest.version, status, gone)
        yield with_versions(opened, faulty)


def healed_with(bank: Bank, *rules: Rule) -> tuple[Built, ScriptedProver]:
    """What became of a red run."""
    prover, made = ScriptedProver(*rules), built(bank)
    asked = prover.ask(made.tree, suite(), watch=True)
    assert asked.red
    return heal(made, asked, suite(), Clinic(bank, prover, (), AT, Limits), Recorder()).built, prover


def test_the_part_of_a_retired_version_helps(bank: Bank) -> None:
    """The lesson is a codemod on the one fragment, and the next build follows it byte for byte."""
    healed, _ = healed_with(bank, red_with(WRONG, *RED))
    assert RIGHT in healed.tree.text("src/core/pagination.py")
    (record,) = bank.store.lessons()
    assert record.status == "active"
    assert isinstance(record.lesson.action, RewriteCode)
    assert (record.lesson.against, record.lesson.action.fragment) == ("app-pagination@1.0.1", "pagination")
    again = build_application(application(), Bank(bank.store), Recorder())
    assert isinstance(again, Built)
    assert again.tree == healed.tree
    assert {lesson for binding in again.bindings for lesson in binding.lessons} == {record.lesson.id}


def test_a_part_that_harms_is_not_taken(bank: Bank) -> None:
    """What makes other scenarios fail is no repair, wherever it comes from."""
    healed, prover = healed_with(bank, red_with(WRONG, *RED), red_with(RIGHT, *ids(4, 10)))
    assert WRONG in healed.tree.text("src/core/pagination.py")
    assert bank.store.lessons() == ()
    assert any(RIGHT in tree.text("src/core/pagination.py") for tree in prover.trees)
