"""The server store: the truth in a graph, its vectors in an index, one store to those who ask."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from patternbank.embeddings import SparseVector, best_relevance, rarities, similarity, word_features
from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexMismatchError, IndexUnreachableError, StoreError
from patternbank.indexing.candidates import best, is_cut_clean, meets, products, rounded
from patternbank.indexing.indexer import drain, require_index
from patternbank.indexing.ports import Kind, VectorIndex
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Ask, Conditions, Entry, Found, Hit
from patternbank.records import ApplicationRecord, RunRecord
from patternbank.stores.graph.store import GraphStore

ANY = Conditions()
MOST_WAITING = 2000
"""So many changes that are not indexed yet are looked at one by one; with more the index is too far behind to use."""
WIDER = 4
PAUSE = 10.0
"""Seconds for which an index that did not answer is left alone."""
_DEGRADED = "degraded: the graph alone answers, without dense text"
_Answer = TypeVar("_Answer")


class ServerStore(GraphStore):
    """A graph store whose searches name candidates by the index; the graph has the last word on each of them."""

    def __init__(
        self,
        url: str,
        user: str = "neo4j",
        password: str = "",
        *,
        index: VectorIndex,
        encoder: Encoder | None = None,
        read_only: bool = False,
    ) -> None:
        super().__init__(url, user, password, read_only=read_only)
        self.index = index
        self.encoder = encoder
        self.notices: tuple[str, ...] = ()
        self.degraded = ""
        """Why the last search went without the index, empty when it did not."""
        self._known: tuple[str, dict[str, Entry]] = ("", {})
        self._checked = self._deferring = False
        self._quiet_until = 0.0

    def close(self) -> None:
        """Close all connections."""
        self.index.close()
        super().close()

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Give the versions whose structure is most like a signature."""
        return self._searching(
            lambda: self._hits(Ask(signature=signature, conditions=conditions, limit=limit), 1.0),
            lambda: super(ServerStore, self).near(signature, limit, conditions),
        )

    def mentioning(self, text: str, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Give the versions whose words answer a text best."""
        asked = rarities(text, self.holders(word_features(text)), self.size())
        return self._searching(
            lambda: self._hits(Ask(words=asked, conditions=conditions, limit=limit), best_relevance(asked)),
            lambda: super(ServerStore, self).mentioning(text, limit, conditions),
        )

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg under the conditions."""
        return self._searching(lambda: self._found(ask), lambda: super(ServerStore, self).search(ask))

    def like(self, signature: SparseVector, limit: int) -> tuple[Hit, ...]:
        """Give the applications most like a structure."""
        return self._searching(
            lambda: self._like(signature, limit), lambda: super(ServerStore, self).like(signature, limit)
        )

    def add(
        self, patterns: Sequence[PatternVersion], change: Change, *, origin: str = "local", reissue: bool = False
    ) -> tuple[str, ...]:
        """Add versions in one transaction, and index them."""
        added = super().add(patterns, change, origin=origin, reissue=reissue)
        self._carry()
        return added

    def move(self, name: str, version: str, status: Status, change: Change) -> None:
        """Change the state of a version, and index it."""
        super().move(name, version, status, change)
        self._carry()

    def rate(self, name: str, version: str, scores: Scores, change: Change) -> None:
        """Set the scores of a version, and index them."""
        super().rate(name, version, scores, change)
        self._carry()

    def record(self, application: ApplicationRecord, run: RunRecord) -> bool:
        """Keep a run and its application, and index it."""
        recorded = super().record(application, run)
        self._carry()
        return recorded

    @contextmanager
    def deferring(self) -> Iterator[None]:
        """Index once at the end of many changes, not after each."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
            self._carry()

    def _carry(self) -> None:
        """Index what waits; what cannot be indexed now is kept, and a notice says so."""
        if self._deferring or time.monotonic() < self._quiet_until:
            return
        try:
            drain(self, self.index, self.encoder)
        except IndexUnreachableError as error:
            self._leave_alone(error, "changes are kept, and wait to be indexed")
        except IndexMismatchError as error:
            self._notice(f"changes are kept, and wait to be indexed: {error}; {error.hint}")

    def _searching(self, by_index: Callable[[], _Answer], by_graph: Callable[[], _Answer]) -> _Answer:
        """Search with the index, and when it does not answer without it, saying so."""
        if time.monotonic() >= self._quiet_until:
            try:
                answer = by_index()
            except IndexUnreachableError as error:
                self._leave_alone(error, _DEGRADED)
            else:
                self.degraded = ""
                return answer
        self.degraded = self.degraded or _DEGRADED
        return by_graph()

    def _leave_alone(self, error: StoreError, consequence: str) -> None:
        self._quiet_until = time.monotonic() + PAUSE
        self.degraded = f"{_DEGRADED}: {error}"
        self._notice(f"{consequence}: {error}")

    def _notice(self, text: str) -> None:
        self.notices = tuple(dict.fromkeys((*self.notices, text)))

    def _found(self, ask: Ask) -> tuple[Found, ...]:
        entries, dense, legs = self._candidates(ask)
        named = sorted({reference for scores in legs for reference in best(scores, ask.limit)})
        return tuple(Found(entry=entries[name], dense=round(dense.get(name, 0.0), 6)) for name in named)

    def _hits(self, ask: Ask, whole: float) -> tuple[Hit, ...]:
        """Give the best of the one leg that is asked for, as shares of the best score that there can be."""
        _, _, legs = self._candidates(ask)
        scores = {name: score / whole for name, score in legs[0].items()} if legs else {}
        return tuple(Hit(reference=name, score=min(1.0, scores[name])) for name in best(scores, ask.limit))

    def _like(self, signature: SparseVector, limit: int) -> tuple[Hit, ...]:
        waiting = self._waiting_for("application")
        ask = Ask(signature=signature, limit=limit).model_copy(update={"limit": WIDER * limit})
        named = {one.reference for one in self.index.search(ask, "application")} | waiting
        found = {one.id: similarity(signature, one.signature) for one in self.pick_applications(sorted(named))}
        scores = {name: rounded(score) for name, score in found.items() if score > 0}
        return tuple(Hit(reference=name, score=scores[name]) for name in best(scores, limit))

    def _candidates(self, ask: Ask) -> tuple[dict[str, Entry], Mapping[str, float], list[dict[str, float]]]:
        """Give what the index names and the graph confirms, with cosines, and with exact scores for each leg asked for.

        A few more than the limit are asked for, and many more when they are too close to be told apart by the index's
        rounded numbers.
        """
        waiting = self._waiting_for("version")
        for wide in (ask.limit + max(16, ask.limit // 2), WIDER * ask.limit + 16):
            named = self.index.search(ask.model_copy(update={"limit": wide}))
            dense = {one.reference: one.dense for one in named}
            found = self._read_once(sorted(set(dense) | waiting))
            entries = {name: entry for name, entry in found.items() if meets(entry, ask.conditions)}
            dense |= self._cosines(ask, [entries[name] for name in sorted(set(entries) - set(dense))])
            exact = [
                products(asked, {name: entry.signature if leg else entry.words for name, entry in entries.items()})
                for leg, asked in ((1, ask.signature), (0, ask.words))
                if asked
            ]
            if is_cut_clean(exact, ask.limit, wide):
                break
        cosines = [{name: dense[name] for name in entries if dense[name] > 0}] if ask.dense and self.encoder else []
        return entries, dense, [*exact, *cosines]

    def _cosines(self, ask: Ask, entries: Sequence[Entry]) -> dict[str, float]:
        """Give the cosines of versions that the index did not name."""
        if not (ask.dense and self.encoder and entries):
            return {entry.reference: 0.0 for entry in entries}
        vectors = self.encoder.encode([entry.manifest.text for entry in entries])
        pairs = zip(entries, vectors, strict=True)
        return {entry.reference: sum(a * b for a, b in zip(ask.dense, vector, strict=True)) for entry, vector in pairs}

    def _read_once(self, references: Sequence[str]) -> dict[str, Entry]:
        """Read entries, each once a revision."""
        revision = self.revision()
        if self._known[0] != revision:
            self._known = (revision, {})
        known = self._known[1]
        missing = [reference for reference in references if reference not in known]
        if missing:
            known.update({entry.reference: entry for entry in self.pick(missing)})
        return {reference: known[reference] for reference in references if reference in known}

    def _waiting_for(self, kind: Kind) -> set[str]:
        """See that the index is ours and knows all changes; give the references of those that it cannot learn now."""
        if not self._checked:
            self._check_index()
            self._checked = True
        rows = self.pending(1 if not self.read_only else MOST_WAITING + 1)
        if rows and not self.read_only:
            drain(self, self.index, self.encoder)
            return set()
        if len(rows) > MOST_WAITING:
            raise IndexUnreachableError(f"the index at {self.index.place} is more than {MOST_WAITING} changes behind")
        return {row.reference for row in rows if row.kind == kind}

    def _check_index(self) -> None:
        if not self.read_only:
            require_index(self, self.index, self.encoder)
        elif self.index.live() is None:
            raise IndexUnreachableError(
                f"there is no index at {self.index.place} yet", "open the bank once for writing"
            )
