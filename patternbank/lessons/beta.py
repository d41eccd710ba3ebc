"""Quantiles of the Beta distribution, without a library for it."""

from math import exp, lgamma, log, log1p

_STEPS = 60
_TERMS = 300
_TINY = 1e-300
_CLOSE = 1e-14


def interval(alpha: float, beta: float, share: float) -> tuple[float, float]:
    """Give the bounds between which a share of the distribution lies, with equal tails."""
    tail = (1.0 - share) / 2.0
    return quantile(alpha, beta, tail), quantile(alpha, beta, 1.0 - tail)


def quantile(alpha: float, beta: float, share: float) -> float:
    """Give the value below which a share of the distribution lies, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if below(alpha, beta, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def below(alpha: float, beta: float, value: float) -> float:
    """Give the share of the distribution below a value: the regularized incomplete beta function."""
    if value <= 0.0 or value >= 1.0:
        return float(value >= 1.0)
    if value > (alpha + 1.0) / (alpha + beta + 2.0):
        return 1.0 - below(beta, alpha, 1.0 - value)
    front = lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + alpha * log(value) + beta * log1p(-value)
    return exp(front) * _fraction(alpha, beta, value) / alpha


def _fraction(alpha: float, beta: float, value: float) -> float:
    """Evaluate the continued fraction by Lentz's method (Numerical Recipes, 6.4)."""
    above, under = 1.0, 1.0 / _away(1.0 - (alpha + beta) * value / (alpha + 1.0))
    found = under
    for term in range(1, _TERMS):
        twice = alpha + 2 * term
        for step in (
            term * (beta - term) * value / ((twice - 1.0) * twice),
            -(alpha + term) * (alpha + beta + term) * value / (twice * (twice + 1.0)),
        ):
            under = 1.0 / _away(1.0 + step * under)
            above = _away(1.0 + step / above)
            change = under * above
            found *= change
        if abs(change - 1.0) < _CLOSE:
            break
    return found


def _away(value: float) -> float:
    """Keep a divisor away from zero."""
    return value if abs(value) > _TINY else _TINY
