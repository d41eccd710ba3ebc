"""A lesson, how far it is trusted, what was measured of it, and the version that it proposes."""

import hashlib
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from patternbank.patterns.fit import Fit
from patternbank.values import Frozen, canonical

LessonStatus = Literal["draft", "active", "quarantined", "retired", "accepted"]
"""``draft``: not replayed yet; ``active``: builds follow it; ``quarantined``: it harmed; ``retired``: it matters no
more, or its replay failed; ``accepted``: a version of the pattern holds the fix."""


ProposalStatus = Literal["open", "accepted", "rejected"]


class Avoid(Frozen):
    """Another version or variant is chosen; ``instead`` is the one that was proved, for the reader."""

    kind: Literal["avoid"] = "avoid"
    instead: str = Field(default="", max_length=200)


class Require(Frozen):
    """A slot of the pattern is set; ``value`` is JSON."""

    kind: Literal["require"] = "require"
    slot: str = Field(min_length=1, max_length=100)
    value: str = Field(max_length=2000)


class RewriteCode(Frozen):
    """A codemod over what a fragment renders; ``_1``, ``_2``… stand for any expression."""

    kind: Literal["rewrite"] = "rewrite"
    fragment: str = Field(min_length=1, max_length=100)
    find: str = Field(min_length=1, max_length=20_000)
    put: str = Field(max_length=20_000)


class Advise(Frozen):
    """Words for whoever writes; nothing is done by itself."""

    kind: Literal["advise"] = "advise"
    text: str = Field(min_length=1, max_length=2000)


Action = Annotated[Avoid | Require | RewriteCode | Advise, Field(discriminator="kind")]


_SAID = {"against", "digest", "capability", "when", "action"}


class Lesson(Frozen):
    """Where ``against`` (``name@version`` with ``digest``) would build a task of ``capability`` that ``when`` holds of,
    do ``action``.

    ``family`` is the signature of the failures that taught it, ``cause`` their cause. ``learnt_in`` is the digest of
    the structure of the application, ``story`` one line for the reader. No part holds a name of the domain.
    """

    against: str = Field(min_length=1, max_length=200)
    digest: str = Field(min_length=64, max_length=64)
    capability: str = Field(default="", max_length=100)
    when: Fit = Fit()
    action: Action
    cause: str = Field(max_length=100)
    family: str = Field(max_length=64)
    fragment: str = Field(default="", max_length=100)
    learnt_in: str = Field(default="", max_length=64)
    story: str = Field(default="", max_length=2000)

    @property
    def id(self) -> str:
        """Give a digest of what the lesson says, not of where it was learnt: the same lesson twice is one."""
        said = self.model_dump(mode="json", include=_SAID, by_alias=True)
        said["action"].pop("instead", None)
        return hashlib.sha256(canonical(said)).hexdigest()[:32]

    def to_json(self) -> str:
        """Give the lesson as JSON that ``model_validate_json`` reads."""
        return self.model_dump_json(by_alias=True)


class LessonRecord(Frozen):
    """A lesson in the bank, with its status and what was said when it was last changed."""

    lesson: Lesson
    status: LessonStatus
    by: str = Field(default="", max_length=200)
    why: str = Field(default="", max_length=2000)
    at: AwareDatetime


class LessonEvidence(Frozen):
    """One application built with and without a lesson, and how many of the scenarios asked passed each time.

    ``application`` is the digest of its structure. An equal one (but for its time) counts once.
    """

    lesson: str = Field(min_length=1, max_length=64)
    application: str = Field(min_length=1, max_length=64)
    environment: str = Field(default="", max_length=200)
    total: int = Field(ge=0)
    passed_with: int = Field(ge=0)
    passed_without: int = Field(ge=0)
    source: str = Field(max_length=300)
    at: AwareDatetime

    @property
    def outcome(self) -> Literal["win", "harm", "neutral"]:
        """Give whether the lesson helped, harmed or changed nothing that counts."""
        if self.passed_with == self.passed_without:
            return "neutral"
        return "win" if self.passed_with > self.passed_without else "harm"


class Proposal(Frozen):
    """A new version of a pattern with a lesson's fix in it, for a person to accept or reject.

    ``body`` is the version as JSON (``PatternVersion``), ``diff`` the difference to the version it corrects.
    """

    id: str = Field(min_length=1, max_length=64)
    lesson: str = Field(min_length=1, max_length=64)
    reference: str = Field(min_length=1, max_length=200)
    corrects: str = Field(min_length=1, max_length=200)
    digest: str = Field(min_length=64, max_length=64)
    body: str
    diff: str
    status: ProposalStatus = "open"
    by: str = ""
    why: str = ""
    at: AwareDatetime
