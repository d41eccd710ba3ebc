"""The model plays calls as the language says."""

from decimal import Decimal
from typing import Any

from devmatrix.expressions.evaluation.evaluate import Context, Ref
from devmatrix.expressions.evaluation.schema import index_application
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.scenarios import Reply, play
from devmatrix.scenarios.playing.requests import Literally, Request, Sent, request_of
from devmatrix.scenarios.playing.staging import Stage, set_stage
from tests.scenarios.shop import depot

SCHEMA = index_application(depot())


def bin_row(label: str, **values: Any) -> WorldRow:
    """A bin with everything that it stores."""
    plain = {
        "label": label,
        "room": 10,
        "weight": Decimal("1.00"),
        "mode": "FREE",
        "note": None,
        "spare": None,
        "tags": (),
    }
    return WorldRow(entity="Bin", label=label, values=tuple((plain | values).items()))


def slot_row(label: str, owner: str, **values: Any) -> WorldRow:
    """A slot of a bin."""
    plain = {"amount": Decimal("2.50"), "rank": 1, "heavy": None, "bin": RowRef(label=owner)}
    return WorldRow(entity="Slot", label=label, values=tuple((plain | values).items()))


def stage_of(operation: str, *rows: WorldRow, on: dict[str, str] | None = None, **inputs: Any) -> Stage:
    """A situation with keys."""
    situation = Situation(
        operation=f"operation:{operation}",
        rows=rows,
        addresses=tuple((on or {}).items()),
        inputs=tuple(inputs.items()),
    )
    return set_stage(SCHEMA, "test", 0, situation, relative=False)


def reply_to(stage: Stage, request: Request | None = None) -> Reply:
    """What the model says to the stage's call, or to another on the same rows."""
    made = request or request_of(depot().operation(stage.situation.operation), stage)
    return play(SCHEMA, made, stage.world, stage.context)


def call_on(stage: Stage) -> Request:
    """The stage's call, to be spoilt."""
    return request_of(depot().operation(stage.situation.operation), stage)


def held(reply: Reply, label: str) -> dict[str, Any]:
    """What a row holds afterwards."""
    return reply.world.rows[Ref(label)].values


def test_a_flow_sees_its_own_effects() -> None:
    """Rows made and fields set count for what follows; the world before stays as it was."""
    stage = stage_of("split", bin_row("a", weight=Decimal("1.00")), slot_row("s", "a"), on={"bin": "a"}, parts=3)
    reply = reply_to(stage)
    assert (reply.status, reply.refusal) == (201, None)
    made = next(row for row in reply.world.of("Bin") if row.made)
    assert (made.values["label"], made.values["room"], made.values["weight"]) == ("a/2", 3, Decimal("0.33"))
    assert held(reply, "a")["room"] == 7
    assert stage.world.rows[Ref("a")].values["room"] == 10
    slot = next(row for row in reply.world.of("Slot") if row.made)
    assert slot.values["amount"] == Decimal("0.83")
    assert slot.values["heavy"] == Decimal("0.33")


def test_a_division_by_zero_refuses() -> None:
    """With 409, and nothing has changed."""
    stage = stage_of("split", bin_row("a"), on={"bin": "a"}, parts=0)
    reply = reply_to(stage)
    assert reply.refusal is not None
    assert (reply.status, reply.refusal.key) == (409, "arithmetic")
    assert reply.world is stage.world


def test_bounds_are_asked_when_the_call_is_complete() -> None:
    """A negative amount of a flow is 409."""
    stage = stage_of("split", bin_row("a"), slot_row("s", "a"), on={"bin": "a"}, parts=-1)
    reply = reply_to(stage)
    assert reply.refusal is not None
    assert (reply.status, reply.refusal.key) == (409, "range:Slot.amount") or reply.refusal.key == "range:Bin.room"


def test_a_require_has_the_status_of_its_author() -> None:
    """Even 422."""
    reply = reply_to(stage_of("drop", bin_row("a"), on={"bin": "a"}))
    assert reply.refusal is not None
    assert (reply.status, reply.refusal.text) == (422, "a free bin is not dropped")


def test_a_deletion_follows_the_relationships() -> None:
    """Children go, what clears lets go, what restricts refuses."""
    rows = (bin_row("a", mode="HELD"), slot_row("s", "a"), bin_row("b", spare=RowRef(label="a")))
    reply = reply_to(stage_of("drop", *rows, on={"bin": "a"}))
    assert reply.status == 204
    assert [row.label for row in reply.world.rows.values()] == ["b"]
    assert held(reply, "b")["spare"] is None
    pledge = WorldRow(entity="Pledge", label="p", values=(("bin", RowRef(label="a")), ("until", None)))
    refused = reply_to(stage_of("drop", *rows, pledge, on={"bin": "a"}))
    assert refused.refusal is not None
    assert refused.refusal.key.startswith("restrict:")


def test_uniqueness_counts_nulls_and_owners_apart() -> None:
    """The same rank in another bin is free, in this one it is taken."""
    rows = (bin_row("a"), bin_row("b"), slot_row("s", "a", rank=4))
    free = reply_to(stage_of("create_slot", *rows, on={"bin": "b"}, amount=Decimal(1), rank=4))
    assert free.status == 201
    taken = reply_to(stage_of("create_slot", *rows, on={"bin": "a"}, amount=Decimal(1), rank=4))
    assert taken.refusal is not None
    assert taken.refusal.key == "unique:entity:Slot/unique:1"


def test_an_entity_rule_that_an_input_breaks_is_422() -> None:
    """And 404 comes before everything."""
    stage = stage_of("update_bin", bin_row("a", mode="HELD"), on={"bin": "a"}, label="a", room=0)
    reply = reply_to(stage)
    assert (reply.status, reply.refusal and reply.refusal.key) == (422, "rule:entity:Bin/rule:1")
    absent = reply_to(stage, call_on(stage).at("bin", Literally("nothing")).in_bytes("{"))
    assert absent.status == 404


def test_put_replaces_and_leaves_the_state() -> None:
    """What is left out becomes its default or null; a state stays."""
    stage = stage_of("update_bin", bin_row("a", mode="HELD", note="x"), on={"bin": "a"}, label="a", room=5)
    reply = reply_to(stage)
    assert reply.status == 200
    assert (held(reply, "a")["note"], held(reply, "a")["weight"]) == (None, Decimal("1.50"))
    assert held(reply, "a")["mode"] == "HELD"


def test_states_follow_their_edges() -> None:
    """A way that is not declared is 409; staying is none."""
    stage = stage_of("update_bin", bin_row("a"), on={"bin": "a"}, label="a", room=5, mode="GONE")
    reply = reply_to(stage)
    assert reply.refusal is not None
    assert (reply.status, reply.refusal.key) == (409, "state:Bin.mode")
    same = reply_to(stage, call_on(stage).with_member("mode", "FREE"))
    assert same.status == 200


def test_the_order_of_refusals() -> None:
    """413, 404, 415, 400, 422, then the statements."""
    stage = stage_of("split", bin_row("a", mode="HELD"), on={"bin": "a"}, parts=2)
    call = call_on(stage)
    nowhere = call.at("bin", Literally("nothing"))
    assert reply_to(stage, nowhere.in_bytes(" " * 2_000_001)).status == 413
    assert reply_to(stage, nowhere.in_bytes("{", "text/plain")).status == 404
    assert reply_to(stage, call.in_bytes("{", "text/plain")).status == 415
    assert reply_to(stage, call.in_bytes("{")).status == 400
    assert reply_to(stage, call.with_member("parts", Sent("2"))).status == 422
    assert reply_to(stage, call).status == 409


def test_lists_put_nulls_last_and_sort_by_code_point() -> None:
    """Both ways; ties stand in creation order."""
    rows = (bin_row("é", weight=Decimal(2)), bin_row("Z", weight=Decimal(1)), bin_row("a", weight=Decimal(2)))
    stage = stage_of("list_bins", *rows)
    by_label = reply_to(stage, call_on(stage).asking(("sort", "label"))).page
    assert by_label is not None
    assert by_label.items == ("Z", "a", "é")
    by_weight = reply_to(stage, call_on(stage).asking(("sort", "-weight,label"))).page
    assert by_weight is not None
    assert by_weight.items == ("a", "é", "Z")


def test_lists_search_filter_and_cut() -> None:
    """A phrase in any case, any of several values, a window with the whole total."""
    rows = tuple(bin_row(label, room=room) for label, room in (("One%", 1), ("oNe_", 2), ("two", 3)))
    stage = stage_of("list_bins", *rows)
    assert reply_to(stage, call_on(stage).asking(("q", "ONE"))).page.items == ("One%", "oNe_")  # type: ignore[union-attr]
    assert reply_to(stage, call_on(stage).asking(("q", "%"))).page.items == ("One%",)  # type: ignore[union-attr]
    page = reply_to(stage, call_on(stage).asking(("room", "1"), ("room", "3"), ("limit", 1), ("offset", 1))).page
    assert page is not None
    assert (page.items, page.total) == (("two",), 2)
    assert reply_to(stage, call_on(stage).asking(("room_gte", "2"))).page.total == 2  # type: ignore[union-attr]
    assert reply_to(stage, call_on(stage).asking(("rooms", "2"))).status == 422
    assert reply_to(stage, call_on(stage).asking(("limit", 201))).status == 422


def test_a_computed_field_is_read_with_its_places() -> None:
    """Rounded half away from zero wherever it is read."""
    stage = stage_of("read_bin", bin_row("a"), slot_row("s", "a", amount=Decimal("0.50")), on={"bin": "a"})
    reply = reply_to(stage)
    assert reply.world.value(reply.world.rows[Ref("a")], "load", Context(stage.context.now)) == Decimal("0.17")


def test_client_keys_are_taken_once() -> None:
    """The second row of a key is 409, and many lists find rows by it."""
    tag = WorldRow(entity="Tag", label="t", values=(("code", "x"),))
    taken = reply_to(stage_of("create_tag", tag, code="x"))
    assert taken.refusal is not None
    assert taken.refusal.key == "key:Tag"
    made = reply_to(stage_of("create_bin", tag, label="a", room=1, tags_ids=(RowRef(label="t"),)))
    assert made.status == 201
