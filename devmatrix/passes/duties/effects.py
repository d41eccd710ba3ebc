"""Obligations of what operations change: effects, states, and everything else left as it was."""

from collections.abc import Iterator

from devmatrix.ir.api import Cause, Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Add, Create, Delete, Remove, Set, StateMachine, walk_statements
from devmatrix.passes.breakage import aimed_pairs
from devmatrix.passes.consequences import cascades, consequences_of
from devmatrix.passes.duties.duty import Duty

_BEFORE_BODY = frozenset({Cause.TOO_LARGE, Cause.ABSENT})


def effect_duties(application: ApplicationIR, operation: Operation) -> Iterator[Duty]:
    """Each statement that changes something; each state that one may leave; each consequence of a deletion."""
    for statement in walk_statements(application.statements(operation)):
        match statement:
            case Set():
                yield Duty("effect", statement.id)
                yield from _left_out(operation, statement)
                machine = application.machine(statement.target.entity, statement.target.name)
                if machine is not None:
                    yield from _edges(application, machine, statement)
            case Create():
                yield Duty("effect", statement.id)
                if operation.verb == "create" and any(not given.required for given in operation.body):
                    yield Duty("effect", statement.id, "left out")
            case Delete() | Add() | Remove():
                yield Duty("effect", statement.id)
    yield from _consequences(application, operation)


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


def _edges(application: ApplicationIR, machine: StateMachine, statement: Set) -> Iterator[Duty]:
    declared = {(edge.source, edge.target): edge.id for edge in machine.edges}
    for source, target in aimed_pairs(application, machine, statement):
        yield Duty("edge", declared.get((source, target), machine.id), f"{source}>{target}")


def _consequences(application: ApplicationIR, operation: Operation) -> Iterator[Duty]:
    for relation in consequences_of(application, operation).followed:
        if cascades(relation):
            yield Duty("effect", relation.id, "cascade")
        else:
            yield Duty("effect", relation.id, "removed" if relation.kind == "many" else "clears")


def frame_duties(application: ApplicationIR, operation: Operation) -> Iterator[Duty]:
    """What an operation does not name stays; a refused call changes nothing."""
    if not any(statement.writes for statement in walk_statements(application.statements(operation))):
        return
    yield Duty("frame", operation.id)
    if any(refusal.cause not in _BEFORE_BODY for refusal in operation.refusals):
        yield Duty("frame", operation.id, "refused")
