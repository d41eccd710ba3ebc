"""The half of the graph store that answers for patterns; see ``PatternStore`` for the questions."""

from collections.abc import Mapping, Sequence

from patternbank.lifecycle import Change, HistoryEntry, Scores, check_transition
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Conditions, Entry
from patternbank.stores.graph import changes, questions
from patternbank.stores.graph.connection import GraphConnection, Transaction
from patternbank.stores.graph.shapes import asked, entry_of, history_of, position
from patternbank.stores.graph.writing import Writing, held_one, write_versions
from patternbank.stores.records_rows import moment

ANY = Conditions()


class GraphVersions:
    """Versions, states, scores, history and notes."""

    _graph: GraphConnection

    def revision(self) -> str:
        """Give the sum of the terms of all versions and active lessons, which every write keeps up to date."""
        return str(self._graph.rows(questions.BANK)[0]["revision"])

    def size(self) -> int:
        """Count the versions."""
        return int(self._graph.rows(questions.BANK)[0]["size"])

    def entries(self, conditions: Conditions = ANY, *, after: str = "", limit: int | None = None) -> tuple[Entry, ...]:
        """List versions by name and version, one page or all."""
        values = {**asked(conditions), "after": position(after) if after else ""}
        whole, page = (
            (questions.PROVIDERS, questions.PROVIDERS_PAGE)
            if conditions.capability
            else (questions.ENTRIES, questions.ENTRIES_PAGE)
        )
        rows = self._graph.rows(whole, **values) if limit is None else self._graph.rows(page, **values, limit=limit)
        return tuple(entry_of(row) for row in rows)

    def providing(self, capability: str, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Give the versions that provide a capability."""
        return self.entries(conditions.model_copy(update={"capability": capability}))

    def pick(self, references: Sequence[str]) -> tuple[Entry, ...]:
        """Give the versions with these references that there are, sorted by reference, in one query."""
        rows = self._graph.rows(questions.PICKED, references=sorted(set(references)))
        return tuple(sorted((entry_of(row) for row in rows), key=lambda entry: entry.reference))

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version as it is listed."""
        rows = self._graph.rows(questions.ENTRY, reference=f"{name}@{version}")
        return entry_of(rows[0]) if rows else None

    def versions(self, name: str) -> tuple[Entry, ...]:
        """Give all versions of a pattern, the oldest first."""
        return tuple(entry_of(row) for row in self._graph.rows(questions.VERSIONS, name=name))

    def version(self, name: str, version: str) -> PatternVersion | None:
        """Give one version with its files."""
        rows = self._graph.rows(questions.BODY, reference=f"{name}@{version}")
        return PatternVersion.model_validate_json(rows[0]["body"]) if rows else None

    def contents(self, digest: str) -> PatternVersion | None:
        """Give a version with its files by digest."""
        rows = self._graph.rows(questions.CONTENTS, digest=digest)
        return PatternVersion.model_validate_json(rows[0]["body"]) if rows else None

    def capabilities(self) -> tuple[str, ...]:
        """Give every capability that some version provides."""
        return tuple(row["name"] for row in self._graph.rows(questions.CAPABILITIES))

    def history(self, name: str, version: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a version, the oldest first."""
        rows = self._graph.rows(questions.HISTORY, reference=f"{name}@{version}")
        return tuple(history_of(row) for row in rows)

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say in how many versions each word's feature occurs."""
        rows = self._graph.rows(questions.HOLDERS, features=sorted(set(features)))
        counted = {row["feature"]: row["holders"] for row in rows}
        return {key: counted.get(key, 0) for key in features}

    def note(self, key: str) -> str | None:
        """Read a remark about the bank."""
        rows = self._graph.rows(questions.NOTE, key=key)
        return str(rows[0]["value"]) if rows else None

    def keep_note(self, key: str, value: str) -> None:
        """Keep a remark about the bank."""
        self._graph.writing(lambda transaction: transaction.write(changes.KEEP_NOTE, key=key, value=value))

    def add(
        self, patterns: Sequence[PatternVersion], change: Change, *, origin: str = "local", reissue: bool = False
    ) -> tuple[str, ...]:
        """Add versions in one transaction."""
        return self._graph.writing(
            lambda transaction: write_versions(transaction, patterns, origin, change, reissue=reissue)
        )

    def move(self, name: str, version: str, status: Status, change: Change) -> None:
        """Change the state of a version along the lifecycle."""
        self._graph.writing(lambda transaction: _move(transaction, f"{name}@{version}", status, change))

    def rate(self, name: str, version: str, scores: Scores, change: Change) -> None:
        """Set the scores that evidence gives a version."""
        self._graph.writing(lambda transaction: _rate(transaction, f"{name}@{version}", scores, change))


def _move(transaction: Transaction, reference: str, status: Status, change: Change) -> None:
    writing = Writing(transaction)
    before = held_one(transaction, reference)
    check_transition(reference, Status(before["status"]), status, change)
    row = {"reference": reference, "status": status.value, "at": moment(change.at)}
    transaction.write(changes.END_STATUS, rows=[row])
    transaction.write(changes.BEGIN_STATUS, rows=[row])
    if status is Status.DEPRECATED:
        for statement in changes.REPLACED_BY:
            transaction.write(statement, reference=reference, replacement=change.replacement)
    writing.note_change(reference, "status", (before["status"], status.value), change)
    _finish(writing, before, {**before, "status": status.value})


def _rate(transaction: Transaction, reference: str, scores: Scores, change: Change) -> None:
    writing = Writing(transaction)
    before = held_one(transaction, reference)
    after = scores.model_dump_json()
    if before["scores"] == after:
        return
    transaction.write(changes.SET_SCORES, reference=reference, scores=after, least=scores.least)
    writing.note_change(reference, "scores", (before["scores"] or "", after), change)
    _finish(writing, before, {**before, "scores": after})


def _finish(writing: Writing, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Count the change of a state or of scores, and tell the index."""
    writing.take_out(before)
    writing.put_in(after)
    writing.tell("payload", "version", str(after["reference"]), str(after["digest"]))
    writing.finish()
