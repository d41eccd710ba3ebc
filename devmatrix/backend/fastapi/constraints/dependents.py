"""What the service asks when rules read rows that an operation changed elsewhere."""

from collections.abc import Iterable
from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.target import Target
from devmatrix.expressions.reaching import ListBound, Reading, Step, Way, list_bounds, rule_ways
from devmatrix.ir.domain import Entity, Relationship
from patternbank.rendering import UserText

View = dict[str, Any]


def dependents_view(target: Target) -> View:
    """Readings of the rules, the lists among them, and what follows a deletion."""
    readings = target.readings
    parts = [child for child in target.application.domain.entities if _is_listed(child, readings)]
    bounds = list_bounds(target.application)
    listed = {(reading.entity, name) for reading in readings for name in reading.fields}
    listed |= {(bound.entity, bound.field) for bound in bounds}
    follows = [r for r in target.application.domain.relationships if _is_followed(r, listed)]
    view = {
        "readings": [_reading(target, reading) for reading in readings],
        "bounds": [_bound(target, bound) for bound in bounds],
        "parts": [_part(target, child) for child in parts],
        "followers": [_follower(target, relation) for relation in follows],
    }
    return view | {"imports": _imports(target, readings, bounds, parts, follows)}


def _reading(target: Target, reading: Reading) -> View:
    application = target.application
    if reading.then is None:
        locks = [(reading.judged, _back(target, reading.way))]
    else:
        ways = [way for way in reading.then if not application.entity(way[-1].target).external]
        locks = [(way[-1].target, [_forth(target, step) for step in way]) for way in ways]
    return {
        "judged": target.class_of(reading.judged),
        "key": _key(target, reading.judged),
        "entity": target.class_of(reading.entity),
        "fields": [_attribute(target, reading.entity, name) for name in reading.fields],
        "steps": _back(target, reading.way),
        "locks": [{"key": _key(target, entity), "steps": steps} for entity, steps in locks],
        "loads": [_load(target, way) for way in rule_ways(application, reading.judged)],
    }


def _back(target: Target, way: Way) -> list[View]:
    """From the keys of the rows at the end of a way to those of the rows at its start."""
    return [_step(*_columns(target, step)) for step in reversed(way)]


def _forth(target: Target, step: Step) -> View:
    start, end = _columns(target, step)
    return _step(end, start)


def _step(shown: str, among: str) -> View:
    return {"shown": shown, "among": among}


def _columns(target: Target, step: Step) -> tuple[str, str]:
    """The columns that stand for the row at the start of a step and for the one at its end."""
    application = target.application
    if step.how == "row":
        return _key(target, step.holder), _column(target, step.holder, step.name)
    if step.how == "rows":
        owner = application.entity(step.target).owner_field
        return _column(target, step.target, owner.name if owner else ""), _key(target, step.target)
    held = application.field(step.holder, step.name).association
    if held is None:
        raise KeyError(step.name)
    table = names.attribute(held.table)
    return f"{table}.c.{held.source_column}", f"{table}.c.{held.target_column}"


def _load(target: Target, way: Way) -> list[str]:
    return [f"{target.class_of(step.holder)}.{names.attribute(step.name)}" for step in way]


def _key(target: Target, entity: str) -> str:
    return f"{target.class_of(entity)}.{target.column(target.application.entity(entity).key_field)}"


def _column(target: Target, entity: str, name: str) -> str:
    return f"{target.class_of(entity)}.{target.column(target.application.field(entity, name))}"


def _attribute(target: Target, entity: str, name: str) -> str:
    """The mapped attribute by which a change of a field is seen."""
    fields = {field.name: field for field in target.application.entity(entity).fields}
    listed = name not in fields or fields[name].association is not None
    return names.attribute(name) if listed else target.column(fields[name])


def _bound(target: Target, bound: ListBound) -> View:
    held = target.application.field(bound.entity, bound.field)
    holder, member = _columns(target, Step("members", bound.entity, bound.field, held.target or ""))
    text = f"{held.wire} of the {names.label(bound.entity)} is out of its bounds"
    return {
        "entity": target.class_of(bound.entity),
        "key": _key(target, bound.entity),
        "attribute": names.attribute(bound.field),
        "holder": holder,
        "member": member,
        "minimum": bound.minimum,
        "maximum": bound.maximum,
        "text": UserText(text),
    }


def _is_listed(child: Entity, readings: Iterable[Reading]) -> bool:
    return any(reading.entity == child.owner and child.collection in reading.fields for reading in readings)


def _part(target: Target, child: Entity) -> View:
    owner = child.owner_field
    return {
        "entity": target.class_of(child.name),
        "key": _key(target, child.name),
        "column": _column(target, child.name, owner.name if owner else ""),
        "attribute": target.column(owner) if owner else "",
        "owner": target.class_of(child.owner or ""),
        "collection": names.attribute(child.collection or ""),
    }


def _is_followed(relation: Relationship, listed: set[tuple[str, str]]) -> bool:
    """Whether a deletion that goes along the relationship may change what is asked."""
    if relation.kind == "reference" and relation.on_delete == "restricts":
        return False
    return goes_along(relation) or (relation.source, relation.name) in listed


def goes_along(relation: Relationship) -> bool:
    """Whether the row that refers goes when the row that it refers to does."""
    return relation.kind == "owner" or (relation.kind == "reference" and relation.on_delete == "deletes with it")


def _follower(target: Target, relation: Relationship) -> View:
    key, column = _key(target, relation.source), _column(target, relation.source, relation.name)
    if relation.kind == "many":
        key, column = _columns(target, Step("members", relation.source, relation.name, relation.target))
    return {
        "entity": target.class_of(relation.source),
        "key": key,
        "column": column,
        "target": target.class_of(relation.target),
        "attribute": None if goes_along(relation) else _attribute(target, relation.source, relation.name),
    }


def _imports(
    target: Target,
    readings: Iterable[Reading],
    bounds: Iterable[ListBound],
    parts: Iterable[Entity],
    follows: Iterable[Relationship],
) -> list[View]:
    """Module -> the classes and tables that are named."""
    application = target.application
    steps = [step for r in readings for way in (r.way, *rule_ways(application, r.judged)) for step in way]
    entities = {name for r in readings for name in (r.judged, r.entity)} | {c.name for c in parts}
    entities |= {c.owner for c in parts if c.owner} | {name for s in steps for name in (s.holder, s.target)}
    entities |= {bound.entity for bound in bounds}
    entities |= {name for relation in follows for name in (relation.source, relation.target)}
    found = {name: [target.class_of(name)] for name in entities}
    lists = {(s.holder, s.name) for s in steps if s.how == "members"}
    lists |= {(r.source, r.name) for r in follows if r.kind == "many"}
    lists |= {(bound.entity, bound.field) for bound in bounds}
    for holder, name in sorted(lists):
        held = application.field(holder, name).association
        found[holder].append(names.attribute(held.table) if held is not None else "")
    return [{"module": target.module(name), "names": found[name]} for name in sorted(found)]
