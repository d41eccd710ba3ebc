"""Races for a row that two calls share: made upon two rows of a kind, they change a third one, and both must count."""

from decimal import Decimal
from typing import Any

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.ir.api import Operation
from devmatrix.ir.types import Reference
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import continued, happy_situation
from devmatrix.scenarios.playing.answers import expectation_of
from devmatrix.scenarios.playing.model import Reply, play
from devmatrix.scenarios.playing.requests import Request, request_of
from devmatrix.scenarios.playing.staging import Stage, set_stage
from devmatrix.scenarios.playing.wire import Wire
from devmatrix.scenarios.racing import keep_race, written_tables

_Copies = dict[str, RowRef]


def derive_shared_race(bench: Bench, operation: Operation) -> None:
    """A scenario for an operation that changes rows beyond the one that it is called upon; none for others.

    Only calls that all succeed and end alike in either order: what is predicted must not depend on who comes first.
    """
    situation = happy_situation(bench, operation) if operation.addresses and written_tables(bench, operation) else None
    if situation is None or not _shared(bench.trial(operation, situation), _parts(bench, situation)):
        return
    twins = _with_twin(bench, operation, situation)
    if twins is None:
        return
    doubled, copies = twins
    trials = (doubled, _supplied(bench, operation, doubled))
    chosen = next((trial for trial in trials if _commute(bench, operation, trial, copies)), None)
    if chosen is None:
        return
    scene = bench.scene(operation, "race/shared", chosen)
    both = _requests(operation, scene.stage, copies)
    keep_race(bench, operation, scene, both, "two at once both change the row that they share")


def _parts(bench: Bench, situation: Situation) -> set[str]:
    """The row that the call is upon, and all that refer to it."""
    found = {situation.addresses[-1][1]}
    for row in situation.rows:
        links = (f.name for f in bench.schema.stored_fields(row.entity) if isinstance(f.type, Reference))
        values = dict(row.values)
        if any(getattr(values.get(name), "label", None) in found for name in links):
            found.add(row.label)
    return found


def _shared(reply: Reply, parts: set[str]) -> list[Ref]:
    """Rows that the call changes and that are no part of what it is upon."""
    before, after = reply.before.rows, reply.world.rows
    return [at for at in before if at not in parts and at in after and before[at].values != after[at].values]


def _with_twin(bench: Bench, operation: Operation, situation: Situation) -> tuple[Situation, _Copies] | None:
    """The situation with a second row of the kind that the call is upon, and of each that refers to it."""
    builder = continued(bench, operation, situation)
    parts = _parts(bench, situation)
    copies: _Copies = {}
    for row in situation.rows:
        if row.label in parts:
            copies[row.label] = builder.row(row.entity, _copied(bench, row, copies))
    if not all(builder.is_valid(copy) for copy in copies.values()):
        return None
    return situation.model_copy(update={"rows": tuple(builder.rows)}), copies


def _copied(bench: Bench, row: WorldRow, copies: _Copies) -> dict[str, Any]:
    """The values of a row, but for those that no two rows may have; copies take the place of what was copied."""
    entity = bench.schema.entities[row.entity]
    values = {name: _instead(value, copies) for name, value in row.values}
    own = {name for name, value in row.values if values[name] != value}
    alone = {name for item in bench.schema.uniques[row.entity] if not own & set(item.fields) for name in item.fields}
    stored = {field.name for field in bench.schema.stored_fields(row.entity)} - {entity.key.field}
    return {name: value for name, value in values.items() if name in stored and name not in alone}


def _instead(value: Any, copies: _Copies) -> Any:
    if isinstance(value, tuple):
        return tuple(_instead(item, copies) for item in value)
    return copies.get(value.label, value) if isinstance(value, RowRef) else value


def _supplied(bench: Bench, operation: Operation, situation: Situation) -> Situation:
    """The same with so much more in the shared rows as one call takes from them."""
    reply = bench.trial(operation, situation)
    more = {at: _more(reply, at) for at in _shared(reply, _parts(bench, situation))}
    rows = tuple(
        row.model_copy(update={"values": tuple((n, more.get(Ref(row.label), {}).get(n, v)) for n, v in row.values)})
        for row in situation.rows
    )
    return situation.model_copy(update={"rows": rows})


def _more(reply: Reply, at: Ref) -> dict[str, Any]:
    """The numbers that the call makes smaller, larger by as much."""
    before, after = reply.before.rows[at].values, reply.world.rows[at].values
    numbers = [n for n, value in before.items() if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    return {n: 2 * before[n] - after[n] for n in numbers if after[n] is not None and after[n] < before[n]}


def _requests(operation: Operation, stage: Stage, copies: _Copies) -> tuple[Request, Request]:
    """The call upon the row, and the same upon its twin."""
    request = request_of(operation, stage)
    variable, label = stage.situation.addresses[-1]
    return request, request.at(variable, Ref(copies[label].label))


def _commute(bench: Bench, operation: Operation, situation: Situation, copies: _Copies) -> bool:
    """Whether both calls succeed and end alike in either order, and both change some row that they share."""
    stage = set_stage(bench.schema, "trial", 0, situation, relative=operation.id in bench.relative)
    requests = _requests(operation, stage, copies)
    first, second = _in_order(bench, stage, requests)
    last, other = _in_order(bench, stage, requests[::-1])
    if any(reply.refusal is not None for reply in (first, second, last, other)):
        return False
    wire = Wire(bench.schema, stage.relative)
    pairs = ((first, other), (second, last))
    said = [[expectation_of(bench.schema, reply, wire) for reply in pair] for pair in pairs]
    if any(one != another for one, another in said):
        return False
    shared = [at for at in _shared(first, _parts(bench, situation)) if at not in copies]
    once, twice, crossed = first.world.rows, second.world.rows, other.world.rows
    there = [at for at in stage.world.rows if at in twice]
    return (
        any(at in twice and once[at].values != twice[at].values for at in shared)
        and len(twice) == len(crossed)
        and all(at in crossed and twice[at].values == crossed[at].values for at in there)
    )


def _in_order(bench: Bench, stage: Stage, requests: tuple[Request, ...]) -> list[Reply]:
    """What the model says to the calls, one after the other."""
    world, replies = stage.world, []
    for request in requests:
        replies.append(play(bench.schema, request.again(stage.world, world), world, stage.context))
        world = replies[-1].world
    return replies
