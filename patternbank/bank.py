"""The bank as a build sees it: questions, and versions with their files, read once."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from patternbank.embeddings import SparseVector
from patternbank.errors import StoreError, UnknownPatternError
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import USABLE, Conditions, Entry, Hit, PatternStore
from patternbank.retrieval import Query, Ranking, rank

MEMORY = ":memory:"
ANY = Conditions()


class Bank:
    """A store with what was read from it; one build sees one state of each pattern."""

    def __init__(self, store: PatternStore, notices: tuple[str, ...] = ()) -> None:
        self.store = store
        self.notices = notices
        self.revision = store.revision()
        self._providing: dict[tuple[str, Conditions], tuple[Entry, ...]] = {}
        self._versions: dict[str, PatternVersion] = {}
        self._digests: dict[str, str] = {}
        self._words: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def rank(self, query: Query) -> Ranking:
        """Answer a query with ranked candidates and reasons."""
        return rank(self, query)

    def version(self, name: str, version: str | None = None) -> PatternVersion:
        """Give a version with its files; without a number the newest usable one, golden before others."""
        wanted = f"{name}@{version}" if version else name
        if wanted not in self._digests:
            entry = self.newest(name) if version is None else self.entry(name, version)
            if entry is None:
                raise UnknownPatternError(f"the bank holds no usable {wanted}", "see `patternbank list`")
            self._digests[wanted] = entry.digest
        return self.contents(self._digests[wanted])

    def newest(self, name: str) -> Entry | None:
        """Give the newest golden version, or else the newest that is not out of use."""
        versions = self.store.versions(name)
        golden = [entry for entry in versions if entry.status is Status.GOLDEN]
        usable = [entry for entry in versions if entry.status in USABLE]
        return golden[-1] if golden else usable[-1] if usable else None

    def contents(self, digest: str) -> PatternVersion:
        """Give a version with its files by digest."""
        if digest not in self._versions:
            found = self.store.contents(digest)
            if found is None:
                raise UnknownPatternError(f"the bank holds no contents {digest[:12]}", "see `patternbank list`")
            self._versions[digest] = found
        return self._versions[digest]

    def providing(self, capability: str, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Give the versions that provide a capability."""
        key = (capability, conditions)
        if key not in self._providing:
            self._providing[key] = self.store.providing(capability, conditions)
        return self._providing[key]

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Give the versions with the structure most like this one."""
        return self.store.near(signature, limit, conditions)

    def mentioning(self, text: str, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Give the versions whose words answer a text."""
        return self.store.mentioning(text, limit, conditions)

    def entries(self, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Give all versions that meet conditions."""
        return self.store.entries(conditions)

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version as it is listed."""
        return self.store.entry(name, version)

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say how many versions hold a word; asked once a word."""
        missing = [key for key in features if key not in self._words]
        if missing:
            self._words.update(self.store.holders(missing))
        return {key: self._words[key] for key in features}

    def size(self) -> int:
        """Count the versions."""
        return self.store.size()


def open_bank(path: str | Path | None = None, *, read_only: bool = False, shipped: bool = True) -> Bank:
    """Open a bank; without a path the one that ``PATTERNBANK_PATH`` names, or the user's own.

    It is created when it is not there, and takes in the shipped patterns when they changed (unless opened for
    reading, or ``shipped`` is false). ``:memory:`` gives a bank that is gone afterwards.
    """
    place = str(path) if path is not None else os.environ.get("PATTERNBANK_PATH") or str(default_path())
    if place != MEMORY and not read_only and path is None and not _writable(Path(place)):
        return _open_unwritable(place)
    store = _open_store(place, read_only=read_only)
    if read_only or not shipped:
        return Bank(store)
    from patternbank.loading import load_shipped

    try:
        load_shipped(store)
    except BaseException:
        store.close()
        raise
    return Bank(store)


def default_path() -> Path:
    """Give the place of the user's own bank."""
    home = Path.home()
    if sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "patternbank" / "bank.sqlite"


def _open_store(place: str, *, read_only: bool) -> PatternStore:
    from patternbank.stores.embedded import EmbeddedStore

    if read_only and place != MEMORY and not Path(place).is_file():
        raise StoreError(
            f"there is no pattern bank at {place}", "open it once for writing: `patternbank list` makes it"
        )
    return EmbeddedStore(place, read_only=read_only)


def _open_unwritable(place: str) -> Bank:
    """Use a bank that may only be read as it is, and where there is none one in memory."""
    if Path(place).is_file():
        bank = open_bank(place, read_only=True)
        notice = f"the pattern bank {place} may only be read: nothing is recorded in it"
    else:
        bank = open_bank(MEMORY)
        notice = f"no pattern bank can be made at {place}: this one is in memory, and nothing is kept"
    bank.notices = (notice,)
    return bank


def _writable(path: Path) -> bool:
    """Say whether a file may be written, or made where the nearest folder is."""
    if path.exists():
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    nearest = next(parent for parent in path.absolute().parents if parent.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)
