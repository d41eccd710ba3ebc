"""Situations that need several rows of one entity are found, and never proved impossible."""

import pytest

from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.expressions.solver import Succeed, solve
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine
from devmatrix.scenarios.playing.model import play_situation

SPEC = """# Moves

## Entities

### Place

- name: text(40)

### Thing (part of Place as things)

- size: integer, required, >= 1
- thrice: integer, computed `size * 3`
- exact: decimal(4,1), computed `size * 0.5`

### Move

- source: -> Place, required
- target: -> Place, required
- amount: integer, required, >= 1
- rule: `source != target` else "nothing moves"

## Flows

### Start

`POST /moves/{id}/start` on `move: Move`

- requires `sum(move.source.things.map(t, t.size)) >= move.amount` else 409 "there is too little"
- sets `move.amount = 2`

### Divide

`POST /divide`, answers 200 with `(a + b) / b`

- takes `a: integer, required`, `b: integer, required`
"""


@pytest.fixture(scope="module")
def moves() -> ApplicationIR:
    """The refined application."""
    application, findings = read_spec(SPEC, "moves.md")
    assert application is not None, findings
    return refine(application)


def test_two_references_to_one_entity_may_lead_to_two_rows(moves: ApplicationIR) -> None:
    """A rule that keeps them apart excludes nothing."""
    found = solve(moves, "operation:start", Succeed())
    assert isinstance(found, Situation)
    assert play_situation(moves, found).status == 204


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [(9_007_199_254_740_990, 1, 200), (9_007_199_254_740_991, 1, 409), (1, 0, 409), (6, 3, 200)],
)
def test_an_answer_that_cannot_be_worked_out_is_refused(moves: ApplicationIR, a: int, b: int, status: int) -> None:
    """As a statement is: beyond what JSON keeps, and divided by zero."""
    situation = Situation(operation="operation:divide", rows=(), addresses=(), inputs=(("a", a), ("b", b)))
    assert play_situation(moves, situation).status == status


@pytest.mark.parametrize(
    ("size", "status"), [(1_999, 200), (2_000, 409), (3_002_399_751_580_330, 409), (9_007_199_254_740_991, 409)]
)
def test_a_computed_field_that_does_not_fit_is_not_shown(moves: ApplicationIR, size: int, status: int) -> None:
    """Neither an integer nor a decimal leaves the range of its type in an answer."""
    place = WorldRow(entity="Place", label="place", values=(("name", None),))
    thing = WorldRow(entity="Thing", label="thing", values=(("size", size), ("place", RowRef(label="place"))))
    situation = Situation(
        operation="operation:read_thing",
        rows=(place, thing),
        addresses=(("place", "place"), ("thing", "thing")),
        inputs=(),
    )
    assert play_situation(moves, situation).status == status
