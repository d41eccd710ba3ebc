"""Rank the versions that fit a query: filters, fused likeness, exact alignment, abstention."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from patternbank.embeddings import Alignment, Graph, SparseVector, align, relevance, signature, similarity, text_vector
from patternbank.patterns import Subject, misfits, version_key
from patternbank.ports import Conditions, Entry, Hit
from patternbank.retrieval.query import Candidate, Query, Ranking, Rejection

WEIGHTS = {"structure": 0.3, "alignment": 0.6, "text": 0.1, "capability": 0.2}
GENERAL = 0.5
"""The likeness of a pattern that names no structure: it fits any, but one that is made for the structure beats it."""
CONTAINED = 0.6
"""The share of 'the pattern lies within the structure' in the alignment; the rest is likeness both ways."""
SHORT_LIST = 12
WIDE_LIST = 60
ENOUGH = 0.25
ENOUGH_TEXT = 0.1


class Source(Protocol):
    """The questions that ranking asks of a bank."""

    def providing(self, capability: str, conditions: Conditions = ...) -> tuple[Entry, ...]:
        """Give the versions that provide a capability."""

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ...) -> tuple[Hit, ...]:
        """Give the versions with the structure most like this one."""

    def mentioning(self, text: str, limit: int, conditions: Conditions = ...) -> tuple[Hit, ...]:
        """Give the versions whose words answer a text."""

    def entries(self, conditions: Conditions = ...) -> tuple[Entry, ...]:
        """Give all versions."""

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version."""

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say how many versions hold a word."""

    def size(self) -> int:
        """Count the versions."""


class _Scored(NamedTuple):
    entry: Entry
    legs: dict[str, float]

    @property
    def score(self) -> float:
        total = sum(WEIGHTS[leg] for leg in self.legs)
        return sum(WEIGHTS[leg] * value for leg, value in self.legs.items()) / total if total else 1.0


def rank(source: Source, query: Query) -> Ranking:
    """Answer a query; the same query and the same bank give the same answer."""
    fitting, rejected = _fitting(query, _found(source, query))
    ordered = _sorted(_likeness(source, query, fitting))
    judged = _sorted([_judged(query, scored) for scored in ordered[:SHORT_LIST]]) if query.structure else ordered
    candidates = tuple(_candidate(query, scored) for scored in judged[: query.limit])
    enough = ENOUGH if query.structure or query.capability else ENOUGH_TEXT
    abstained = not candidates or candidates[0].score < enough
    return Ranking(
        candidates=candidates,
        rejected=tuple(rejected),
        abstained=abstained,
        reason=_why(query, candidates, rejected, enough) if abstained else "",
    )


def _found(source: Source, query: Query) -> tuple[Entry, ...]:
    """Give what provides the capability, or without one what looks or reads most like the query."""
    if query.capability:
        return source.providing(query.capability)
    hits: list[Hit] = []
    if query.structure is not None:
        hits += source.near(_signed(query.structure), WIDE_LIST, query.conditions)
    if query.text:
        hits += source.mentioning(query.text, WIDE_LIST, query.conditions)
    elif not hits:
        return source.entries(query.conditions)
    references = sorted({hit.reference for hit in hits})
    found = (source.entry(*reference.split("@", 1)) for reference in references)
    return tuple(entry for entry in found if entry is not None)


def _fitting(query: Query, entries: Iterable[Entry]) -> tuple[list[Entry], list[Rejection]]:
    """Part the newest version of each pattern that meets every condition from those that do not."""
    subject = Subject(query.graph, query.facts, query.settings)
    fitting: dict[str, Entry] = {}
    rejected: list[Rejection] = []
    for entry in sorted(entries, key=lambda entry: (entry.name, version_key(entry.version)), reverse=True):
        reason = next(_refusals(query, entry, subject), None)
        if reason is None and entry.name in fitting:
            reason = f"{fitting[entry.name].reference} is newer"
        if reason is None:
            fitting[entry.name] = entry
        else:
            rejected.append(Rejection(pattern=entry.reference, reason=reason))
    return list(fitting.values()), sorted(rejected, key=lambda rejection: rejection.pattern)


def _refusals(query: Query, entry: Entry, subject: Subject) -> Iterator[str]:
    if entry.status not in query.statuses:
        yield f"it is {entry.status}"
    if query.stack:
        yield from (f"needs {part} in the stack" for part in entry.manifest.stack if part not in query.stack)
    if query.min_score and (entry.scores is None or entry.scores.least < query.min_score):
        least = "unmeasured" if entry.scores is None else f"{entry.scores.least:.2f}"
        yield f"its least score is {least}, below {query.min_score:.2f}"
    if query.describes_a_need:
        yield from misfits(entry.manifest.when, subject)


def _likeness(source: Source, query: Query, entries: Sequence[Entry]) -> list[_Scored]:
    """Score each by structure and words, as far as the query has them."""
    asked = _signed(query.structure) if query.structure is not None else ()
    features = [key for key, _ in text_vector(query.text)]
    holders, size = (source.holders(features), source.size()) if features and entries else ({}, 0)
    scored = []
    for entry in entries:
        legs: dict[str, float] = {"capability": 1.0} if query.capability else {}
        if asked:
            legs["structure"] = similarity(asked, entry.signature) if entry.signature else GENERAL
        if features:
            legs["text"] = relevance(query.text, entry.words, holders, size)
        scored.append(_Scored(entry, legs))
    return scored


def _judged(query: Query, scored: _Scored) -> _Scored:
    """Add the exact alignment."""
    features = scored.entry.manifest.features
    if query.structure is None:
        return scored
    value = GENERAL
    if features.nodes:
        alignment = _aligned(features, query.structure)
        value = CONTAINED * alignment.contained + (1 - CONTAINED) * alignment.shared
    return _Scored(scored.entry, {**scored.legs, "alignment": value})


@lru_cache(maxsize=4096)
def _signed(graph: Graph) -> SparseVector:
    return signature(graph)


@lru_cache(maxsize=4096)
def _aligned(pattern: Graph, asked: Graph) -> Alignment:
    return align(pattern, asked)


def _sorted(scored: Iterable[_Scored]) -> list[_Scored]:
    return sorted(scored, key=lambda one: (-round(one.score, 9), one.entry.name))


def _candidate(query: Query, scored: _Scored) -> Candidate:
    entry = scored.entry
    legs = tuple((leg, round(value, 6)) for leg, value in sorted(scored.legs.items()))
    return Candidate(
        name=entry.name,
        version=entry.version,
        digest=entry.digest,
        score=round(scored.score, 6),
        legs=legs,
        reasons=tuple(_reasons(query, entry, legs)),
    )


def _reasons(query: Query, entry: Entry, legs: tuple[tuple[str, float], ...]) -> Iterator[str]:
    if query.capability:
        yield f"provides {query.capability}"
    yield f"is {entry.status}"
    if query.stack and entry.manifest.stack:
        yield f"runs on {', '.join(entry.manifest.stack)}"
    when = entry.manifest.when
    yield from (f"made for {label}" for label in when.has)
    yield from (f"the setting {name} is {dict(query.settings).get(name)}" for name, _ in when.setting)
    if query.structure is not None and not entry.manifest.features.nodes:
        yield "fits any structure"
    yield from (f"{leg} {value:.2f}" for leg, value in legs if leg != "capability")


def _why(query: Query, candidates: Sequence[Candidate], rejected: Sequence[Rejection], enough: float) -> str:
    """Say why there is no answer."""
    wanted = f"provides {query.capability}" if query.capability else "answers the query"
    if candidates:
        return f"the best, {candidates[0].pattern}, scores {candidates[0].score:.2f}, below {enough:.2f}"
    if rejected:
        first = rejected[0]
        return f"nothing that {wanted} fits; {first.pattern}: {first.reason}"
    return f"no pattern {wanted}"
