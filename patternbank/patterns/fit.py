"""The closed language in which a pattern says on which structures and settings it fits."""

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from pydantic import Field, field_validator

from patternbank.embeddings import Graph
from patternbank.values import Frozen

Scalar: TypeAlias = bool | int | float | str | None


class Subject:
    """What predicates are asked about: the labels and edges of a graph, facts, and settings."""

    def __init__(self, graph: Graph | None, facts: tuple[str, ...], settings: tuple[tuple[str, Scalar], ...]) -> None:
        self.counts = Counter(node.label for node in graph.nodes) if graph else Counter()
        self.known = frozenset(self.counts) | frozenset(facts)
        self.triples = frozenset(graph.triples) if graph else frozenset()
        self.settings = dict(settings)


class Bounds(Frozen):
    """How often a label may occur."""

    min: int = Field(default=0, ge=0)
    max: int | None = Field(default=None, ge=0)


class Fit(Frozen):
    """A predicate; all its parts must hold, an empty one always does."""

    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    edges: tuple[tuple[str, str, str], ...] = ()
    count: tuple[tuple[str, Bounds], ...] = ()
    setting: tuple[tuple[str, tuple[Scalar, ...]], ...] = ()
    any: tuple["Fit", ...] = ()
    negated: "Fit | None" = Field(default=None, alias="not")

    @field_validator("count", mode="before")
    @classmethod
    def order_counts(cls, value: object) -> object:
        """Read a mapping as sorted pairs."""
        return sorted(value.items()) if isinstance(value, dict) else value

    @field_validator("setting", mode="before")
    @classmethod
    def order_settings(cls, value: object) -> object:
        """Read a mapping as sorted pairs, a single value as a list of one."""
        if not isinstance(value, dict):
            return value
        return [(name, wanted if isinstance(wanted, list) else [wanted]) for name, wanted in sorted(value.items())]


def misfits(fit: Fit, subject: Subject) -> Iterator[str]:
    """Say, part by part, why a predicate does not hold; nothing when it holds."""
    yield from (f"needs {label}" for label in fit.has if label not in subject.known)
    yield from (f"does not go with {label}" for label in fit.lacks if label in subject.known)
    yield from (f"needs {' '.join(edge)}" for edge in fit.edges if edge not in subject.triples)
    for label, bounds in fit.count:
        found = subject.counts[label]
        if found < bounds.min or (bounds.max is not None and found > bounds.max):
            yield f"{label} occurs {found} times"
    for name, wanted in fit.setting:
        if not _one_of(subject.settings.get(name), wanted):
            yield f"the setting {name} is {subject.settings.get(name)!r}"
    against = [next(misfits(part, subject), None) for part in fit.any]
    if against and all(against):
        yield f"none of the alternatives holds: {'; '.join(reason for reason in against if reason)}"
    if fit.negated is not None and next(misfits(fit.negated, subject), None) is None:
        yield "the excluded case holds"


def _one_of(value: Scalar, wanted: tuple[Scalar, ...]) -> bool:
    """Compare by type as well: ``true`` is not ``1``."""
    return any(type(value) is type(other) and value == other for other in wanted)
