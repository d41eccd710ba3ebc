"""Rank the versions that fit a query: filters, fused likeness, exact alignment, abstention."""

from collections.abc import Iterable, Iterator, Sequence
from math import fsum
from typing import NamedTuple

from patternbank.embeddings import Graph, align, dot
from patternbank.ports import Entry, Found
from patternbank.retrieval.candidates import Asked, Source, as_vectors, find, part
from patternbank.retrieval.fusion import GENERAL, SHORT_LIST, TUNED, UNRELATED, Weights
from patternbank.retrieval.query import Candidate, Query, Ranking, Rejection


class _Scored(NamedTuple):
    entry: Entry
    legs: dict[str, float]
    score: float


def rank(source: Source, query: Query, weights: Weights = TUNED) -> Ranking:
    """Answer a query; the same query and the same bank give the same answer."""
    asked = as_vectors(source, query)
    fitting, rejected = part(query, find(source, query, asked))
    ordered = _sorted(_likeness(query, asked, one, weights) for one in fitting)
    if query.structure is not None:
        short = ordered[: max(SHORT_LIST, query.limit)]
        ordered = _sorted(_judged(query, query.structure, scored, weights) for scored in short)
    candidates = tuple(_candidate(query, scored) for scored in ordered[: query.limit])
    enough = _enough(query, weights)
    abstained = not candidates or candidates[0].score < enough
    return Ranking(
        candidates=candidates,
        rejected=tuple(rejected),
        abstained=abstained,
        reason=_why(query, candidates, rejected, enough) if abstained else "",
    )


def _enough(query: Query, weights: Weights) -> float:
    """Give the least score of an answer; a capability without structure is answered by whatever provides it."""
    if query.structure is not None:
        return weights.enough
    return 0.0 if query.capability else weights.enough_text


def _likeness(query: Query, asked: Asked, found: Found, weights: Weights) -> _Scored:
    """Score by structure and words, as far as query and pattern have them.

    A pattern without structure fits any, if it provides what is asked for; else only its words speak for it.
    """
    entry, legs = found.entry, dict[str, float]()
    if asked.signature and entry.signature:
        legs["structure"] = _likeness_of(asked, entry)
    elif asked.signature and query.capability:
        legs["structure"] = GENERAL
    if asked.words:
        legs["text"] = (
            fsum(asked.rarity[key] * weight for key, weight in entry.words if key in asked.rarity) / asked.best
        )
    if asked.dense:
        legs["dense"] = max(0.0, (found.dense - UNRELATED) / (1 - UNRELATED))
    return _Scored(entry, legs, weights.fuse(legs))


def _likeness_of(asked: Asked, entry: Entry) -> float:
    """Give the cosine of two signatures: both have length 1."""
    if asked.signature == entry.signature:
        return 1.0
    return min(1.0, dot(entry.features, asked.features))


def _judged(query: Query, asked: Graph, scored: _Scored, weights: Weights) -> _Scored:
    """Add the exact alignment."""
    features = scored.entry.manifest.features
    if features.nodes:
        alignment = align(features, asked)
        value = weights.contained * alignment.contained + (1 - weights.contained) * alignment.shared
    elif query.capability:
        value = GENERAL
    else:
        return scored
    legs = {**scored.legs, "alignment": value}
    return _Scored(scored.entry, legs, weights.fuse(legs))


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
    if query.structure is not None and query.capability and not entry.manifest.features.nodes:
        yield "fits any structure"
    yield from (f"{leg} {value:.2f}" for leg, value in legs)


def _why(query: Query, candidates: Sequence[Candidate], rejected: Sequence[Rejection], enough: float) -> str:
    """Say why there is no answer."""
    wanted = f"provides {query.capability}" if query.capability else "answers the query"
    if candidates:
        return f"the best, {candidates[0].pattern}, scores {candidates[0].score:.2f}, below {enough:.2f}"
    if rejected:
        first = rejected[0]
        return f"nothing that {wanted} fits; {first.pattern}: {first.reason}"
    return f"no pattern {wanted}"
