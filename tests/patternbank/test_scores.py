"""Scores come out of evidence alone, by the formulas of docs/scores.md."""

from hypothesis import given
from hypothesis import strategies as st

from patternbank.curation.scores import CONFIDENCE, TRIALS, counted, proven_in, scores_of
from patternbank.records import EvidenceRecord
from tests.patternbank.past import key, measured

DIGEST = key("d")
CHECKS = tuple(measured("a@1.0.0", kind, "", total=4, passed=4) for kind in ("tests", "lint", "types", "security"))


def smoke(*applications: str, total: int = 20, passed: int = 20) -> tuple[EvidenceRecord, ...]:
    """Scenarios of applications."""
    return tuple(measured("a@1.0.0", "smoke", word, total=total, passed=passed) for word in applications)


def owed(total: int, passed: int, of: str = "a") -> EvidenceRecord:
    """Obligations of an application."""
    return measured("a@1.0.0", "obligations", of, total=total, passed=passed)


def test_without_evidence_there_are_no_scores() -> None:
    """Nothing measured is not the same as measured and bad; evidence of other contents is none."""
    assert scores_of((), DIGEST) is None
    assert scores_of(CHECKS, key("e")) is None


def test_what_is_green_everywhere_scores_high() -> None:
    """Three applications of twenty scenarios: 60 trials, and the bound of Wilson's interval 60 / (60 + z²)."""
    scores = scores_of((*CHECKS, *smoke("a", "b", "c"), owed(50, 50)), DIGEST)
    assert scores is not None
    assert (scores.readiness, scores.coverage, scores.security) == (1, 1, 1)
    assert scores.reliability == round(60 / (60 + CONFIDENCE**2), 4) == 0.9569


def test_each_score_listens_to_its_own_evidence() -> None:
    """A finding of bandit lowers security alone, an obligation that is not shown coverage alone, and so on."""
    green = (*CHECKS[:3], *smoke("a", "b", "c"))
    scores = scores_of((*green, measured("a@1.0.0", "security", "", total=4, passed=3), owed(10, 9)), DIGEST)
    assert scores is not None
    assert (scores.readiness, scores.coverage, scores.security) == (1, 0.9, 0.75)
    weaker = scores_of((*CHECKS[:2], *smoke("a")), DIGEST)
    assert weaker is not None
    assert (weaker.readiness, weaker.coverage, weaker.security) == (round((2 + 1 / 3) / 4, 4), 0, 0)


def test_a_measurement_of_nothing_is_clean_and_no_measurement_is_not() -> None:
    """A pattern without Python has nothing that bandit could find; one that was never looked at is not safe."""
    nothing = scores_of((measured("a@1.0.0", "security", "", total=0, passed=0),), DIGEST)
    assert nothing is not None
    assert nothing.security == 1


def test_a_large_application_does_not_outvote_others() -> None:
    """Five hundred green scenarios of one application weigh as twenty."""
    large = scores_of(smoke("a", total=500, passed=500), DIGEST)
    small = scores_of(smoke("a", total=TRIALS, passed=TRIALS), DIGEST)
    both = scores_of((*smoke("a", total=500, passed=500), *smoke("b", total=20, passed=10)), DIGEST)
    assert large is not None
    assert small is not None
    assert both is not None
    assert large.reliability == small.reliability
    assert both.reliability < 0.75


def test_the_newest_measurement_counts() -> None:
    """A later one of the same application takes its place; at the same time the least favourable counts."""
    red, green = measured("a@1.0.0", passed=5), measured("a@1.0.0", passed=10, minutes=5)
    assert counted((green, red), DIGEST) == (green,)
    assert proven_in(counted((red,), DIGEST)) == ()
    assert proven_in(counted((green, red), DIGEST)) == (key("a"),)
    same = measured("a@1.0.0", passed=4)
    assert counted((red, same), DIGEST) == counted((same, red), DIGEST) == (same,)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 6))
def test_reliability_stays_below_the_share(total: int, passed: int, applications: int) -> None:
    """A bound is careful: never above what was seen, nearer to it with more applications, and never out of range."""
    passed = min(passed, total)
    few = scores_of(smoke(*"abcdef"[:applications], total=total, passed=passed), DIGEST)
    more = scores_of(smoke(*"abcdefg"[: applications + 1], total=total, passed=passed), DIGEST)
    assert few is not None
    assert more is not None
    assert 0 <= few.reliability <= passed / total + 1e-4
    assert more.reliability >= few.reliability - 1e-4
