"""A repair is kept only when it helps and harms nothing, and costs no more than it may."""

import pytest

from devmatrix.learning.diagnosing import diagnose
from devmatrix.pipeline.proving import Prover
from devmatrix.pipeline.repairing import Limits, Step, Upstream, is_better, sample
from patternbank.bank import Bank
from patternbank.patterns.manifest import Slot
from tests.fakes.asking import ScriptedProver, red_with, red_without
from tests.pipeline.marked import bank_with, ids, marked, red_step, suite, with_versions

SIX = ids(6)


def repair(bank: Bank, prover: Prover, limits: Limits | None = None, start: Step | None = None) -> Step:
    """The furthest step from a red application."""
    return Upstream(bank, suite(), prover, limits or Limits()).repair(start or red_step(bank, prover))


def excluded(step: Step) -> list[str]:
    """What a build was told not to bind."""
    return [one.reference for one in step.steering.exclusions]


def test_another_version_is_bound_where_one_is_at_fault() -> None:
    """The repair names what was done, what passes with it, and the difference; nothing is red any more."""
    with bank_with(app_types="fault") as bank:
        end = repair(bank, ScriptedProver(red_with("# fault", *SIX)))
        (done,) = end.repairs
        assert (end.red, excluded(end)) == (frozenset(), ["app-types@1.0.1"])
        assert (done.kind, done.proved, done.scenarios, done.scenario) == ("rebind", True, tuple(sorted(SIX)), min(SIX))
        assert '-_ = "# fault"\n' in done.diff
        assert "# fault" not in end.built.tree.text("src/core/types.py")
        assert done.cause


def test_a_slot_is_turned_round() -> None:
    """Where that is enough, the version stays bound."""
    with bank_with() as bank:
        slot = Slot(name="strict", default=False)
        version = marked(bank, "app-pagination", "{{ 'sound' if slots.strict else 'fault' }}", slot)
        end = repair(with_versions(bank, version), ScriptedProver(red_with("# fault", *SIX)))
        assert [(one.slot, one.value) for one in end.steering.slots] == [("strict", "true")]
        assert (end.repairs[0].kind, excluded(end), end.red) == ("slot", [], frozenset())


def test_two_faults_are_repaired_one_after_the_other() -> None:
    """Each is a repair of its own, with the scenarios that it turns green."""
    with bank_with(app_types="one", app_errors="two") as bank:
        end = repair(bank, ScriptedProver(red_with("# one", *SIX[:2]), red_with("# two", *SIX[2:])))
        assert end.red == frozenset()
        assert {one.scenarios for one in end.repairs} == {tuple(sorted(SIX[:2])), tuple(sorted(SIX[2:]))}
        assert sorted(excluded(end)) == ["app-errors@1.0.1", "app-types@1.0.1"]


def test_faults_that_hide_each_other_are_repaired_together() -> None:
    """Neither alone turns anything green; a third version that could be changed as well is left alone."""
    with bank_with(app_types="one", app_errors="two", app_pagination="harmless") as bank:
        end = repair(bank, ScriptedProver(red_with("# one", *SIX), red_with("# two", *SIX)))
        assert end.red == frozenset()
        assert sorted(excluded(end)) == ["app-errors@1.0.1", "app-types@1.0.1"]
        assert len(end.repairs) == 1


def test_what_turns_something_else_red_is_no_repair() -> None:
    """The other version is worse elsewhere: the application stays as it is, byte for byte."""
    with bank_with(app_types="fault") as bank:
        prover = ScriptedProver(red_with("# fault", *SIX[:3]), red_without("# fault", SIX[4]))
        start = red_step(bank, prover)
        end = repair(bank, prover, start=start)
        assert (end, end.repairs) == (start, ())


def test_what_does_not_help_is_no_repair() -> None:
    """All stays red, whatever is tried: nothing is told to a build."""
    with bank_with(app_types="innocent") as bank:
        prover = ScriptedProver(red_with("", *SIX))
        start = red_step(bank, prover)
        assert repair(bank, prover, start=start) is start


def test_a_part_that_helps_is_kept() -> None:
    """Of two kinds of red, one cannot be repaired: the other is."""
    with bank_with(app_types="fault") as bank:
        end = repair(bank, ScriptedProver(red_with("# fault", *SIX[:3]), red_with("", *SIX[3:])))
        assert (end.red, len(end.repairs)) == (frozenset(SIX[3:]), 1)


@pytest.mark.parametrize(("limits", "trees"), [(Limits(trials=0), 0), (Limits(seconds=0), 0), (Limits(rounds=0), 0)])
def test_limits_are_kept(limits: Limits, trees: int) -> None:
    """Without trials, time or rounds nothing is asked, and nothing repaired."""
    with bank_with(app_types="fault") as bank:
        prover = ScriptedProver(red_with("# fault", *SIX))
        start = red_step(bank, prover)
        asked = len(prover.trees)
        assert repair(bank, prover, limits, start) is start
        assert len(prover.trees) - asked == trees


def test_a_round_repairs_one_thing() -> None:
    """With one round the second fault stays."""
    with bank_with(app_types="one", app_errors="two") as bank:
        prover = ScriptedProver(red_with("# one", *SIX[:2]), red_with("# two", *SIX[2:]))
        end = repair(bank, prover, Limits(rounds=1))
        assert len(end.repairs) == 1
        assert end.red


def test_the_number_of_trees_is_limited() -> None:
    """No more trees are tried than trials are given."""
    with bank_with(app_types="a", app_errors="b", app_pagination="c") as bank:
        prover = ScriptedProver(red_with("", *SIX))
        start = red_step(bank, prover)
        repair(bank, prover, Limits(trials=2), start)
        assert len({id(tree) for tree in prover.trees[1:]}) <= 2


def test_what_does_not_fail_again_is_not_repaired() -> None:
    """A flaky scenario counts neither as red nor as something that turned red."""
    with bank_with(app_types="fault") as bank:
        prover = ScriptedProver(flaky=SIX[:1])
        start = red_step(bank, prover, watch=True)
        assert start.asked.red.keys() == set(SIX[:1])
        assert start.red == frozenset()
        asked = len(prover.trees)
        assert repair(bank, prover, start=start) is start
        assert len(prover.trees) == asked


def test_flaky_and_red_together_repair_what_is_red() -> None:
    """Only what fails again has to pass."""
    with bank_with(app_types="fault") as bank:
        prover = ScriptedProver(red_with("# fault", *SIX[1:3]), flaky=SIX[:1])
        end = repair(bank, prover, start=red_step(bank, prover, watch=True))
        assert end.repairs[0].scenarios == tuple(sorted(SIX[1:3]))


def test_a_fallen_application_is_repaired() -> None:
    """Where nothing could be asked, an application that gets up is better."""
    with bank_with(app_types="fault") as bank:
        prover = ScriptedProver(red_with("# fault", *SIX))
        plain = red_step(bank, prover)
        verdicts = tuple(
            one.model_copy(update={"cause": "start"}) if one.id in SIX else one for one in plain.asked.report.scenarios
        )
        asked = plain.asked.model_copy(update={"report": plain.asked.report.model_copy(update={"scenarios": verdicts})})
        assert asked.fallen
        diagnoses = diagnose(asked.report, suite(), (), plain.built.application, plain.built.tree, plain.built.bindings)
        end = repair(bank, prover, start=Step(plain.built, asked, diagnoses))
        assert excluded(end) == ["app-types@1.0.1"]
        assert not is_better(plain, asked)


def test_probes_are_spread_over_operations_and_kinds() -> None:
    """The first ones differ in operation or kind, and no more are taken than there may be."""
    with bank_with(app_types="fault") as bank:
        step = red_step(bank, ScriptedProver(red_with("# fault", *ids(90))))
        chosen = list(sample(step))
        verdicts = step.asked.red
        groups = [(verdicts[one].operation, verdicts[one].kind) for one in chosen]
        number = len(set(groups))
        assert len(set(groups[:number])) == number
        assert len(chosen) == len(set(chosen)) <= 40
