"""What evidence amounts to: belief in a lesson, wins, harm, and when it matters no more."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from patternbank.lessons.beta import below, quantile
from patternbank.lessons.judging import HALF_LIFE, QUIET, harmed, independent, is_worn_out, posterior, weight, wins
from patternbank.patterns import Status
from tests.patternbank.past import NOON
from tests.patternbank.taught import pair


def test_without_evidence_the_odds_are_even() -> None:
    """Everything is possible: the interval spans nearly all."""
    found = posterior([], now=NOON)
    assert (found.wins, found.harms, found.neutrals, found.mean) == (0, 0, 0, 0.5)
    assert [found.low, found.high] == pytest.approx([0.05, 0.95])


def test_wins_and_harms_move_belief() -> None:
    """Three wins of three: 0.8, and surely above 0.47; a harm takes it back; what does not differ says nothing."""
    won = [pair("l", word) for word in "abc"]
    found = posterior(won, now=NOON)
    assert (found.alpha, found.beta, found.mean) == (4.0, 1.0, 0.8)
    assert [found.low, found.high] == pytest.approx([0.05**0.25, 0.95**0.25])
    mixed = posterior([*won, pair("l", "d", won=-1), pair("l", "e", won=0)], now=NOON)
    assert (mixed.wins, mixed.harms, mixed.neutrals) == (3, 1, 1)
    assert mixed.mean == pytest.approx(4 / 6)


def test_an_application_in_an_environment_counts_once() -> None:
    """The newest pair counts, of several at one time the worst; another environment is another pair, no other win."""
    twice = [pair("l", "a"), pair("l", "a", won=2, minutes=1), pair("l", "a", won=-1)]
    assert independent(twice) == (twice[1],)
    assert independent([twice[0], twice[2]]) == (twice[2],)
    apart = [*twice, pair("l", "a", environment="other")]
    assert posterior(apart, now=NOON).wins == 2
    assert wins(apart) == 1
    assert not harmed(apart)
    assert harmed([*apart, pair("l", "b", won=-1)])


def test_old_pairs_weigh_less() -> None:
    """Half after a half-life; one from the future weighs as a new one."""
    old = pair("l")
    assert weight(old, now=NOON + HALF_LIFE) == pytest.approx(0.5)
    assert weight(old, now=NOON - timedelta(days=1)) == 1
    assert posterior([old], now=NOON + 2 * HALF_LIFE).alpha == pytest.approx(1.25)
    assert posterior([old], now=NOON + 2 * HALF_LIFE).wins == 1


def test_a_lesson_wears_out() -> None:
    """When its version is out of use or gone, or when none of the last pairs differ; not before."""
    idle = [pair("l", f"q{number}", won=0, minutes=number + 1) for number in range(QUIET)]
    assert not is_worn_out([], Status.GOLDEN)
    assert all(is_worn_out([], status) for status in (None, Status.DEPRECATED, Status.RETIRED))
    assert not is_worn_out(idle[1:], Status.CANDIDATE)
    assert is_worn_out([pair("l"), *idle], Status.GOLDEN)
    assert not is_worn_out([pair("l", minutes=5), *idle[1:]], Status.GOLDEN)


@given(some.floats(1, 60), some.floats(1, 60), some.floats(0.01, 0.99))
def test_quantiles_are_the_inverse_of_shares(alpha: float, beta: float, share: float) -> None:
    """The share below a quantile is the share that was asked for, and the mirrored distribution mirrors it."""
    value = quantile(alpha, beta, share)
    assert below(alpha, beta, value) == pytest.approx(share, abs=1e-9)
    assert quantile(beta, alpha, 1 - share) == pytest.approx(1 - value, abs=1e-9)


def test_shares_are_those_of_a_sum() -> None:
    """The midpoint rule over the density gives the same."""
    alpha, beta, end, steps = 3.7, 2.2, 0.6, 20_000
    whole = math.exp(math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta))
    points = ((number + 0.5) * end / steps for number in range(steps))
    summed = sum(x ** (alpha - 1) * (1 - x) ** (beta - 1) for x in points) * end / steps / whole
    assert below(alpha, beta, end) == pytest.approx(summed, abs=1e-7)
    assert (below(alpha, beta, 0), below(alpha, beta, 1)) == (0, 1)
