"""Drafts the lessons that a proved repair teaches: where which version is to be built otherwise, and how."""

from collections.abc import Mapping, Sequence

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.steering import Steering
from devmatrix.ir.base import Node, NodeId
from patternbank.lessons.records import Action, Avoid, Lesson, Require, RewriteCode
from patternbank.patterns.fit import Fit


class Taught(Node):
    """What a repair showed: what was told to the build, what was bound before and after, and what was at fault.

    ``kinds`` are, by IR node, the label of the root of its graph, ``structure`` is the digest of the application's
    structure, ``family`` the signature of the failures.
    """

    steering: Steering
    before: tuple[Binding, ...]
    after: tuple[Binding, ...]
    blamed: tuple[Suspect, ...]
    kinds: tuple[tuple[NodeId, tuple[str, ...]], ...]
    cause: str
    family: str
    structure: str


def draft(taught: Taught) -> tuple[Lesson, ...]:
    """A lesson for each part that was told; none for lessons that were only forgotten."""
    found: list[Lesson] = []
    for exclusion in taught.steering.exclusions:
        found += _lesson(taught, exclusion.reference, Avoid(instead=_instead(taught, exclusion.reference)))
    for slot in taught.steering.slots:
        found += _lesson(taught, slot.reference, Require(slot=slot.slot, value=slot.value))
    for one in taught.steering.rewrites:
        action = RewriteCode(fragment=one.fragment, find=one.find, put=one.put)
        found += _lesson(taught, one.reference, action)
    return tuple(found)


def _lesson(taught: Taught, reference: str, action: Action) -> list[Lesson]:
    mine = [binding for binding in taught.before if f"{binding.pattern}@{binding.version}" == reference]
    if not mine:
        return []  # a later step of the repair was told of a version that was not bound at first
    fragments = sorted({s.fragment for s in taught.blamed if s.fragment and f"{s.pattern}@{s.version}" == reference})
    fragment = fragments[0] if len(fragments) == 1 else ""
    return [
        Lesson(
            against=reference,
            digest=mine[0].digest,
            when=kind_of(mine, dict(taught.kinds)),
            action=action,
            cause=taught.cause,
            family=taught.family,
            fragment=fragment,
            learnt_in=taught.structure,
            story=_story(taught, reference, fragment),
        )
    ]


def kind_of(bindings: Sequence[Binding], kinds: Mapping[NodeId, tuple[str, ...]]) -> Fit:
    """The predicate of a lesson: what all tasks have in common that the version was bound to.

    It is as wide as what was proved, and says of what kind an IR node must be; names have no part in it.
    """
    common = frozenset.intersection(*(frozenset(kinds.get(binding.node, ())) for binding in bindings))
    return Fit(has=tuple(sorted(common)))


def _instead(taught: Taught, reference: str) -> str:
    """What was bound in the place of a version."""
    tasks = {b.task for b in taught.before if f"{b.pattern}@{b.version}" == reference}
    others = sorted({f"{b.pattern}@{b.version}" for b in taught.after if b.task in tasks} - {reference})
    return ", ".join(others)[:200]


def _story(taught: Taught, reference: str, fragment: str) -> str:
    place = f"{fragment} of {reference}" if fragment else reference
    return f"{taught.cause} by {place}; the scenarios passed and nothing else changed"
