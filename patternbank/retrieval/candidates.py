"""Find the versions that may answer a query, and part those that fit from those that do not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from patternbank.embeddings import SparseVector, best_relevance, rarities, signature, word_features
from patternbank.patterns import Subject, misfits, version_key
from patternbank.ports import Ask, Conditions, Entry, Found
from patternbank.retrieval.fusion import PROVIDERS, WIDE_LIST
from patternbank.retrieval.query import Query, Rejection


class Source(Protocol):
    """The questions that ranking asks of a bank."""

    def providing(self, capability: str, conditions: Conditions = ..., limit: int | None = ...) -> tuple[Entry, ...]:
        """Give the versions that provide a capability, by name."""

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg."""

    def entries(self, conditions: Conditions = ...) -> tuple[Entry, ...]:
        """Give all versions."""

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say how many versions hold a word."""

    def size(self) -> int:
        """Count the versions."""

    def read(self, text: str) -> tuple[float, ...]:
        """Give the dense vector of a text, empty without a model."""


class Asked(NamedTuple):
    """A query as vectors."""

    signature: SparseVector
    words: SparseVector
    dense: tuple[float, ...]
    features: Mapping[int, float]
    rarity: Mapping[int, float]
    best: float
    """The BM25 score that no pattern can pass."""

    def ask(self, conditions: Conditions) -> Ask:
        """Give the search under conditions."""
        return Ask(signature=self.signature, words=self.words, dense=self.dense, conditions=conditions, limit=WIDE_LIST)


def as_vectors(source: Source, query: Query) -> Asked:
    """Turn structure and words of a query into vectors."""
    words = rarities(query.text, source.holders(word_features(query.text)), source.size()) if query.text else ()
    structure = signature(query.structure) if query.structure is not None else ()
    dense = source.read(query.text) if query.text else ()
    return Asked(structure, words, dense, dict(structure), dict(words), best_relevance(words))


def find(source: Source, query: Query, asked: Asked) -> tuple[Found, ...]:
    """Give what provides the capability, or without one what looks or reads most like the query."""
    if not query.capability:
        if asked.signature or asked.words or asked.dense:
            return source.search(asked.ask(query.conditions))
        return () if query.text else tuple(Found(entry=entry) for entry in source.entries(query.conditions))
    providers = source.providing(query.capability, limit=PROVIDERS + 1)
    found = {entry.reference: Found(entry=entry) for entry in providers}
    if asked.dense or (len(providers) > PROVIDERS and (asked.signature or asked.words)):
        found |= {one.entry.reference: one for one in source.search(asked.ask(query.conditions))}
    return tuple(found.values())


def part(query: Query, found: Iterable[Found]) -> tuple[list[Found], list[Rejection]]:
    """Part the newest version of each pattern that meets every condition from those that do not."""
    subject = Subject(query.graph, query.facts, query.settings)
    fitting: dict[str, Found] = {}
    rejected: list[Rejection] = []
    for one in sorted(found, key=lambda one: (one.entry.name, version_key(one.entry.version)), reverse=True):
        entry = one.entry
        reason = next(_refusals(query, entry, subject), None)
        if reason is None and entry.name in fitting:
            reason = f"{fitting[entry.name].entry.reference} is newer"
        if reason is None:
            fitting[entry.name] = one
        else:
            rejected.append(Rejection(pattern=entry.reference, reason=reason))
    return list(fitting.values()), sorted(rejected, key=lambda rejection: rejection.pattern)


def _refusals(query: Query, entry: Entry, subject: Subject) -> Iterator[str]:
    if entry.reference in query.excluded:
        yield "it is to be avoided here"
    if entry.status not in query.statuses:
        yield f"it is {entry.status}"
    if query.stack:
        yield from (f"needs {part} in the stack" for part in entry.manifest.stack if part not in query.stack)
    if query.min_score and (entry.scores is None or entry.scores.least < query.min_score):
        least = "unmeasured" if entry.scores is None else f"{entry.scores.least:.2f}"
        yield f"its least score is {least}, below {query.min_score:.2f}"
    if query.describes_a_need:
        yield from misfits(entry.manifest.when, subject)
