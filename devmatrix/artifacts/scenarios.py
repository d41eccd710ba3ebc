"""Scenarios as data: rows that are there, calls that are made, answers that the model predicts."""

from typing import Annotated, Literal

from pydantic import Field

from devmatrix.artifacts.terms import Term
from devmatrix.ir.base import Node, NodeId
from devmatrix.ir.tests import Obligation

ScenarioKind = Literal[
    "happy", "absent", "absent reference", "invalid input", "order of refusals", "condition", "rule", "unique",
    "restrict", "state", "effect", "ensure", "frame", "immutable", "read-only", "paging", "filter", "sort", "search",
    "race", "growth",
]  # fmt: skip


class StoredValue(Node):
    """One column of a row. ``type`` is the SQL type that the value is cast to."""

    column: str
    type: str
    value: Term


class StoredRow(Node):
    """A row that is put into a table before the calls, in foreign-key order (association tables included)."""

    schema_name: str
    table: str
    values: tuple[StoredValue, ...]


class Capture(Node):
    """Keeps a place of an answer under a name: a JSON pointer into the body, or a header."""

    name: str
    pointer: str | None = None
    header: str | None = None


class Expectation(Node):
    """What the model predicts of an answer. ``body`` None: nothing is said about it; ``empty``: there is none."""

    status: int
    media_type: str | None = None
    headers: tuple[tuple[str, Term], ...] = ()
    body: Term | None = None
    empty: bool = False


class Call(Node):
    """One HTTP request. ``role``: the call that is judged, one that only looks, or one that prepares."""

    step: Literal["call"] = "call"
    role: Literal["prepare", "act", "observe"]
    operation: NodeId | None
    caller: str | None = None
    method: str
    path: Term
    query: tuple[tuple[str, Term], ...] = ()
    headers: tuple[tuple[str, Term], ...] = ()
    body: Term | None = None
    raw: str | None = None
    """Bytes to send instead of ``body``, as latin-1 text."""
    media_type: str | None = "application/json"
    expect: Expectation
    captures: tuple[Capture, ...] = ()


class DatabaseCheck(Node):
    """What no endpoint shows, read from the database: rows that match ``where`` and what they hold.

    ``expected`` lists the rows in the order of ``columns``; order of rows does not count. ``archive``: schema and table
    where deleted rows are kept; the rows are looked for there instead, and each ends with the time of its deletion.
    """

    step: Literal["database"] = "database"
    schema_name: str
    table: str
    where: tuple[StoredValue, ...]
    columns: tuple[str, ...]
    expected: tuple[tuple[Term, ...], ...]
    archive: tuple[str, str] | None = None


class Arrival(Node):
    """Rows that come into their tables between two calls."""

    step: Literal["arrival"] = "arrival"
    rows: tuple[StoredRow, ...]


class Together(Node):
    """Calls that are made at the same time: they must end as if one had come after the other.

    Each call expects what its place in that order gets; which of the answers comes to which place is open. ``locks``:
    quoted tables that let themselves be read and neither locked nor written until all calls have come so far.
    """

    step: Literal["together"] = "together"
    calls: tuple[Call, ...]
    locks: tuple[str, ...]


class Growth(Node):
    """The same call over a few rows and, when ``rows`` have come in, over many: it needs as many statements.

    ``watched``: quoted tables; how often statements read them is counted.
    """

    step: Literal["growth"] = "growth"
    few: Call
    rows: tuple[StoredRow, ...]
    many: Call
    watched: tuple[str, ...]


Step = Annotated[Call | DatabaseCheck | Arrival | Together | Growth, Field(discriminator="step")]


class Scenario(Node):
    """One thing that is asked of the running application.

    ``covers`` names obligations; ``alone``: it judges a whole collection, so nothing else may run beside it on the same
    database; ``salt`` numbers the scenario's own values.
    """

    id: str
    title: str
    kind: ScenarioKind
    operation: NodeId
    covers: tuple[str, ...]
    rows: tuple[StoredRow, ...] = ()
    steps: tuple[Step, ...]
    alone: bool = False


class ObligationOutcome(Node):
    """What became of an obligation. ``implied_by`` names the nodes that make it unreachable."""

    obligation: Obligation
    status: Literal["covered", "unreachable", "unsolved"]
    implied_by: tuple[NodeId, ...] = ()
    reason: str = ""


class ScenarioSuite(Node):
    """All scenarios of an application; deterministic."""

    scenarios: tuple[Scenario, ...]
    outcomes: tuple[ObligationOutcome, ...]
    stubs: tuple[str, ...] = ()
    """Names of the tables that must be stubbed where their owner is absent, ``schema.table``."""
    tables: tuple[str, ...] = ()
    """Quoted tables in foreign-key order, parents first; emptied before a scenario that runs alone."""
