"""Search in the graph alone, exact and slow: what is left when no index of vectors answers."""

from typing import TYPE_CHECKING

from patternbank.embeddings import SparseVector, best_relevance, rarities, word_features
from patternbank.ports import Ask, Conditions, Found, Hit
from patternbank.stores.graph import questions
from patternbank.stores.graph.connection import Transaction
from patternbank.stores.graph.shapes import asked
from patternbank.stores.graph.versions import GraphVersions

if TYPE_CHECKING:
    from patternbank.stores.postings import Floats, Mask, Postings

ANY = Conditions()


class GraphSearch(GraphVersions):
    """Every question of likeness, answered by comparing with every version; dense vectors do not count."""

    _postings: "Postings | None" = None

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Compare with every version that meets the conditions, exactly."""
        postings, allowed = self._searched(conditions)
        return _hits(postings, postings.structure.products(signature), limit, allowed)

    def mentioning(self, text: str, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Rank every version that meets the conditions by BM25."""
        wanted = rarities(text, self.holders(word_features(text)), self.size())
        postings, allowed = self._searched(conditions)
        scores = postings.words.products(wanted) / (best_relevance(wanted) or 1.0)
        return _hits(postings, scores, limit, allowed)

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg, compared with every version that meets the conditions."""
        postings, allowed = self._searched(ask.conditions)
        legs = (postings.structure.products(ask.signature), postings.words.products(ask.words))
        named = {number for scores in legs for number in postings.best(scores, ask.limit, allowed)}
        return tuple(Found(entry=entry) for entry in self.pick([postings.references[number] for number in named]))

    def _searched(self, conditions: Conditions) -> "tuple[Postings, Mask]":
        """Give all signatures of this state of the graph, and who meets the conditions."""
        return self._graph.reading(lambda transaction: self._read(transaction, conditions))

    def _read(self, transaction: Transaction, conditions: Conditions) -> "tuple[Postings, Mask]":
        revision = transaction.rows(questions.BANK)[0]["revision"]
        if self._postings is None or self._postings.revision != revision:
            self._postings = _postings(revision, transaction)
        if not self._postings.knows(conditions):
            question = questions.MEETING_PROVIDERS if conditions.capability else questions.MEETING
            rows = transaction.rows(question, **asked(conditions), after="")
            numbers = {reference: number for number, reference in enumerate(self._postings.references)}
            self._postings.allow(conditions, [numbers[row["reference"]] for row in rows if row["reference"] in numbers])
        return self._postings, self._postings.allowed(conditions)


def _postings(revision: str, transaction: Transaction) -> "Postings":
    """Read all signatures; numpy is loaded by the first search that needs it."""
    from patternbank.stores.postings import Postings

    rows = transaction.rows(questions.SIGNED)
    rows.sort(key=lambda row: f"{row['name']}@{row['version']}")
    return Postings(revision, [{**row, "id": number} for number, row in enumerate(rows)])


def _hits(postings: "Postings", scores: "Floats", limit: int, allowed: "Mask") -> tuple[Hit, ...]:
    return tuple(
        Hit(reference=postings.references[number], score=min(1.0, float(scores[number])))
        for number in postings.best(scores, limit, allowed)
    )
