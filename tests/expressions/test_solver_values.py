"""Nulls, decimals, instants, texts, lists and rules: what the solver makes of them, the model confirms."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from devmatrix.expressions.situations import NOMINAL_NOW, Situation
from devmatrix.expressions.solver import (
    Assumption,
    Break,
    Probe,
    Succeed,
    Unreachable,
    boundaries,
    branches,
    breakable,
    solve,
    text_matching,
)
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Many, Reference, Scalar
from tests.expressions.solver_play import SUCCESS, outcome
from tests.expressions.solver_sketch import (
    Sketch,
    between,
    choice,
    computed,
    decimal,
    integer,
    lengths,
    pattern,
    stored,
    takes,
    text,
)

DATE = Scalar(name="date")
INSTANT = Scalar(name="datetime")


def thing(*fields: object, rule: str | None = None) -> Sketch:
    """An application with one entity."""
    sketch = Sketch()
    sketch.entity("Thing", *fields)  # type: ignore[arg-type]
    if rule is not None:
        sketch.rule("Thing", rule)
    return sketch


def confirm(application: ApplicationIR, *, unreachable: tuple[str, ...] = ()) -> None:
    """Every flow succeeds somewhere, every refusal is met exactly, every limit ends as the model says."""
    for operation in application.api.operations:
        assert outcome(application, solve(application, operation.id, Succeed())) == SUCCESS
        excluded = []
        for goal in breakable(application, operation.id):
            found = solve(application, operation.id, goal)
            if isinstance(found, Unreachable):
                excluded.append(goal.key)
            else:
                assert outcome(application, found) == goal.key
        assert sorted(excluded) == sorted(unreachable)


def require(sketch: Sketch, condition: str, *more: object) -> ApplicationIR:
    """A flow that asks one condition."""
    sketch.flow("ask", {"thing": "Thing"}, {}, ("requires", condition), *more)
    return sketch.application()


def ask(application: ApplicationIR, goal: object) -> Situation:
    """The situation that the solver finds."""
    found = solve(application, "operation:ask", goal)  # type: ignore[arg-type]
    assert isinstance(found, Situation), found
    return found


@pytest.mark.parametrize(
    "condition",
    [
        "thing.a < thing.b",
        "!(thing.a < thing.b)",
        "thing.a != thing.b",
        "thing.a == null && thing.b != null",
        "has(thing.a) ? thing.a > 3 : thing.b > 5",
        "thing.a + thing.b == 11",
        "thing.a * thing.b == 91 && thing.a > 1 && thing.b > 1",
        "thing.a / thing.b == 3 && thing.a % thing.b == 2",
        "thing.a / thing.b == -3 && thing.a % thing.b == -2",
        "max([thing.a, thing.b]) - min([thing.a, thing.b]) == 4",
        "avg([thing.a, thing.b]) == 2.5",
        "sum([thing.a, thing.b]) > 20",
        "thing.a in [3, 5, 7] && !(thing.b in [1, 2])",
        "-thing.a > thing.b",
    ],
)
def test_nullable_numbers(condition: str) -> None:
    """The condition can hold and fail, nulls included, exactly as the model evaluates it."""
    fields = (stored("a", integer(), nullable=True), stored("b", integer(), nullable=True))
    confirm(require(thing(*fields), condition))


@pytest.mark.parametrize(
    "condition",
    [
        "thing.price * 1.19 > 100.00",
        "thing.price * thing.rate == 12.5",
        "thing.price / 3 > 0.33",
        "thing.price / thing.rate == 2.5",
        "thing.price - thing.rate * 2 == 0.01",
        "avg([thing.price, thing.rate]) > 50",
    ],
)
def test_decimals_are_exact(condition: str) -> None:
    """Products are exact, quotients have twenty places; the model sees the same."""
    fields = (stored("price", decimal(10, 2), between("0")), stored("rate", decimal(5, 3), between("0.001")))
    confirm(require(thing(*fields), condition))


def test_a_stored_decimal_is_rounded_half_away_from_zero() -> None:
    """What a flow computes is rounded to the field's places before anything asks for it."""
    sketch = thing(stored("price", decimal(10, 2)), stored("part", decimal(10, 2)))
    sets = ("sets", "thing.part", "thing.price * 0.125")
    sketch.flow("ask", {"thing": "Thing"}, {}, sets, ("requires", "thing.part == 0.38"))
    application = sketch.application()
    situation = ask(application, Succeed())
    assert situation.row("thing_1").value("price") in {Decimal(n).scaleb(-2) for n in range(300, 308)}
    confirm(application)


@pytest.mark.parametrize(
    "condition",
    [
        "thing.start < thing.end",
        "thing.end - thing.start >= 7",
        "thing.start + days(30) <= thing.end",
        "thing.start == today()",
        "thing.due < now()",
        "thing.due > now() + hours(24)",
        "now() - thing.due > hours(2) && now() - thing.due < hours(3)",
        'thing.due + minutes(90) < thing.seen && thing.seen - thing.due < duration("2h")',
    ],
)
def test_days_and_instants(condition: str) -> None:
    """Dates count in days, instants in microseconds; now is the same for all."""
    fields = (
        stored("start", DATE),
        stored("end", DATE),
        stored("due", INSTANT),
        stored("seen", INSTANT, nullable=True),
    )
    confirm(require(thing(*fields), condition))


def test_instants_keep_clear_of_now() -> None:
    """A comparison with now does not hang on the second in which it is asked."""
    application = require(thing(stored("due", INSTANT)), "thing.due < now()")
    for goal in (Succeed(), Break(key="operation:ask/statement:1")):
        due = ask(application, goal).row("thing_1").value("due")
        assert isinstance(due, dt.datetime)
        assert abs(due - NOMINAL_NOW) >= dt.timedelta(minutes=30)
    assert not [
        probe for probe in boundaries(application, "operation:ask", "operation:ask/statement:1") if probe.path == ()
    ]


@pytest.mark.parametrize(
    "condition",
    [
        'thing.name == "open"',
        "thing.name != thing.other",
        "size(thing.name) == 7",
        "size(thing.name) > size(thing.other)",
        'thing.name.matches("^[A-Z]{3}-[0-9]{2}$")',
        'thing.name.startsWith("ab") && thing.name.endsWith("yz")',
        "thing.name.contains(thing.other) && size(thing.other) == 3",
        'thing.name + "!" == thing.other',
        'thing.name.lowerAscii() == "abc" && thing.name != "abc"',
        'thing.name.upperAscii().contains("X-1") && size(thing.name.upperAscii()) == 5',
        "thing.name < thing.other",
    ],
)
def test_texts(condition: str) -> None:
    """Texts are told apart, measured and looked into."""
    fields = (stored("name", text(20), lengths(1, 20)), stored("other", text(20), nullable=True))
    confirm(require(thing(*fields), condition))


def test_a_text_that_is_too_long_for_its_field() -> None:
    """A longer input does not fit into a shorter field; the length decides."""
    sketch = thing(stored("name", text(5)))
    sketch.flow("ask", {"thing": "Thing"}, {"name": takes(text(9))}, ("sets", "thing.name", "name"))
    application = sketch.application()
    confirm(application)
    sent = dict(ask(application, Break(key="range:Thing.name")).inputs)["name"]
    assert 5 < len(str(sent)) <= 9


def test_a_pattern_of_the_field_is_kept() -> None:
    """Rows that are there before the call keep their patterns."""
    sketch = thing(stored("code", text(12), pattern("^[A-Z]{2}[0-9]+$")), stored("other", text(12)))
    sketch.flow("ask", {"thing": "Thing"}, {}, ("sets", "thing.code", "thing.other"))
    application = sketch.application()
    confirm(application)
    assert re.search("^[A-Z]{2}[0-9]+$", str(ask(application, Succeed()).row("thing_1").value("other")))


def test_rules_hold_before_and_are_asked_after() -> None:
    """A rule that an effect breaks is met; rows before the call keep it."""
    sketch = thing(stored("low", integer()), stored("high", integer()), rule="low <= high")
    sketch.flow("ask", {"thing": "Thing"}, {"low": takes(integer(-1000, 1000))}, ("sets", "thing.low", "low"))
    application = sketch.application()
    confirm(application)
    situation = ask(application, Break(key="rule:entity:Thing/rule:1"))
    row = situation.row("thing_1")
    assert int(str(row.value("low"))) <= int(str(row.value("high"))) < int(str(dict(situation.inputs)["low"]))


def test_a_null_for_a_required_field() -> None:
    """An optional input may be null where the field may not."""
    sketch = thing(stored("count", integer()))
    sketch.flow(
        "ask", {"thing": "Thing"}, {"count": takes(integer(), required=False)}, ("sets", "thing.count", "count")
    )
    confirm(sketch.application())


def test_division_by_zero() -> None:
    """A divisor that may be zero is a refusal of its own, unless the condition stops before."""
    fields = (stored("a", integer(0, 50)), stored("b", integer(0, 50)))
    confirm(require(thing(*fields), "thing.a / thing.b > 2"))
    confirm(require(thing(*fields), "thing.b != 0 && thing.a / thing.b > 2"), unreachable=("arithmetic",))


def test_each_branch_is_run() -> None:
    """Both sides of a ``when`` are reached."""
    sketch = thing(stored("count", integer(0, 100)), stored("state", choice("LOW", "HIGH")))
    sketch.flow(
        "ask", {"thing": "Thing"}, {},
        ("when", "thing.count > 10", (("sets", "thing.state", "HIGH"),), (("sets", "thing.state", "LOW"),)),
    )  # fmt: skip
    application = sketch.application()
    counts = []
    for goal in branches(application, "operation:ask"):
        situation = ask(application, goal)
        assert outcome(application, situation) == SUCCESS
        counts.append(int(str(situation.row("thing_1").value("count"))) > 10)
    assert counts == [True, False]


def test_computed_values_are_read_through() -> None:
    """A computed field is what its expression says, rounded to its places."""
    sketch = thing(stored("price", decimal(8, 2), between("0")))
    computed(sketch, "Thing", "gross", decimal(8, 1), "price * 1.07")
    confirm(require(sketch, "thing.gross == 10.7"))


def test_many_lists() -> None:
    """Rows are in a many list or not; adding and asking see the same."""
    sketch = Sketch()
    sketch.entity("Tag", stored("name", text(20)))
    sketch.entity("Thing", stored("tags", Many(entity="Tag")))
    given = {"tag_id": takes(Scalar(name="uuid"))}
    sketch.flow(
        "ask", {"thing": "Thing"}, given,
        ("with", "tag", "Tag", "tag_id"), ("requires", "tag in thing.tags"), ("requires", "size(thing.tags) == 2"),
    )  # fmt: skip
    confirm(sketch.application())


def test_two_addresses_of_one_entity_may_meet() -> None:
    """Two rows of one entity are different where nothing asks for the same, and the same where something does."""
    sketch = thing(stored("amount", integer(0, 1000)))
    sketch.flow(
        "ask", {"one": "Thing", "other": "Thing"}, {"amount": takes(integer(1, 500))},
        ("requires", "one != other"),
        ("requires", "one.amount >= amount"),
        ("sets", "one.amount", "one.amount - amount"),
        ("sets", "other.amount", "other.amount + amount"),
    )  # fmt: skip
    confirm(sketch.application())


def test_lists_grow_where_a_size_demands_it() -> None:
    """Seven children are made where the eighth is one too many."""
    sketch = Sketch()
    sketch.entity("Thing", stored("name", text(20)))
    sketch.entity("Part", stored("name", text(20)), owner="Thing", collection="parts")
    made = ("creates", "part", "Part", {"thing": "thing", "name": '"new"'})
    application = require(sketch, "size(thing.parts) < 7", made)
    confirm(application)
    assert sum(row.entity == "Part" for row in ask(application, Break(key="operation:ask/statement:1")).rows) == 7


def test_a_self_reference() -> None:
    """A row may refer to a row of its own entity that was made before it."""
    sketch = Sketch()
    sketch.entity("Thing", stored("parent", Reference(entity="Thing"), nullable=True), stored("depth", integer(0, 9)))
    confirm(require(sketch, "thing.parent != null && thing.parent.depth < thing.depth"))


def test_assumptions_are_kept() -> None:
    """What is assumed of the rows before the call holds in the situation."""
    application = require(thing(stored("a", integer()), stored("b", integer())), "thing.a < thing.b")
    condition = application.behavior.flows[0].statements[0].reads[0]
    assumed = Assumption(condition=condition, holds=False)
    assert isinstance(solve(application, "operation:ask", Succeed(assume=(assumed,))), Unreachable)


def test_inputs_are_left_out_or_null_on_request() -> None:
    """An optional input is sent unless the goal says otherwise."""
    sketch = thing(stored("count", integer(), nullable=True))
    sketch.flow(
        "ask", {"thing": "Thing"}, {"count": takes(integer(), required=False)}, ("sets", "thing.count", "count")
    )
    application = sketch.application()
    assert dict(ask(application, Succeed()).inputs)["count"] is not None
    assert ask(application, Succeed(left_out=("count",))).inputs == ()
    assert ask(application, Succeed(null=("count",))).inputs == (("count", None),)


def test_a_probe_that_need_not_decide() -> None:
    """A part may be true without deciding anything."""
    application = require(thing(stored("a", integer(0, 9)), stored("b", integer(0, 9))), "thing.a > 3 || thing.b > 3")
    probe = Probe(statement="operation:ask/statement:1", path=(1,), relation="above", deciding=False)
    assert ask(application, probe).row("thing_1").value("b") == 4


@pytest.mark.parametrize(
    ("regex", "low", "high"),
    [
        (r"^[A-Z]{2}[0-9]{2}$", 0, 10),
        (r"^\+?[0-9 ()-]{6,30}$", 0, 30),
        (r"[0-9]+$", 8, 12),
        (r"^(red|green|blue)$", 0, 9),
        (r"^[^a-z]+$", 3, 3),
        (r"x.y", 1, 4),
    ],
)
def test_texts_that_match(regex: str, low: int, high: int) -> None:
    """Variants match, keep their length and differ."""
    found = [text_matching(regex, low, high, variant) for variant in range(3)]
    for match in found:
        assert match is not None
        assert low <= len(match) <= high
        assert re.search(regex, match)
    assert len(set(found)) == 3


def test_no_text_matches_the_impossible() -> None:
    """None where the bounds exclude the pattern."""
    assert text_matching("^[a-z]{5}$", 0, 4) is None
