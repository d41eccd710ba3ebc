"""What a failure is: its cause, whether it comes again, where it stands, and by what it is known again."""

from typing import Literal

from devmatrix.ir.base import Node, NodeId

Cause = Literal[
    "START_FAILURE", "MISSING_PRECONDITION", "LOST_UPDATE", "ACCESS_VIOLATION", "WRONG_STATUS_CODE",
    "UNEXPECTED_SIDE_EFFECT", "MISSING_SIDE_EFFECT", "QUERY_MISMATCH", "PERFORMANCE", "RESPONSE_MISMATCH",
]  # fmt: skip
"""Why a scenario is red, by the decision table of ``docs/learning.md``."""


class Change(Node):
    """A value of a row before and after the judged call; an empty column: the row itself came or went."""

    table: str
    key: str
    column: str = ""
    before: str | None = None
    after: str | None = None


class Observation(Node):
    """What a scenario showed when it was played again, alone, with the database read before and after its call.

    ``again``: it failed again; ``times``: how often it was played. ``role`` is the step that failed; ``missing`` names
    rows that the scenario needs and that were not there; ``expected`` and ``actual`` are statuses of the judged call.
    ``changes`` is what the judged call changed, ``absent`` the places where the model predicts a change that did not
    come, ``beyond`` those that changed although it predicts none.
    """

    scenario: str
    again: bool
    times: int
    role: Literal["rows", "prepare", "act", "observe", "database", "together", "start"]
    expected: int | None = None
    actual: int | None = None
    missing: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    absent: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    """Places of an answer that differ although the database holds what is predicted."""
    failure: str = ""
    """Why the replay was red, as verdicts say it."""
    step: int | None = None
    """The place of the step that failed among those of the scenario."""
    places: tuple[str, ...] = ()
    """Where that step showed something else than was predicted."""
    exceptions: tuple[str, ...] = ()
    """Classes in the traceback that the application logged meanwhile, the first cause first."""
    frames: tuple[tuple[str, int], ...] = ()
    """Files and lines of that traceback, the innermost last."""


class Suspect(Node):
    """A place that may be to blame. ``weight`` from 0 to 1; ``proved``: a change there made the scenario pass.

    ``qualified_name`` is empty for a whole file; ``node`` is the IR node that it was rendered for.
    """

    file: str
    line: int
    qualified_name: str = ""
    pattern: str = ""
    version: str = ""
    fragment: str = ""
    node: NodeId = ""
    weight: float = 0.0
    why: str = ""
    proved: bool = False


class Signature(Node):
    """By what a failure is known again; no part holds a name of the domain.

    ``exact`` and ``family`` are SHA-256 over ``parts`` and over those that do not depend on fragment and message.
    """

    version: int = 1
    exact: str
    family: str
    parts: tuple[tuple[str, str], ...]


class Diagnosis(Node):
    """What is known of one red scenario; ``cause`` is None when it did not fail again."""

    scenario: str
    kind: str
    operation: NodeId
    cause: Cause | None
    flaky: bool = False
    observation: Observation | None = None
    suspects: tuple[Suspect, ...] = ()
    signature: Signature | None = None
