"""Situations of flows: what the solver finds, the executable model confirms."""

import pytest

from devmatrix.expressions.situations import RowRef, Situation
from devmatrix.expressions.solver import (
    Break,
    FromState,
    Goal,
    Succeed,
    Unreachable,
    boundaries,
    breakable,
    solve,
)
from devmatrix.ir.behavior import walk_statements
from tests.expressions.solver_play import SUCCESS, outcome
from tests.expressions.solver_shop import shop

OPERATIONS = tuple(operation.id for operation in shop().api.operations)


def asked(name: str, goal: Goal) -> Situation | Unreachable:
    """What the solver finds for a flow of the shop."""
    found = solve(shop(), f"operation:{name}", goal)
    assert isinstance(found, Situation | Unreachable), found
    return found


def rows(name: str, goal: Goal) -> Situation:
    """The situation that the solver finds."""
    found = asked(name, goal)
    assert isinstance(found, Situation), found
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_flow_succeeds_in_some_situation(operation: str) -> None:
    """The rows of a happy path satisfy every condition."""
    assert outcome(shop(), solve(shop(), operation, Succeed())) == SUCCESS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_refusal_is_met_or_excluded(operation: str) -> None:
    """A situation for a refusal ends in exactly that refusal; there is no third way."""
    for goal in breakable(shop(), operation):
        found = solve(shop(), operation, goal)
        if isinstance(found, Situation):
            assert outcome(shop(), found) == goal.key
        else:
            assert isinstance(found, Unreachable), goal
            assert found.implied_by, goal


@pytest.mark.parametrize("operation", OPERATIONS)
def test_limits_end_as_the_model_says(operation: str) -> None:
    """A situation at a limit succeeds or is refused by the very statement whose limit it is."""
    requires = [
        item for item in walk_statements(shop().statements(shop().operation(operation))) if item.kind == "require"
    ]
    for statement in requires:
        for probe in boundaries(shop(), operation, statement.id):
            found = solve(shop(), operation, probe)
            if isinstance(found, Situation):
                assert outcome(shop(), found) in (SUCCESS, statement.id), probe
            else:
                assert probe.relation == "below", probe
                assert found == Unreachable(implied_by=("entity:Order/field:total",), rows=1)


def test_a_comparison_is_met_at_its_limit_and_on_both_sides() -> None:
    """``stock >= quantity`` is told from ``>`` and from ``!=`` by three situations."""
    found = {}
    for probe in boundaries(shop(), "operation:add", "operation:add/statement:4"):
        situation = rows("add", probe)
        stock = next(row for row in situation.rows if row.entity == "Product").value("stock")
        quantity = dict(situation.inputs)["quantity"]
        assert isinstance(stock, int)
        assert isinstance(quantity, int)
        found[probe.relation] = (stock - quantity, outcome(shop(), situation))
    assert found == {"equal": (0, SUCCESS), "below": (-1, "operation:add/statement:4"), "above": (1, SUCCESS)}


def test_each_alternative_of_a_condition_decides_alone() -> None:
    """Either state lets an order be cancelled while the other one does not."""
    probes = boundaries(shop(), "operation:cancel", "operation:cancel/statement:1")
    states = [
        rows("cancel", probe).row("order_1").value("status")
        for probe in probes
        if probe.path and probe.relation == "true"
    ]
    assert sorted(str(state) for state in states) == ["PAID", "PENDING"]


def test_an_alias_breaks_what_looks_safe() -> None:
    """Two items of one product make the stock differ from what each item alone would leave."""
    situation = rows("cancel", Break(key="operation:cancel/statement:4"))
    products = [row.value("product") for row in situation.rows if row.entity == "OrderItem"]
    assert len(products) == 2
    assert products[0] == products[1]


def test_uniqueness_excludes_the_alias() -> None:
    """In a cart a product stands once, and that is what the proof names."""
    found = asked("checkout", Break(key="operation:checkout/statement:8"))
    assert isinstance(found, Unreachable)
    assert found.implied_by == ("entity:CartItem/unique:2",)


def test_a_state_check_is_implied_by_the_precondition() -> None:
    """The forbidden edge cannot be reached, and the precondition is named."""
    found = asked("pay", Break(key="state:Order.status"))
    assert isinstance(found, Unreachable)
    assert found.implied_by == ("operation:pay/statement:1",)


def test_a_promise_follows_from_the_statements() -> None:
    """An ensures that nothing can break names the statement that makes it true."""
    found = asked("restock", Break(key="operation:restock/statement:2"))
    assert isinstance(found, Unreachable)
    assert found.implied_by == ("operation:restock/statement:1",)


def test_an_absent_reference_is_no_row() -> None:
    """The key that is sent belongs to nobody."""
    situation = rows("add", Break(key="absent reference:product"))
    assert not isinstance(dict(situation.inputs)["product_id"], RowRef)


def test_the_happy_path_runs_each_loop_twice_over_different_rows() -> None:
    """Two items, two products, and numbers that do not coincide."""
    situation = rows("checkout", Succeed())
    items = [row for row in situation.rows if row.entity == "CartItem"]
    assert len({str(row.value("product")) for row in items}) == 2
    assert len({str(row.value("quantity")) for row in items}) == 2


def test_situations_are_small() -> None:
    """A refusal that needs no rows has none but the one addressed and what it refers to."""
    situation = rows("checkout", Break(key="operation:checkout/statement:2"))
    assert [row.entity for row in situation.rows] == ["Customer", "Cart"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("PENDING", SUCCESS), ("PAID", "operation:pay/statement:1"), ("SHIPPED", "operation:pay/statement:1")],
)
def test_from_every_state(state: str, expected: str) -> None:
    """The row starts in the state that is asked for."""
    situation = rows("pay", FromState(entity="Order", field="status", state=state))
    assert situation.row("order_1").value("status") == state
    assert outcome(shop(), situation) == expected


def test_a_state_that_is_never_set_is_no_start() -> None:
    """A flow that sets no state has no move to start from."""
    found = asked("restock", FromState(entity="Order", field="status", state="PENDING"))
    assert isinstance(found, Unreachable)


@pytest.mark.parametrize("key", ["restrict:relationship:CartItem.product", "restrict:relationship:OrderItem.product"])
def test_one_row_restricts_a_deletion(key: str) -> None:
    """Exactly one of the two relationships stands in the way."""
    situation = rows("remove_product", Break(key=key))
    assert outcome(shop(), situation) == key
    assert sum(row.entity in ("CartItem", "OrderItem") for row in situation.rows) == 1


def test_a_deletion_takes_children_along() -> None:
    """The happy path of a cascade has something to take along."""
    situation = rows("remove_cart", Succeed())
    assert any(row.entity == "CartItem" for row in situation.rows)


def test_from_a_state_to_a_target() -> None:
    """An aim that the statement never has is no goal that can be met."""
    met = FromState(entity="Order", field="status", state="PAID", target="CANCELLED")
    assert outcome(shop(), rows("cancel", met)) == SUCCESS
    never = asked("cancel", FromState(entity="Order", field="status", state="PAID", target="SHIPPED"))
    assert isinstance(never, Unreachable)


def test_one_round_of_a_loop_is_broken() -> None:
    """The second item is the one for which the stock does not suffice."""
    situation = rows("checkout", Break(key="operation:checkout/statement:3.1", iteration=1, rows=2))
    assert outcome(shop(), situation) == "operation:checkout/statement:3.1"
    items = [row for row in situation.rows if row.entity == "CartItem"]
    product = items[0].value("product")
    assert isinstance(product, RowRef)
    assert int(str(situation.row(product.label).value("stock"))) >= int(str(items[0].value("quantity")))
