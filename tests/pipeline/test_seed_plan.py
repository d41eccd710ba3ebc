"""Rows of scenarios that are not what the model needs are derived anew, and nothing else makes up for them."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.healing import Clinic, Healed, heal
from devmatrix.pipeline.mending import Mended, mend
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from tests.fakes.asking import Rule, ScriptedProver, red_with
from tests.pipeline.marked import AT, bank_with, built, ids, suite

SIX = ids(6)
STARVED = next(scenario.id for scenario in suite().scenarios if scenario.rows and scenario.id not in SIX)
OTHER = "src/core/errors.py"
MINE = "src/core/pagination.py"


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The shipped patterns with a faulty version."""
    with bank_with(app_types="fault") as opened:
        yield opened


def spoilt() -> ScenarioSuite:
    """The scenarios, one of them without its rows."""
    return suite().model_copy(
        update={
            "scenarios": tuple(
                one.model_copy(update={"rows": ()}) if one.id == STARVED else one for one in suite().scenarios
            )
        }
    )


class Starving(ScriptedProver):
    """Finds a row missing where a scenario has none, and judges trees by rules."""

    def ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool = False) -> Asked:
        """The verdicts on the scenarios of ``suite``."""
        starves = any(one.id == STARVED and not one.rows for one in suite.scenarios)
        fed, self.rules = self.rules, (*self.rules, *((lambda _: {STARVED},) if starves else ()))
        asked = super().ask(tree, suite, watch=watch)
        self.rules = fed
        seen = (
            one.model_copy(update={"role": "rows", "missing": ("public.rows: a row",)})
            if one.scenario == STARVED
            else one
            for one in asked.observations
        )
        return asked.model_copy(update={"observations": tuple(seen)})


def healed(bank: Bank, *rules: Rule) -> tuple[Built, Healed]:
    """What was built, and what became of a run with the spoilt scenarios."""
    made, prover = built(bank), Starving(*rules)
    asked = prover.ask(made.tree, spoilt(), watch=True)
    return made, heal(made, asked, spoilt(), Clinic(bank, prover, (), AT), Recorder())


def test_missing_rows_are_derived_anew(bank: Bank) -> None:
    """The code stays, the scenarios are those of the model, and nothing is learnt."""
    made, found = healed(bank)
    assert (found.built, found.suite.scenarios, found.asked.red) == (made, suite().scenarios, {})
    (repair,) = found.repairs
    assert (repair.kind, repair.scenarios, repair.cause) == ("seed plan", (STARVED,), "MISSING_PRECONDITION")
    assert (found.lessons, bank.store.lessons()) == ((), ())


def test_what_else_is_at_fault_is_repaired_as_well(bank: Bank) -> None:
    """First the rows, then the code; each with what passes for it, and only the code teaches anything."""
    _, found = healed(bank, red_with("# fault", *SIX))
    assert found.asked.red == {}
    assert [(one.kind, one.scenarios) for one in found.repairs] == [
        ("seed plan", (STARVED,)),
        ("rebind", tuple(sorted(SIX))),
    ]
    assert {one.scenario: one.cause for one in found.diagnoses} == {
        STARVED: "MISSING_PRECONDITION",
        **dict.fromkeys(SIX, "WRONG_STATUS_CODE"),
    }
    assert [(one.lesson.cause, one.status) for one in bank.store.lessons()] == [("WRONG_STATUS_CODE", "active")]
    assert all(not one.suspects or not one.suspects[0].proved for one in found.diagnoses if one.scenario == STARVED)


def test_an_edit_at_fault_is_taken_back_as_well(bank: Bank) -> None:
    """The rows of a scenario and an edit are at fault, and another edit stays."""
    with bank_with() as sound:
        made, prover = built(sound), Starving(red_with("WRONG = 1", *SIX))
        edits = {OTHER: "WRONG = 1", MINE: "MINE = 1"}
        standing = FileTree(
            files=tuple(
                file.model_copy(update={"text": f"{file.text}\n{edits[file.path]}\n"}) if file.path in edits else file
                for file in made.tree.files
            )
        )
        asked = prover.ask(standing, spoilt(), watch=True)
        found: tuple[Healed, Mended] = mend(made, standing, asked, spoilt(), Clinic(sound, prover, (), AT), Recorder())
    assert (found[0].asked.red, found[0].suite.scenarios) == ({}, suite().scenarios)
    assert [one.kind for one in found[0].repairs] == ["seed plan", "edit"]
    assert {one.scenario for one in found[0].diagnoses} == {STARVED, *SIX}
    assert "MINE = 1" in found[1].tree.text(MINE)
    assert "WRONG = 1" not in found[1].tree.text(OTHER)
    assert [one.cause for one in found[0].repairs] == ["MISSING_PRECONDITION", "WRONG_STATUS_CODE"]
