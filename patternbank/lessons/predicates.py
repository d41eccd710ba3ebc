"""Say a predicate in words."""

from collections.abc import Iterator

from patternbank.patterns import Fit
from patternbank.patterns.fit import Bounds


def describe(fit: Fit) -> str:
    """Give what must hold, as the end of a sentence that begins with "where"; empty when nothing must."""
    return " and ".join(_parts(fit))


def _parts(fit: Fit) -> Iterator[str]:
    if fit.has:
        yield f"there is {' and '.join(fit.has)}"
    if fit.lacks:
        yield f"there is no {' and no '.join(fit.lacks)}"
    yield from (f"{begin} {name} {end}" for begin, name, end in fit.edges)
    yield from (f"{label} occurs {_often(bounds)}" for label, bounds in fit.count)
    for name, wanted in fit.setting:
        yield f"the setting {name} is {' or '.join(str(value) for value in wanted)}"
    if fit.any:
        yield f"({' or '.join(describe(part) or 'anything holds' for part in fit.any)})"
    if fit.negated is not None:
        yield f"not ({describe(fit.negated) or 'anything holds'})"


def _often(bounds: Bounds) -> str:
    if bounds.max is None:
        return f"at least {bounds.min} times"
    return f"{bounds.min} to {bounds.max} times"
