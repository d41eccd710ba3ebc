"""The same mistake again: failures by what they are blamed on and by their family, flaky ones apart."""

from collections.abc import Sequence

from patternbank.past import Blamed
from patternbank.values import Frozen


class Recurring(Frozen):
    """A mistake of a version: how often it was seen, in how many applications, and how many are not cleared yet.

    Without a family, what has one cause in one fragment is one mistake. ``flaky``: it did not fail again.
    """

    reference: str
    family: str
    cause: str
    fragment: str
    flaky: bool
    times: int
    applications: int
    open: int
    failures: tuple[Blamed, ...]


def recurring(found: Sequence[Blamed]) -> tuple[Recurring, ...]:
    """Give mistakes by reference, those that are not flaky first, then the most frequent."""
    groups: dict[tuple[str, bool, str, str, str], list[Blamed]] = {}
    for one in found:
        failure = one.failure
        known = (failure.family, "", "") if failure.family else ("", failure.cause, failure.fragment)
        groups.setdefault((one.reference, failure.flaky, *known), []).append(one)
    made = [_mistake(group) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: (one.reference, one.flaky, -one.times, one.cause, one.family)))


def _mistake(group: Sequence[Blamed]) -> Recurring:
    failure = group[0].failure
    fragments = {one.failure.fragment for one in group}
    return Recurring(
        reference=group[0].reference,
        family=failure.family,
        cause=failure.cause,
        fragment=failure.fragment if len(fragments) == 1 else "",
        flaky=failure.flaky,
        times=len(group),
        applications=len({one.application for one in group}),
        open=sum(one.open for one in group),
        failures=tuple(group),
    )
