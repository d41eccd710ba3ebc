"""Obligations of what operations change: effects, states, and everything else left as it was."""

from collections.abc import Iterator

from devmatrix.ir.api import Cause, Input, Operation
from devmatrix.ir.behavior import Add, Create, Delete, Remove, Set, StateMachine
from devmatrix.ir.directory import Directory
from devmatrix.passes.breakage import aimed_pairs
from devmatrix.passes.consequences import cascades
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.surroundings import Subject

_BEFORE_BODY = frozenset({Cause.TOO_LARGE, Cause.ABSENT})


def effect_duties(subject: Subject) -> Iterator[Duty]:
    """Each statement that changes something; each state that one may leave; each consequence of a deletion."""
    directory, operation = subject.directory, subject.operation
    for statement in subject.statements:
        match statement:
            case Set():
                yield Duty("effect", statement.id)
                yield from _left_out(operation, statement)
                machine = directory.machine(statement.target.entity, statement.target.name)
                if machine is not None:
                    yield from _edges(directory, machine, statement)
            case Create():
                yield Duty("effect", statement.id)
                if operation.verb == "create" and any(not given.required for given in operation.body):
                    yield Duty("effect", statement.id, "left out")
            case Delete() | Add() | Remove():
                yield Duty("effect", statement.id)
    yield from _consequences(subject)


def _left_out(operation: Operation, statement: Set) -> Iterator[Duty]:
    if operation.verb not in ("update", "patch"):
        return
    given = _given(operation, statement)
    if given is None:
        return
    if not given.required:
        yield Duty("effect", statement.id, "left out")
    if given.nullable:
        yield Duty("effect", statement.id, "null")


def _given(operation: Operation, statement: Set) -> Input | None:
    return next((given for given in operation.body if given.field == statement.target.name), None)


def _edges(directory: Directory, machine: StateMachine, statement: Set) -> Iterator[Duty]:
    declared = {(edge.source, edge.target): edge.id for edge in machine.edges}
    for source, target in aimed_pairs(directory, machine, statement):
        yield Duty("edge", declared.get((source, target), machine.id), f"{source}>{target}")


def _consequences(subject: Subject) -> Iterator[Duty]:
    for relation in subject.consequences.followed:
        if cascades(relation):
            yield Duty("effect", relation.id, "cascade")
        else:
            yield Duty("effect", relation.id, "removed" if relation.kind == "many" else "clears")


def frame_duties(subject: Subject) -> Iterator[Duty]:
    """What an operation does not name stays; a refused call changes nothing."""
    operation = subject.operation
    if not any(statement.writes for statement in subject.statements):
        return
    yield Duty("frame", operation.id)
    if any(refusal.cause not in _BEFORE_BODY for refusal in operation.refusals):
        yield Duty("frame", operation.id, "refused")
