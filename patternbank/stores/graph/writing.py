"""One change of the graph: versions, their history, the counts that follow, and what the index has to learn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from patternbank.errors import StoreError, UnknownPatternError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternVersion
from patternbank.revision import moved, term
from patternbank.stores.graph import changes, questions
from patternbank.stores.graph.connection import Transaction
from patternbank.stores.graph.lesson_words import TIE_VERSIONS
from patternbank.stores.graph.shapes import change_properties, version_properties
from patternbank.stores.records_rows import moment
from patternbank.stores.rows import unpack
from patternbank.stores.writing import conflict

BATCH = 500
Row = Mapping[str, Any]


class Writing:
    """A transaction that holds the bank's lock: one writer at a time, and counts that are always right."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        transaction.write(changes.LOCK)
        found = transaction.rows(questions.BANK)
        if not found:
            raise StoreError("this Neo4j holds no pattern bank", "make one: `patternbank migrate`")
        self._state = dict(found[0])
        self._words: Counter[int] = Counter()
        self._gone: list[int] = []
        self._come: list[int] = []
        self._changes: list[dict[str, object]] = []
        self._outbox: list[dict[str, object]] = []

    def take_out(self, row: Row) -> None:
        """Count a version out, as it was."""
        self._gone.append(term_of(row))
        self._words.subtract(feature for feature, _ in unpack(row["words"]))
        self._state["size"] -= 1

    def put_in(self, row: Row) -> None:
        """Count a version in, as it is."""
        self._come.append(term_of(row))
        self._words.update(feature for feature, _ in unpack(row["words"]))
        self._state["size"] += 1

    def shift(self, *, gone: Sequence[int] = (), come: Sequence[int] = ()) -> None:
        """Let the revision lose and gain terms of what is no version."""
        self._gone += gone
        self._come += come

    def number_change(self, reference: str, kind: str, states: tuple[str, str], change: Change) -> dict[str, object]:
        """Give the node of a change, with the next number."""
        self._state["changes"] += 1
        return change_properties(self._state["changes"], reference, kind, states, change)

    def note_change(self, reference: str, kind: str, states: tuple[str, str], change: Change) -> None:
        """Remember who changed a version, when and why."""
        self._changes.append(self.number_change(reference, kind, states, change))

    def tell(
        self,
        operation: Literal["upsert", "payload", "delete"],
        kind: Literal["version", "application"],
        reference: str,
        digest: str,
    ) -> None:
        """Put a row into the outbox."""
        self._state["sequence"] += 1
        row = {"operation": operation, "kind": kind, "reference": reference, "digest": digest}
        self._outbox.append({"number": self._state["sequence"], "name": f"{operation} {reference}", **row})

    def finish(self) -> None:
        """Write what has been counted and noted."""
        write_rows(self.transaction, changes.PUT_CHANGES, self._changes)
        write_rows(self.transaction, changes.PUT_OUTBOX, self._outbox)
        terms = sorted([feature, count] for feature, count in self._words.items() if count)
        write_rows(self.transaction, changes.PUT_TERMS, terms)
        self._state["revision"] = moved(self._state["revision"], gone=self._gone, come=self._come)
        self.transaction.write(changes.CLOSE, state=self._state)


def term_of(row: Row) -> int:
    """Give a version's share of the revision."""
    return term(row["name"], row["version"], row["digest"], row["status"], row.get("scores") or "")


def write_rows(transaction: Transaction, statement: str, rows: Sequence[object]) -> None:
    """Run a statement over rows, some hundred at a time."""
    for start in range(0, len(rows), BATCH):
        transaction.write(statement, rows=rows[start : start + BATCH])


def held(transaction: Transaction, references: Iterable[str]) -> dict[str, Row]:
    """Read what counts of versions, by reference."""
    return {row["reference"]: row for row in transaction.rows(changes.HELD, references=sorted(set(references)))}


def held_one(transaction: Transaction, reference: str) -> Row:
    """Read what counts of a version that must be there."""
    found = held(transaction, [reference])
    if not found:
        raise UnknownPatternError(f"the bank holds no {reference}", "see `patternbank list`")
    return found[reference]


def write_versions(
    transaction: Transaction, patterns: Sequence[PatternVersion], origin: str, change: Change, *, reissue: bool
) -> tuple[str, ...]:
    """Write versions that are new, or with ``reissue`` have new contents; give their references."""
    writing = Writing(transaction)
    known = held(transaction, (pattern.reference for pattern in patterns))
    capabilities = _capabilities(transaction, patterns)
    waiting: list[Row] = []
    added: list[str] = []
    for pattern in patterns:
        before = known.get(pattern.reference)
        if before is not None and before["digest"] == pattern.digest:
            continue
        if before is not None and not (reissue and before["origin"] == origin):
            raise conflict(pattern, before["digest"])
        row = {**_row(writing, pattern, origin, change, before), **_conflicts(pattern, capabilities)}
        if before is None:
            waiting.append(row)
        else:
            _create(transaction, waiting)
            waiting = []
            _replace(writing, before, row)
        writing.put_in(row["properties"])
        writing.tell("upsert", "version", pattern.reference, pattern.digest)
        known[pattern.reference] = row["properties"]
        added.append(pattern.reference)
    _create(transaction, waiting)
    if added:
        transaction.write(changes.SUPERSEDE, names=sorted({reference.partition("@")[0] for reference in added}))
        transaction.write(TIE_VERSIONS, references=added)
        writing.finish()
    return tuple(added)


def _row(writing: Writing, pattern: PatternVersion, origin: str, change: Change, before: Row | None) -> Row:
    """Give a version's node, what it is tied to, and who brought it."""
    manifest = pattern.manifest
    kind, states = ("added", ("", manifest.status.value))
    if before is not None:
        kind, states = ("reissued", (before["digest"], pattern.digest))
    return {
        "reference": pattern.reference,
        "name": pattern.name,
        "digest": pattern.digest,
        "body": pattern.model_dump_json(by_alias=True, exclude_defaults=True),
        "category": manifest.category,
        "capabilities": list(manifest.capabilities),
        "requires": sorted(set(manifest.requires)),
        "properties": version_properties(pattern, origin),
        "change": writing.number_change(pattern.reference, kind, states, change),
        "at": moment(change.at),
    }


def _capabilities(transaction: Transaction, patterns: Sequence[PatternVersion]) -> frozenset[str]:
    """Give the names of capabilities among what patterns conflict with; the other names are patterns."""
    names = {name for pattern in patterns for name in pattern.manifest.conflicts}
    found = {row["name"] for row in transaction.rows(changes.KNOWN_CAPABILITIES, names=sorted(names))}
    manifests = (pattern.manifest for pattern in patterns)
    return frozenset(found.union(*({*manifest.capabilities, *manifest.requires} for manifest in manifests)))


def _conflicts(pattern: PatternVersion, capabilities: frozenset[str]) -> dict[str, list[str]]:
    named = sorted(set(pattern.manifest.conflicts))
    return {
        "conflicts": [name for name in named if name in capabilities],
        "rivals": [name for name in named if name not in capabilities],
    }


def _create(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Make nodes and edges of new versions."""
    write_rows(transaction, changes.CREATE_VERSIONS, rows)


def _replace(writing: Writing, before: Row, row: Row) -> None:
    """Put other contents in a version's place; the old ones stay readable by digest."""
    writing.take_out(before)
    writing.tell("delete", "version", row["reference"], before["digest"])
    for statement in (changes.UNTIE, changes.END_STATUS, changes.REPLACE_VERSIONS):
        writing.transaction.write(statement, rows=[row])
