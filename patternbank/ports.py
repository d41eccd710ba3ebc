"""The questions that every store of patterns answers."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from pydantic import Field

from patternbank.embeddings import SparseVector
from patternbank.lessons.records import LessonEvidence, LessonRecord, LessonStatus, Proposal, ProposalStatus
from patternbank.lifecycle import Change, HistoryEntry, Scores
from patternbank.patterns import PatternManifest, PatternVersion, Status
from patternbank.records import ApplicationRecord, EvidenceRecord, RunRecord
from patternbank.values import Frozen

USABLE = (Status.GOLDEN, Status.CANDIDATE, Status.DRAFT)


class Conditions(Frozen):
    """What a version must be to count at all; empty parts ask for nothing."""

    capability: str = ""
    stack: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    min_score: float = Field(default=0.0, ge=0, le=1)


class Entry(Frozen):
    """A version as the bank lists it: all but its files."""

    manifest: PatternManifest
    digest: str
    status: Status
    origin: str
    scores: Scores | None
    signature: SparseVector
    words: SparseVector

    @property
    def name(self) -> str:
        """Give the pattern's name."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Give the version's number."""
        return self.manifest.version

    @property
    def reference(self) -> str:
        """Give ``name@version``."""
        return f"{self.name}@{self.version}"

    @cached_property
    def features(self) -> Mapping[int, float]:
        """Give the signature by feature."""
        return dict(self.signature)


class Hit(Frozen):
    """A version that answers a search, and how well, from 0 to 1."""

    reference: str
    score: float


class Ask(Frozen):
    """A search over all legs at once; an empty leg does not count.

    ``words`` holds the rarity of each word that is asked for: the product with a version's ``words`` is its BM25 score.
    ``dense`` is a vector of length 1 of the model that the store was opened with.
    """

    signature: SparseVector = ()
    words: SparseVector = ()
    dense: tuple[float, ...] = ()
    conditions: Conditions = Conditions()
    limit: int = Field(default=60, ge=1, le=1000)
    """The best of each leg that are wanted."""


class Found(Frozen):
    """A version that some leg of a search names among its best, with what ranking needs of it."""

    entry: Entry
    dense: float = 0.0
    """The cosine with the dense vector that was asked for, 0 without one."""


class ActiveLesson(NamedTuple):
    """What a build needs to see whether it follows a lesson; ``when`` and ``lesson`` are JSON that is not read yet."""

    id: str
    against: str
    digest: str
    capability: str
    when: str
    lesson: str


class PatternStore(Protocol):
    """Keeps versions of patterns; every answer is sorted, and the same for the same contents."""

    def revision(self) -> str:
        """Give a digest of everything that a selection may depend on."""

    def entries(self, conditions: Conditions = ..., *, after: str = "", limit: int | None = None) -> tuple[Entry, ...]:
        """List versions by name and version; ``after`` is the reference that the last page ended with."""

    def providing(self, capability: str, conditions: Conditions = ...) -> tuple[Entry, ...]:
        """Give the versions that provide a capability."""

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ...) -> tuple[Hit, ...]:
        """Give the versions whose structure is most like a signature, best first, none that has nothing in common."""

    def mentioning(self, text: str, limit: int, conditions: Conditions = ...) -> tuple[Hit, ...]:
        """Give the versions whose words answer a text best, best first."""

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg under the conditions, together, sorted by reference.

        Every store names the same versions for the same contents: one function ranks them afterwards.
        """

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say in how many versions each word's feature occurs."""

    def size(self) -> int:
        """Count the versions."""

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version as it is listed."""

    def versions(self, name: str) -> tuple[Entry, ...]:
        """Give all versions of a pattern, the oldest first."""

    def version(self, name: str, version: str) -> PatternVersion | None:
        """Give one version with its files."""

    def contents(self, digest: str) -> PatternVersion | None:
        """Give a version with its files by digest, a reissued one as well."""

    def capabilities(self) -> tuple[str, ...]:
        """Give every capability that some version provides."""

    def history(self, name: str, version: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a version, the oldest first."""

    def note(self, key: str) -> str | None:
        """Read a remark that was kept with ``keep_note``."""

    def add(
        self, patterns: Sequence[PatternVersion], change: Change, *, origin: str = "local", reissue: bool = False
    ) -> tuple[str, ...]:
        """Add versions, all or none; give the references that were new.

        The same contents again change nothing. Other contents under a known version raise
        ``VersionConflictError``; with ``reissue`` they take its place if both are of this origin, and the old ones stay
        readable by digest.
        """

    def move(self, name: str, version: str, status: Status, change: Change) -> None:
        """Change the state of a version along the lifecycle."""

    def rate(self, name: str, version: str, scores: Scores, change: Change) -> None:
        """Set the scores that evidence gives a version."""

    def keep_note(self, key: str, value: str) -> None:
        """Keep a remark about the bank itself."""

    def close(self) -> None:
        """Let go of files and connections."""


class RunStore(Protocol):
    """Remembers what was built of patterns and how it fared; every answer is sorted."""

    def record(self, application: ApplicationRecord, run: RunRecord) -> bool:
        """Keep a run and its application in one transaction; false when the run was known."""

    def application(self, key: str) -> ApplicationRecord | None:
        """Give an application by the digest of its IR."""

    def applications(self, *, after: str = "", limit: int | None = None) -> tuple[ApplicationRecord, ...]:
        """List applications by id; ``after`` is the id that the last page ended with."""

    def like(self, signature: SparseVector, limit: int) -> tuple[Hit, ...]:
        """Give the applications most like a structure, best first; the references of the hits are their ids."""

    def runs(
        self, *, application: str = "", reference: str = "", failed: bool | None = None, limit: int | None = None
    ) -> tuple[RunRecord, ...]:
        """Give runs of an application, with a version, with or without failures; the newest first, then by id."""

    def add_evidence(self, evidence: Sequence[EvidenceRecord]) -> int:
        """Keep measurements, all or none; give how many were new. An equal one (but for its time) counts once."""

    def evidence(self, reference: str) -> tuple[EvidenceRecord, ...]:
        """Give the measurements of a version, by kind, application and environment."""


class LessonStore(Protocol):
    """Keeps what failures taught; each change is one transaction, and the same again changes nothing."""

    def keep_lessons(self, records: Sequence[LessonRecord]) -> int:
        """Add lessons whose id is unknown, whatever their status; give how many were new. Known ones stay."""

    def lesson(self, key: str) -> LessonRecord | None:
        """Give a lesson by id."""

    def lessons(self, *, status: str = "", against: str = "") -> tuple[LessonRecord, ...]:
        """Give lessons by id; of a status, or against a version."""

    def active_lessons(self, references: Sequence[str]) -> tuple[ActiveLesson, ...]:
        """Give the active lessons against any of these versions by id, unread: this is asked in every build."""

    def move_lesson(self, key: str, status: LessonStatus, change: Change) -> None:
        """Change the status of a lesson along the ways that it may go; the status that it has changes nothing."""

    def lesson_history(self, key: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a lesson, the oldest first."""

    def add_lesson_evidence(self, evidence: Sequence[LessonEvidence]) -> int:
        """Keep measurements, all or none; give how many were new. An equal one (but for its time) counts once."""

    def lesson_evidence(self, key: str) -> tuple[LessonEvidence, ...]:
        """Give the measurements of a lesson, by application, environment and time."""

    def keep_proposal(self, proposal: Proposal) -> bool:
        """Keep a proposal; false when its id was known, whatever became of it."""

    def proposal(self, key: str) -> Proposal | None:
        """Give a proposal by id."""

    def proposals(self, *, status: str = "") -> tuple[Proposal, ...]:
        """Give proposals by id; of a status."""

    def settle_proposal(self, key: str, status: ProposalStatus, change: Change) -> None:
        """Accept or reject an open proposal; the status that it has changes nothing."""


class Store(PatternStore, RunStore, LessonStore, Protocol):
    """All that a bank keeps."""
