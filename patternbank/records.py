"""What was built of patterns and how it fared: applications, runs, failures, and evidence about versions."""

from typing import Literal

from pydantic import AwareDatetime, Field

from patternbank.embeddings import SparseVector
from patternbank.values import Frozen

EvidenceKind = Literal["smoke", "obligations", "lint", "types", "security", "tests"]
"""``smoke``: scenarios asked of what it built; ``obligations``: those shown of all that can be shown; ``tests``: files
of its example that are as expected; the others: files of the example without a finding."""


class Bound(Frozen):
    """A version that was chosen for a task of a run."""

    task: str = Field(min_length=1, max_length=300)
    capability: str = Field(max_length=100)
    reference: str = Field(min_length=1, max_length=200)
    digest: str = Field(min_length=64, max_length=64)
    score: float = Field(ge=0, le=1)


class FailureRecord(Frozen):
    """A red scenario of a run; ``blames`` are the versions that it is laid to, none when nobody knows.

    ``signature`` knows the very same failure again, ``family`` the same mistake elsewhere. ``file``, ``line`` and
    ``fragment`` say where it stands. A ``flaky`` one did not fail again: nothing is learnt from it.
    """

    scenario: str = Field(min_length=1, max_length=500)
    kind: str = Field(min_length=1, max_length=100)
    cause: str = Field(default="", max_length=100)
    expected: str = Field(default="", max_length=2000)
    actual: str = Field(default="", max_length=2000)
    blames: tuple[str, ...] = ()
    family: str = Field(default="", max_length=64)
    signature: str = Field(default="", max_length=64)
    file: str = Field(default="", max_length=500)
    line: int = Field(default=0, ge=0)
    fragment: str = Field(default="", max_length=100)
    flaky: bool = False


class ApplicationRecord(Frozen):
    """An application as the bank remembers it; ``id`` is the digest of its IR, the signature that of its structure."""

    id: str = Field(min_length=64, max_length=64)
    title: str = Field(max_length=300)
    signature: SparseVector
    stack: tuple[str, ...] = ()
    entities: int = Field(ge=0)
    operations: int = Field(ge=0)


class RunRecord(Frozen):
    """One build of an application and what its scenarios said.

    ``id`` is made by who runs, and the same id twice is the same run: recording it again changes nothing. ``applied``
    are the ids of the lessons that it followed.
    """

    id: str = Field(min_length=1, max_length=100)
    application: str = Field(min_length=64, max_length=64)
    at: AwareDatetime
    revision: str = Field(max_length=64)
    bound: tuple[Bound, ...]
    total: int = Field(ge=0)
    passed: int = Field(ge=0)
    failed: int = Field(ge=0)
    skipped: int = Field(ge=0)
    seconds: float = Field(ge=0)
    failures: tuple[FailureRecord, ...] = ()
    applied: tuple[str, ...] = ()


class EvidenceRecord(Frozen):
    """What a measurement said of a version's contents: ``passed`` of ``total`` of a kind, over one application.

    ``environment`` tells measurements apart that count once each (versions of the stack, for instance).
    """

    reference: str = Field(min_length=1, max_length=200)
    digest: str = Field(min_length=64, max_length=64)
    kind: EvidenceKind
    application: str = Field(default="", max_length=64)
    environment: str = Field(default="", max_length=200)
    total: int = Field(ge=0)
    passed: int = Field(ge=0)
    source: str = Field(max_length=300)
    at: AwareDatetime
