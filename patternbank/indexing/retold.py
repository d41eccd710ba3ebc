"""Say whether two histories tell the same."""

from collections.abc import Sequence

from patternbank.lifecycle import HistoryEntry


def is_told_alike(done: Sequence[HistoryEntry], wanted: Sequence[HistoryEntry]) -> bool:
    """Say whether two histories tell the same; two banks may have loaded the shipped patterns at different times."""
    return len(done) == len(wanted) and all(_told(one) == _told(other) for one, other in zip(done, wanted, strict=True))


def _told(entry: HistoryEntry) -> tuple[str, ...]:
    return entry.kind, entry.before, entry.after, entry.change.by, entry.change.why, entry.change.replacement
