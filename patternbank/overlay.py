"""A bank with more golden versions than its store holds: what a build makes of them, without anything being written."""

from collections.abc import Sequence

from patternbank.bank import ANY, Bank
from patternbank.embeddings import signature, text_vector
from patternbank.patterns import PatternVersion, Status, version_key
from patternbank.ports import Conditions, Entry
from patternbank.revision import moved, term

OVERLAID = "overlay"


class Overlay(Bank):
    """The bank underneath, and on top of it versions that are golden as long as this bank is there.

    One of a number that the bank underneath holds takes its place. What that bank was taught holds here as well.
    The store stays open when this bank is closed.
    """

    def __init__(self, bank: Bank, versions: Sequence[PatternVersion]) -> None:
        super().__init__(bank.store, bank.notices, bank.encoder, read_only=bank.read_only)
        self.under = bank
        self._taught, self._deaf = bank._taught, bank._deaf
        golden = [version.with_status(Status.GOLDEN) for version in versions]
        self._over = {version.reference: _listed(version) for version in golden}
        self._versions.update({version.digest: version for version in golden})
        held = [bank.entry(entry.name, entry.version) for entry in self._over.values()]
        self.revision = moved(
            bank.revision,
            gone=[_term(entry) for entry in held if entry is not None],
            come=[_term(entry) for entry in self._over.values()],
        )

    def close(self) -> None:
        """Leave the store to the bank underneath."""

    def newest(self, name: str) -> Entry | None:
        """Give the newest golden version, one on top or one underneath."""
        golden = [entry for entry in self._over.values() if entry.name == name]
        below = self.under.newest(name)
        if below is not None and (below.status is Status.GOLDEN or not golden):
            golden.append(below)
        return max(golden, key=lambda entry: version_key(entry.version), default=None)

    def contents(self, digest: str) -> PatternVersion:
        """Give a version with its files by digest."""
        return self._versions[digest] if digest in self._versions else self.under.contents(digest)

    def providing(self, capability: str, conditions: Conditions = ANY, limit: int | None = None) -> tuple[Entry, ...]:
        """Give the versions that provide a capability, by name; those on top count in no limit."""
        wanted = conditions.model_copy(update={"capability": capability})
        return self._with_those_on_top(self.under.providing(capability, conditions, limit), wanted)

    def entries(self, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Give all versions that meet conditions."""
        return self._with_those_on_top(self.under.entries(conditions), conditions)

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version as it is listed."""
        return self._over.get(f"{name}@{version}") or self.under.entry(name, version)

    def size(self) -> int:
        """Count the versions."""
        return self.under.size() + sum(self.under.entry(one.name, one.version) is None for one in self._over.values())

    def _with_those_on_top(self, below: Sequence[Entry], conditions: Conditions) -> tuple[Entry, ...]:
        kept = [entry for entry in below if entry.reference not in self._over]
        over = [entry for entry in self._over.values() if _meets(entry, conditions)]
        return tuple(sorted((*kept, *over), key=lambda entry: (entry.name, version_key(entry.version))))


def _listed(version: PatternVersion) -> Entry:
    return Entry(
        manifest=version.manifest,
        digest=version.digest,
        status=Status.GOLDEN,
        origin=OVERLAID,
        scores=None,
        signature=signature(version.manifest.features),
        words=text_vector(version.manifest.text),
    )


def _term(entry: Entry) -> int:
    scores = entry.scores.model_dump_json() if entry.scores is not None else ""
    return term(entry.name, entry.version, entry.digest, entry.status.value, scores)


def _meets(entry: Entry, conditions: Conditions) -> bool:
    """Say whether a version that nobody measured meets conditions."""
    return (
        (not conditions.capability or conditions.capability in entry.manifest.capabilities)
        and (not conditions.statuses or entry.status in conditions.statuses)
        and (not conditions.stack or set(entry.manifest.stack) <= set(conditions.stack))
        and not conditions.min_score
    )
