"""Each condition, rule and uniqueness broken alone: the declared refusal, and nothing has changed."""

from collections.abc import Iterator
from typing import Any

from devmatrix.artifacts.scenarios import ScenarioKind
from devmatrix.expressions.evaluation.completion import changed
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import NewKey, World
from devmatrix.expressions.situations import RowRef, Situation
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import Require, When, walk_statements
from devmatrix.ir.tests import Obligation
from devmatrix.ir.validation import Unique
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import continued, happy_situation, outcome_of, shown_by, title_of
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.supply.rows import candidates, input_candidates
from devmatrix.scenarios.supply.solving import break_goal, limit_goals


def derive_conditions(bench: Bench, operation: Operation) -> None:
    """A scenario for each condition, then one for each of its limits."""
    for obligation in bench.obligations(operation, "condition"):
        _break(bench, operation, obligation, obligation.node, "condition", obligation.node)
    for obligation in bench.obligations(operation, "rule"):
        key = _rule_key(bench, obligation)
        _break(bench, operation, obligation, key, "rule", None)
    for obligation in bench.obligations(operation, "unique"):
        key = f"key:{_field_of(bench, obligation)[0]}" if obligation.detail == "key" else f"unique:{obligation.node}"
        _break(bench, operation, obligation, key, "unique", None)
    for obligation in bench.obligations(operation, "restrict"):
        if not bench.covered & {obligation.id}:
            _break(bench, operation, obligation, f"restrict:{obligation.node}", "restrict", None)
    _derive_limits(bench, operation)


def _rule_key(bench: Bench, obligation: Obligation) -> str:
    if obligation.detail == "":
        return f"rule:{obligation.node}"
    entity, name = _field_of(bench, obligation)
    return f"{obligation.detail}:{entity}.{name}"


def _field_of(bench: Bench, obligation: Obligation) -> tuple[str, str]:
    return next(name for name, field in bench.schema.fields.items() if field.id == obligation.node)


def _break(
    bench: Bench, operation: Operation, obligation: Obligation, key: str, kind: ScenarioKind, statement: str | None
) -> None:
    """A situation that ends in this refusal: put together where that is easy, else solved."""
    situation: Any = _put_together(bench, operation, key)
    if situation is None:
        situation = bench.solve(operation, break_goal(key, statement))
    silent = not isinstance(situation, Situation) and not getattr(situation, "implied_by", ())
    if silent or (isinstance(situation, Situation) and not _refuses(bench, operation, situation, key)):
        situation = _tried(bench, operation, key) or situation
    if isinstance(situation, Situation) and _refuses(bench, operation, situation, key):
        name = f"{kind}/{key.rpartition('/')[2].replace(' ', '-')}"
        scene = bench.scene(operation, name, situation)
        reply = scene.act(request_of(operation, scene.stage))
        scene.look()
        said = reply.refusal.text if reply.refusal is not None else key
        covers = [obligation.id, *bench.ids(operation, "frame", detail="refused")]
        bench.keep(scene, f"{title_of(operation)}: {said}", kind, operation, covers)
    else:
        bench.refused(obligation, outcome_of(obligation, situation))


def _refuses(bench: Bench, operation: Operation, situation: Situation, key: str) -> bool:
    reply = bench.trial(operation, situation)
    return reply.refusal is not None and reply.refusal.key == key


def _put_together(bench: Bench, operation: Operation, key: str) -> Situation | None:
    """The happy situation with one thing in the way, for calls whose body goes straight into a row."""
    situation = happy_situation(bench, operation)
    if situation is None or operation.verb not in ("create", "update", "patch") or operation.entity is None:
        return None
    sort, _, name = key.partition(":")
    trials: list[Situation | None]
    if sort == "unique":
        unique = next(item for item in bench.schema.uniques[operation.entity] if item.id == name)
        trials = [_taken(bench, operation, situation, unique)]
    elif sort == "key":
        trials = [_key_taken(bench, operation, situation)]
    else:
        trials = [*_other_inputs(bench, operation, situation)]
    return next((trial for trial in trials if trial is not None and _refuses(bench, operation, trial, key)), None)


def _tried(bench: Bench, operation: Operation, key: str) -> Situation | None:
    """What the solver has no formula for, tried out: a row like the one that the call makes, other inputs."""
    situation = happy_situation(bench, operation)
    if situation is None or operation.verb != "flow":
        return None
    trials = [*_twins(bench, operation, situation), *_varied_inputs(operation, situation)]
    return next((trial for trial in trials if _refuses(bench, operation, trial, key)), None)


def _twins(bench: Bench, operation: Operation, situation: Situation) -> Iterator[Situation]:
    """The situation with a row that holds already what the call would make unique."""
    reply = bench.trial(operation, situation)
    if reply.refusal is not None:
        return
    for row in reply.world.rows.values():
        entity = bench.schema.entities[row.entity]
        kinds = [unique.fields for unique in bench.schema.uniques[row.entity]]
        kinds += [(entity.key.field,)] if entity.key.generated is None else []
        for names in kinds if changed(row, reply.before) else ():
            values = {name: _plain_value(row.values[name], reply.before) for name in names}
            if None not in values.values():
                builder = continued(bench, operation, situation)
                builder.row(row.entity, values)
                yield situation.model_copy(update={"rows": tuple(builder.rows)})


def _plain_value(value: Any, before: World) -> Any:
    """A value as a situation holds it; a row that the call made is none."""
    if isinstance(value, Ref):
        return RowRef(label=value) if value in before.rows else None
    return None if isinstance(value, NewKey) else value


def _varied_inputs(operation: Operation, situation: Situation) -> Iterator[Situation]:
    sent = dict(situation.inputs)
    for item in operation.body:
        for value in input_candidates(item):
            yield situation.model_copy(update={"inputs": tuple((sent | {item.name: value}).items())})


def _written(bench: Bench, operation: Operation, situation: Situation) -> dict[str, Any]:
    """The fields of the row as the call would leave them."""
    entity = bench.schema.entities[operation.entity or ""]
    found: dict[str, Any] = {}
    if operation.verb != "create":
        found |= dict(situation.row(situation.addresses[-1][1]).values)
    elif entity.owner_field is not None and situation.addresses:
        found[entity.owner_field.name] = RowRef(label=situation.addresses[-1][1])
    sent = dict(situation.inputs)
    found |= {item.field: sent[item.name] for item in operation.body if item.field and item.name in sent}
    return found


def _taken(bench: Bench, operation: Operation, situation: Situation, unique: Unique) -> Situation | None:
    written = _written(bench, operation, situation)
    values = {name: written.get(name) for name in unique.fields}
    if any(value is None for value in values.values()):
        return None
    builder = continued(bench, operation, situation)
    builder.row(unique.entity, values)
    return situation.model_copy(update={"rows": tuple(builder.rows)})


def _key_taken(bench: Bench, operation: Operation, situation: Situation) -> Situation | None:
    entity = bench.schema.entities[operation.entity or ""]
    written = _written(bench, operation, situation)
    if entity.key.field not in written:
        return None
    builder = continued(bench, operation, situation)
    builder.row(entity.name, {entity.key.field: written[entity.key.field]})
    return situation.model_copy(update={"rows": tuple(builder.rows)})


def _other_inputs(bench: Bench, operation: Operation, situation: Situation) -> list[Situation]:
    """The call with other values: one input changed, then two."""
    entity = operation.entity or ""
    sent = dict(situation.inputs)
    choices: dict[str, list[Any]] = {}
    for item in operation.body:
        if item.field is not None and (entity, item.field) in bench.schema.fields:
            field = bench.schema.fields[entity, item.field]
            if field.target is None:
                choices[item.name] = [
                    v for v in candidates(field, sent.get(item.name)) if v is not None or item.nullable
                ]
    changes = [{name: value} for name, values in choices.items() for value in values]
    pairs = [one | other for one in changes for other in changes if next(iter(one)) < next(iter(other))]
    return [
        situation.model_copy(update={"inputs": tuple((sent | change).items())}) for change in (*changes, *pairs[:400])
    ]


def _derive_limits(bench: Bench, operation: Operation) -> None:
    """Each comparison of a condition at its limit, and each part of it deciding alone."""
    if operation.verb != "flow":
        return
    for statement in walk_statements(bench.schema.statements.get(operation.id, ())):
        if not isinstance(statement, Require | When):
            continue
        seen: set[Any] = set()
        for goal in limit_goals(bench.application, operation.id, statement.id):
            found = bench.solve(operation, goal)
            if isinstance(found, Situation) and found not in seen:
                seen.add(found)
                _keep_limit(bench, operation, statement, found, len(seen))


def _keep_limit(bench: Bench, operation: Operation, statement: Any, situation: Situation, number: int) -> None:
    place = statement.id.rpartition(":")[2]
    scene = bench.scene(operation, f"limit/{place}/{number}", situation)
    reply = scene.act(request_of(operation, scene.stage))
    scene.look()
    title = f"{title_of(operation)}: statement {place} at its limit ({number})"
    broken = reply.refusal is not None and reply.refusal.key == getattr(statement, "refusal", None)
    covers = bench.ids(operation, "condition", node=statement.id) if broken else shown_by(bench, operation, reply)
    bench.keep(scene, title, "condition", operation, covers)
