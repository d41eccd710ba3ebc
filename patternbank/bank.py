"""The bank as a build sees it: questions, and versions with their files, read once."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Self

from patternbank.embeddings import Graph, signature
from patternbank.embeddings.dense import Encoder
from patternbank.errors import UnknownPatternError
from patternbank.lessons.active import as_active
from patternbank.lessons.records import Lesson
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import USABLE, ActiveLesson, Ask, Conditions, Entry, Found, Store
from patternbank.retrieval import Query, Ranking, Remembered, applications_like, rank

ANY = Conditions()


class Bank:
    """A store with what was read from it; one build sees one state of each pattern."""

    def __init__(
        self, store: Store, notices: tuple[str, ...] = (), encoder: Encoder | None = None, *, read_only: bool = False
    ) -> None:
        self.store = store
        self._notices = notices
        self.read_only = read_only
        self.encoder = encoder
        self.revision = store.revision()
        self._taught: tuple[ActiveLesson, ...] = ()
        self._deaf = False
        self._providing: dict[tuple[str, Conditions, int | None], tuple[Entry, ...]] = {}
        self._versions: dict[str, PatternVersion] = {}
        self._digests: dict[str, str] = {}
        self._words: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def notices(self) -> tuple[str, ...]:
        """Give what there is to be told, also about what happened since the bank was opened."""
        return (*self._notices, *getattr(self.store, "notices", ()))

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def rank(self, query: Query) -> Ranking:
        """Answer a query with ranked candidates and reasons; the reason says so when a part of the bank is missing."""
        ranking = rank(self, query)
        degraded: str = getattr(self.store, "degraded", "")
        if not degraded:
            return ranking
        return ranking.model_copy(update={"reason": "; ".join(filter(None, (ranking.reason, degraded)))})

    def applications_like(self, graph: Graph, limit: int = 5, other_than: str = "") -> tuple[Remembered, ...]:
        """Give the remembered applications whose structure is most like this one, but for the one with that id."""
        return applications_like(self.store, signature(graph), limit, other_than=other_than)

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

    def providing(self, capability: str, conditions: Conditions = ANY, limit: int | None = None) -> tuple[Entry, ...]:
        """Give the versions that provide a capability, by name."""
        key = (capability, conditions, limit)
        if key not in self._providing:
            wanted = conditions.model_copy(update={"capability": capability})
            self._providing[key] = self.store.entries(wanted, limit=limit)
        return self._providing[key]

    def read(self, text: str) -> tuple[float, ...]:
        """Give the dense vector of a text, empty without a model."""
        return self.encoder.encode([text])[0] if self.encoder is not None else ()

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg."""
        return self.store.search(ask)

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

    def active_lessons(self, references: Sequence[str]) -> tuple[ActiveLesson, ...]:
        """Give the active lessons against any of these versions, by id; those that are only taught here among them."""
        taught = tuple(lesson for lesson in self._taught if lesson.against in references)
        return tuple(sorted((*(() if self._deaf else self.store.active_lessons(references)), *taught)))

    def taught(self, lessons: Sequence[Lesson]) -> Self:
        """Give the same bank as if these lessons were active; nothing is written."""
        bank = copy(self)
        bank._taught = (*self._taught, *map(as_active, lessons))
        return bank

    def untaught(self) -> Self:
        """Give the same bank as if it had learnt nothing."""
        bank = copy(self)
        bank._taught, bank._deaf = (), True
        return bank

    def size(self) -> int:
        """Count the versions."""
        return self.store.size()
