"""The passes spell out what an author may leave unsaid, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devmatrix.ir.api import Cause, NamedShape, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Bind, Create, Delete, Require, Set
from devmatrix.ir.expressions import SELF, Access, LiteralValue, Variable, free_variables
from devmatrix.passes import PASSES, Pass, refine
from tests.passes.building import application

REFINED = refine(application())


def operation(wire: str) -> Operation:
    return REFINED.operation(f"operation:{wire}")


def wires(wire: str, source: str = "body") -> list[str]:
    return [item.wire for item in operation(wire).inputs if item.source == source]


def test_refining_twice_changes_nothing() -> None:
    assert refine(REFINED) == REFINED


@pytest.mark.parametrize("one", PASSES, ids=lambda one: one.__name__)
def test_each_pass_is_idempotent_and_leaves_its_argument_alone(one: Pass) -> None:
    before = application()
    kept = before.to_json()
    once = one(before)
    assert one(once) == once
    assert before.to_json() == kept


def test_json_goes_round_without_loss() -> None:
    again = ApplicationIR.from_json(REFINED.to_json())
    assert again == REFINED
    assert again.digest == REFINED.digest


@given(st.permutations(range(3)))
def test_the_digest_does_not_depend_on_the_order_of_keys(order: list[int]) -> None:
    content = json.loads(REFINED.to_json())
    keys = list(content)
    shuffled = {keys[index]: content[keys[index]] for index in [*order, *range(3, len(keys))]}
    assert ApplicationIR.from_json(json.dumps(shuffled)).digest == REFINED.digest


def test_bodies_leave_out_what_clients_do_not_give() -> None:
    assert wires("create_line") == ["good_id", "count"]
    assert wires("create_tag") == ["code"]
    assert wires("update_basket") == ["status", "best_id"]


def test_a_patch_requires_nothing_and_defaults_nothing() -> None:
    body = operation("patch_good").body
    assert all(not item.required and not item.has_default for item in body)
    assert [item.wire for item in body if item.nullable] == ["note"]


def test_an_input_named_like_its_row_gets_another_variable_and_keeps_its_wire_name() -> None:
    first = operation("update_good").body[0]
    assert (first.wire, first.name) == ("good", "good_given")


def test_lists_take_what_their_fields_declare() -> None:
    expected = ["limit", "offset", "sort", "q", "price", "price_gte", "price_lte"]
    assert wires("list_goods", "query") == expected
    assert wires("list_lines", "query") == ["limit", "offset", "good_id"]


def test_a_creation_takes_its_owner_from_the_path() -> None:
    bind, create = REFINED.statements(operation("create_line"))
    assert isinstance(bind, Bind)
    assert isinstance(create, Create)
    values = {item.field: item.value for item in create.assignments}
    assert isinstance(values["basket"], Variable)
    assert values["basket"].name == "basket"


def test_a_copy_reads_what_the_creation_assigns() -> None:
    create = REFINED.statements(operation("fill"))[1]
    assert isinstance(create, Create)
    copied = next(item for item in create.assignments if item.origin == "copied")
    assert isinstance(copied.value, Access)
    assert SELF not in free_variables(copied.value)
    assert copied.value.type.nullable, "the basket's best good may be missing, and so its price"


def test_clients_create_in_the_initial_state_only() -> None:
    statements = REFINED.statements(operation("create_basket"))
    assert [type(item) for item in statements] == [Bind, Require, Create]
    assert operation("create_basket").body[0].default == "OPEN"


def test_a_state_left_out_of_a_put_stays() -> None:
    sets = [item for item in REFINED.statements(operation("update_basket")) if isinstance(item, Set)]
    assert [(item.target.name, item.when_given) for item in sets] == [("status", "status"), ("best", None)]


def test_a_deletion_is_one_statement() -> None:
    (statement,) = REFINED.statements(operation("delete_line"))
    assert isinstance(statement, Delete)


def test_an_unassigned_state_is_the_initial_one() -> None:
    field = REFINED.field("Basket", "status")
    assert (field.default, field.has_default, field.nullable) == ("OPEN", True, False)


def test_answers_follow_the_verb() -> None:
    created, listed, deleted = (operation(wire).answers[0] for wire in ("create_good", "list_goods", "delete_good"))
    assert (created.status, created.shape) == (201, NamedShape(view="Good"))
    assert [header.name for header in created.headers] == ["Location"]
    assert operation("create_tag").answers[0].headers == (), "no endpoint reads a tag"
    assert (listed.status, deleted.status, deleted.shape) == (200, 204, None)


def test_refusals_stand_in_the_order_of_judgement() -> None:
    ranks = list(Cause)
    for item in REFINED.api.operations:
        order = [ranks.index(refusal.cause) for refusal in item.refusals]
        assert order == sorted(order)
        assert len({refusal.key for refusal in item.refusals}) == len(item.refusals)


def test_the_author_has_the_last_word_on_status_and_text() -> None:
    refusal = operation("fill").refusal("operation:fill/statement:1")
    assert (refusal.status, refusal.text) == (423, "shut")


def test_only_refusals_that_can_occur_are_listed() -> None:
    assert [item.key for item in operation("read_good").refusals] == ["absent:good", "invalid"]
    assert [item.key for item in operation("delete_basket").refusals] == ["absent:basket", "invalid"]
    assert "restrict:entity:Line/relationship:good" in [item.key for item in operation("delete_good").refusals]
    assert "range:Line.count" not in [item.key for item in operation("create_line").refusals]
    assert "range:Line.count" in [item.key for item in operation("fill").refusals]


def test_a_rule_that_an_input_breaks_is_422() -> None:
    assert operation("patch_good").refusal("rule:entity:Good/rule:1").status == 422
    assert not [item for item in operation("delete_good").refusals if item.key.startswith("rule:")]


def test_obligations_are_distinct_and_point_at_operations() -> None:
    found = REFINED.tests.obligations
    assert len({item.id for item in found}) == len(found)
    known = {item.id for item in REFINED.api.operations}
    assert {item.operation for item in found} == known


def test_every_state_is_an_obligation_of_an_operation_that_sets_it() -> None:
    edges = [item for item in REFINED.tests.obligations if item.kind == "edge"]
    assert [item.detail for item in edges if item.operation == "operation:fill"] == [
        "OPEN>SHUT",
        "SHUT>SHUT",
        "LOST>SHUT",
    ]
    assert sum(item.operation == "operation:update_basket" for item in edges) == 9


def test_defaults_of_creations_are_literals_of_the_field() -> None:
    before = application()
    create = next(item for item in refine(before).statements(operation("create_good")) if isinstance(item, Create))
    assert {item.origin for item in create.assignments} == {"given"}
    assert not any(isinstance(item.value, LiteralValue) for item in create.assignments)
