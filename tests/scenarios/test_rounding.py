"""Results that have more places than their field are asked for where rounding in another way gives another one."""

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from devmatrix.artifacts.scenarios import Call, Scenario
from devmatrix.artifacts.terms import Given, Record
from devmatrix.expressions.evaluation.arithmetic import divide, rounded_by
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios

SPEC = """# Loads

## Entities

### Load

- weight: decimal(6,2), required, > 0
- pieces: integer, required, between 1 and 90
- toll: decimal(9,2), default 0, read-only
- even: decimal(9,2), computed `weight * 0.125`

## Endpoints

| endpoint | does |
|---|---|
| GET /loads/{id} | read Load |
| PUT /loads/{id} | update Load |

## Flows

### Weigh

`POST /loads/{id}/weigh` on `load: Load`, answers 200 with `load`

- takes `rate: decimal(4,2), required, > 0, <= 2`
- let `base = load.weight * rate`
- sets `load.toll = base / load.pieces`

### Tell

`POST /loads/{id}/tell` on `load: Load`, answers 200 with `load`

- sets `load.toll = load.weight * load.pieces`

### Share

`POST /loads/{id}/share` on `load: Load`, answers 200 with `load`

- sets `load.toll = load.weight * 1.5`
"""


def application() -> ApplicationIR:
    """The loads, refined."""
    found, findings = read_spec(SPEC, "loads.md")
    assert found is not None, findings
    return refine(found)


def scenarios() -> dict[str, Scenario]:
    """Their scenarios by name."""
    return {scenario.id: scenario for scenario in derive_scenarios(application()).scenarios}


def act_of(scenario: Scenario) -> Call:
    """The judged call."""
    return next(step for step in scenario.steps if isinstance(step, Call) and step.role == "act")


def member(body: object, wire: str) -> Decimal:
    """A number in a body."""
    assert isinstance(body, Record)
    term = dict(body.members)[wire]
    assert isinstance(term, Given)
    return Decimal(str(term.value))


def test_each_other_way_of_rounding_gives_another_result() -> None:
    """Neither cutting nor rounding to the even neighbour gives what is expected."""
    found = scenarios()
    for name, wire, factor in (
        ("weigh", "toll", Decimal(1)),
        ("update_load", "even", Decimal("0.125")),
        ("share", "toll", Decimal("1.5")),
    ):
        act = act_of(found[f"{name}/rounded"])
        answer = act.expect.body
        exact = member(answer, "weight") * factor
        if name == "weigh":
            exact = exact * member(act.body, "rate") / member(answer, "pieces")
        assert member(answer, wire) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert member(answer, wire) not in {
            exact.quantize(Decimal("0.01"), way) for way in (ROUND_DOWN, ROUND_HALF_EVEN)
        }


def test_what_needs_no_rounding_has_no_such_scenario() -> None:
    """A product with a whole number keeps its places, and a read writes nothing."""
    found = scenarios()
    assert "tell/rounded" not in found
    assert "read_load/rounded" not in found


def test_rounding_otherwise_ends_with_its_block() -> None:
    """Inside it every result is another, after it none."""
    with rounded_by(math.floor):
        assert str(divide(2, Decimal(3)))[-2:] == "66"
    assert str(divide(2, Decimal(3)))[-2:] == "67"
