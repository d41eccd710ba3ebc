"""A lesson is replayed on neighbours: it may be followed where it makes nothing worse, and what it helps is counted."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.asked import all_green
from devmatrix.pipeline.proving import digest_of_tree
from devmatrix.pipeline.replaying import Replay, pair_of, replay
from patternbank.bank import Bank
from patternbank.lessons.records import Action, Avoid, Lesson, Require, RewriteCode
from tests.fakes.asking import Rule, ScriptedNeighbour, ScriptedProver, red_with, red_without
from tests.patternbank.taught import lesson
from tests.pipeline.marked import AT, application, bank_with, built, ids, suite

SIX = ids(6)


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The shipped patterns with one newer version."""
    with bank_with(app_types="newer") as opened:
        yield opened


def about(bank: Bank, against: str = "app-types@1.0.1", action: Action | None = None) -> Lesson:
    """A lesson about the newer version."""
    name, _, version = against.partition("@")
    return lesson(against, digest=bank.version(name, version).digest, capability="", action=action or Avoid())


def neighbour(*rules: Rule, name: str = "near", proved: tuple[str, ...] = ()) -> ScriptedNeighbour:
    """The application as a neighbour."""
    return ScriptedNeighbour(name, application(), suite(), *rules, proved=proved)


def replayed(bank: Bank, taught: Lesson, *neighbours: ScriptedNeighbour, asks: int = 2) -> list[Replay]:
    """What became of a lesson."""
    return list(replay(taught, neighbours, bank, AT, asks))


def test_a_lesson_that_helps_has_evidence(bank: Bank) -> None:
    """Scenarios pass with it that failed without it."""
    (found,) = replayed(bank, about(bank), neighbour(red_with("# newer", *SIX)))
    assert (found.changed, found.harm) == (True, "")
    assert found.evidence is not None
    assert found.evidence.outcome == "win"
    assert found.evidence.passed_with - found.evidence.passed_without == len(SIX)


def test_a_lesson_that_harms_is_not_approved(bank: Bank) -> None:
    """The report names the neighbour, how many scenarios are red, and the first; nobody else is asked any more."""
    second = neighbour(name="far")
    (found,) = replayed(bank, about(bank), neighbour(red_without("# newer", *SIX)), second)
    assert found.harm == f"near {len(SIX)} scenarios are red with it, {min(SIX)} the first"
    assert second.prover.trees == []


def test_help_does_not_make_up_for_harm(bank: Bank) -> None:
    """One scenario that turns red outweighs five that turn green."""
    rules = red_with("# newer", *SIX[:5]), red_without("# newer", SIX[5])
    (found,) = replayed(bank, about(bank), neighbour(*rules))
    assert found.harm


def test_what_was_red_before_is_no_harm(bank: Bank) -> None:
    """Red scenarios of a neighbour stay its own."""
    (found,) = replayed(bank, about(bank), neighbour(red_with("", *SIX)))
    assert (found.harm, found.evidence and found.evidence.outcome) == ("", "neutral")


def test_a_lesson_that_changes_nothing_asks_nothing(bank: Bank) -> None:
    """A version that no neighbour is built of."""
    near = neighbour(red_with("", *SIX))
    (found,) = replayed(bank, about(bank, "app-types@1.0.0"), near)
    assert (found.changed, found.harm, found.evidence, near.prover.trees) == (False, "", None, [])


def test_a_tree_that_is_known_is_not_asked(bank: Bank) -> None:
    """What was proved before is green."""
    without, with_it = built(bank), built(bank.taught([about(bank)]))
    proved = digest_of_tree(without.tree), digest_of_tree(with_it.tree)
    near = neighbour(red_with("", *SIX), proved=proved)
    (found,) = replayed(bank, about(bank), near)
    assert (found.changed, found.harm, near.prover.trees) == (True, "", [])
    near = neighbour(red_with("", *SIX), proved=proved[1:])
    replayed(bank, about(bank), near)
    assert near.prover.trees == [without.tree]


def test_few_trees_are_asked_only_to_know_what_a_lesson_is_good_for(bank: Bank) -> None:
    """With no asks left a green tree is enough."""
    near, far = neighbour(red_with("# newer", *SIX)), neighbour(red_with("# newer", *SIX), name="far")
    found = replayed(bank, about(bank), near, far, asks=1)
    assert [one.evidence is not None for one in found] == [True, False]
    assert len(far.prover.trees) == 1


@pytest.mark.parametrize(
    "action",
    [
        RewriteCode(fragment="types", find="import", put="x"),
        Require(slot="absent", value="true"),
        Require(slot="absent", value="no JSON"),
    ],
)
def test_what_cannot_be_built_harms(bank: Bank, action: Action) -> None:
    """A rewrite that is no Python and a slot that is not there."""
    (found,) = replayed(bank, about(bank, action=action), neighbour())
    assert found.harm == "near cannot be built with it"


def test_a_neighbour_that_cannot_be_built_says_nothing(bank: Bank) -> None:
    """A lesson does not make it worse."""
    broken = about(bank, action=Require(slot="absent", value="true"))
    assert replayed(bank.taught([broken]), about(bank), neighbour()) == []


def test_a_pair_counts_what_passes(bank: Bank) -> None:
    """Both rounds of the same application, by its structure."""
    prover = ScriptedProver(red_with("# newer", *SIX))
    before = prover.ask(built(bank).tree, suite())
    after = prover.ask(built(bank.taught([about(bank)])).tree, suite())
    found = pair_of(about(bank), application(), before, after, AT)
    total = len(suite().scenarios)
    assert (found.total, found.passed_without, found.passed_with) == (total, total - len(SIX), total)
    assert len(found.application) == 64


def test_what_is_known_is_counted_like_what_is_asked(bank: Bank) -> None:
    """A proved tree passes all that the other one was asked, however many scenarios it was once proved with."""
    asked = ScriptedProver(red_with("# newer", *SIX)).ask(built(bank).tree, suite())
    total = len(suite().scenarios)
    for scenarios in (1, 10 * total):
        helped = pair_of(about(bank), application(), asked, all_green(scenarios), AT)
        harmed = pair_of(about(bank), application(), all_green(scenarios), asked, AT)
        assert (helped.total, helped.passed_with, helped.passed_without) == (total, total, total - len(SIX))
        assert (helped.outcome, harmed.outcome) == ("win", "harm")
    assert pair_of(about(bank), application(), all_green(1), all_green(2), AT).outcome == "neutral"
