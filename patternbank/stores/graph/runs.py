"""The half of the graph store that remembers runs; see ``RunStore`` for the questions."""

from collections.abc import Sequence
from itertools import combinations

from patternbank.embeddings import SparseVector, similarity
from patternbank.ports import Hit
from patternbank.records import ApplicationRecord, EvidenceRecord, RunRecord
from patternbank.stores.graph import changes, questions
from patternbank.stores.graph.connection import GraphConnection, Transaction
from patternbank.stores.graph.lesson_words import TIE_RUN
from patternbank.stores.graph.shapes import (
    application_of,
    application_properties,
    evidence_of,
    evidence_properties,
    failures_of,
    run_properties,
)
from patternbank.stores.graph.writing import Writing, write_rows


class GraphRuns:
    """Applications, runs, failures and evidence."""

    _graph: GraphConnection

    def record(self, application: ApplicationRecord, run: RunRecord) -> bool:
        """Keep a run and its application in one transaction; false when the run was known."""
        return self._graph.writing(lambda transaction: _record(transaction, application, run))

    def application(self, key: str) -> ApplicationRecord | None:
        """Give an application by the digest of its IR."""
        found = self.pick_applications([key])
        return found[0] if found else None

    def applications(self, *, after: str = "", limit: int | None = None) -> tuple[ApplicationRecord, ...]:
        """List applications by id, one page or all."""
        rows = (
            self._graph.rows(questions.APPLICATIONS, after=after)
            if limit is None
            else self._graph.rows(questions.APPLICATIONS_PAGE, after=after, limit=limit)
        )
        return tuple(application_of(row) for row in rows)

    def pick_applications(self, ids: Sequence[str]) -> tuple[ApplicationRecord, ...]:
        """Give the applications with these ids that there are, sorted by id, in one query."""
        rows = self._graph.rows(questions.PICKED_APPLICATIONS, ids=sorted(set(ids)))
        return tuple(application_of(row) for row in rows)

    def like(self, signature: SparseVector, limit: int) -> tuple[Hit, ...]:
        """Compare with every application, exactly."""
        scores = ((one.id, round(similarity(signature, one.signature), 9)) for one in self.applications())
        found = sorted((-score, key) for key, score in scores if score > 0)
        return tuple(Hit(reference=key, score=-score) for score, key in found[:limit])

    def runs(
        self, *, application: str = "", reference: str = "", failed: bool | None = None, limit: int | None = None
    ) -> tuple[RunRecord, ...]:
        """Give runs that meet all conditions, the newest first, then by id."""
        values = {"application": application, "reference": reference, "failed": failed}
        rows = (
            self._graph.rows(questions.RUNS, **values)
            if limit is None
            else self._graph.rows(questions.RUNS_PAGE, **values, limit=limit)
        )
        return tuple(RunRecord.model_validate_json(row["body"]) for row in rows)

    def add_evidence(self, evidence: Sequence[EvidenceRecord]) -> int:
        """Keep measurements in one transaction; give how many were new."""
        return self._graph.writing(lambda transaction: _add_evidence(transaction, evidence))

    def evidence(self, reference: str) -> tuple[EvidenceRecord, ...]:
        """Give the measurements of a version, by kind, application and environment, the newest of equal ones last."""
        return tuple(evidence_of(row) for row in self._graph.rows(questions.EVIDENCE, reference=reference))


def _record(transaction: Transaction, application: ApplicationRecord, run: RunRecord) -> bool:
    writing = Writing(transaction)
    if transaction.rows(changes.KNOWN_RUN, id=run.id):
        return False
    transaction.write(changes.PUT_APPLICATION, row=application_properties(application))
    writing.tell("upsert", "application", application.id, application.id)
    transaction.write(changes.PUT_RUN, row=run_properties(run))
    transaction.write(changes.BIND, run=run.id, rows=[bound.model_dump() for bound in run.bound])
    transaction.write(changes.PUT_FAILURES, run=run.id, rows=failures_of(run))
    for statement in TIE_RUN:
        transaction.write(statement, run=run.id, applied=list(run.applied))
    if run.total and not run.failed:
        used = sorted({bound.reference for bound in run.bound})
        transaction.write(changes.COMPOSE, pairs=[list(pair) for pair in combinations(used, 2)])
    writing.finish()
    return True


def _add_evidence(transaction: Transaction, evidence: Sequence[EvidenceRecord]) -> int:
    Writing(transaction)
    rows = {str(row["id"]): row for row in reversed([evidence_properties(record) for record in evidence])}
    for known in transaction.rows(changes.KNOWN_EVIDENCE, ids=sorted(rows)):
        del rows[known["id"]]
    for statement in changes.PUT_EVIDENCE:
        write_rows(transaction, statement, [rows[key] for key in sorted(rows)])
    return len(rows)
