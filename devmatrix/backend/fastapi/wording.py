"""Words of services: constants, labels, parameters, and whether a line mentions a name."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from devmatrix.backend.fastapi import names
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Bind, BindMany, Create, ForEach, Let, Set, Statement, walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import Access, Binary, Expression, Variable
from devmatrix.ir.values import ValueType
from devmatrix.naming import words

_NO_CODE = ("text", "repository", "name", "kind", "node", "field", "lists", "entity", "edges", "variable", "attribute")


def edges_constant(application: ApplicationIR, entity: str, name: str) -> str:
    """The constant that holds the edges of a state machine, e.g. ``CART_STATUS_EDGES``; each has its own."""
    stems: dict[str, int] = {}
    for machine in application.behavior.machines:
        stem = "_".join((*words(machine.entity), *words(machine.field))).upper()
        stems[stem] = number = stems.get(stem, 0) + 1
        if (machine.entity, machine.field) == (entity, name):
            return f"{stem}_EDGES" if number == 1 else f"{stem}_{number}_EDGES"
    raise KeyError(f"{entity}.{name} has no states")


def label(entity: str) -> str:
    """An entity as words, e.g. ``cart item``."""
    return " ".join(words(entity))


def parameter(application: ApplicationIR, operation: Operation, wire: str) -> str:
    """A path parameter as a Python name that says whose key it is, and that nothing else in its function has."""
    taken = set(locals_of(application, operation).values())
    for address in operation.addresses:
        entity = application.entity(address.entity)
        plain = f"{entity.variable}_{entity.key.field}" if address.parameter == "id" else address.parameter
        name = names.parameter(plain)
        while name in taken:
            name += "_"
        taken.add(name)
        if address.parameter == wire:
            return name
    raise KeyError(wire)


def locals_of(application: ApplicationIR, operation: Operation) -> dict[str, str]:
    """Address or statement -> the Python name of the variable that it binds: a name of its own for each type."""
    kinds: dict[str, tuple[str, str]] = {}
    found: dict[str, str] = {}
    bindings = [(address.variable, address.variable, address.entity) for address in operation.addresses]
    for statement in walk_statements(application.statements(operation)):
        bindings.extend((statement.id, variable, kind) for variable, kind in _bound(statement))
    for node, variable, kind in bindings:
        name, number = names.variable(variable), 1
        while kinds.setdefault(name, (variable, kind)) != (variable, kind):
            number += 1
            name = f"{names.variable(variable)}_{number}"
        found[node] = name
    return found


def _bound(statement: Statement) -> tuple[tuple[str, str], ...]:
    match statement:
        case ForEach(range=rows) if rows.type.item is not None:
            return ((statement.variable, _kind(rows.type.item)),)
        case Let():
            return ((statement.variable, _kind(statement.value.type)),)
        case BindMany():
            return ((statement.variable, f"many {statement.entity}"),)
        case Bind(optional=True):
            return ((statement.variable, f"{statement.entity} or none"),)
        case Create(variable=str() as variable, entity=entity) | Bind(variable=variable, entity=entity):
            return ((variable, entity),)
        case _:
            return ()


def _kind(type_: ValueType) -> str:
    """What tells the Python types of two values apart."""
    plain = type_.entity or (f"list of {_kind(type_.item)}" if type_.item else f"{type_.kind} {type_.members}")
    return f"{plain} or none" if type_.nullable else plain


def same_field(left: Expression, right: Access) -> bool:
    """Whether an expression reads just that field of that row."""
    return left.model_copy(update={"span": None}) == right.model_copy(update={"span": None}) or (
        isinstance(left, Access)
        and left.name == right.name
        and isinstance(left.operand, Variable)
        and isinstance(right.operand, Variable)
        and left.operand.name == right.operand.name
    )


def step_of(statement: Set, kept: Field) -> tuple[str, Expression] | None:
    """``+=`` or ``-=`` and what follows it, where the value is the field itself and something more."""
    value = statement.value
    if not isinstance(value, Binary) or value.operator not in ("+", "-") or value.type.nullable:
        return None
    if value.type.kind != "integer" or not same_field(value.left, statement.target) or kept.nullable:
        return None
    return f"{value.operator}=", value.right


def mentions(variable: str, *views: object) -> bool:
    """Whether a later line mentions a variable by name."""
    return any(variable in _names_in(text) for view in views for text in _texts(view))


@lru_cache(maxsize=4096)
def _names_in(text: str) -> frozenset[str]:
    """The names that a piece of Python reads; none in a text that is no Python."""
    try:
        parsed = ast.parse(text, mode="eval")
    except SyntaxError:
        return frozenset()
    return frozenset(node.id for node in ast.walk(parsed) if isinstance(node, ast.Name))


def _texts(view: object) -> Iterator[str]:
    if isinstance(view, dict):
        for name, value in view.items():
            if name not in _NO_CODE:
                yield from _texts(value)
    elif isinstance(view, list):
        for value in view:
            yield from _texts(value)
    elif isinstance(view, str):
        yield view
