"""Paths of operations with the keys of rows in them, and which operation shows a row."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from devmatrix.artifacts.terms import Anything, Captured, Given, Joined, Term
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import World
from devmatrix.ir.api import Operation
from devmatrix.scenarios.playing.requests import Literally, Request
from devmatrix.scenarios.playing.wire import Wire

_PARAMETER = re.compile(r"\{([^{}]+)\}")


def path_of(request: Request, world: World, wire: Wire) -> Term:
    """The path of a request."""
    return filled_path(request.operation, request.addresses, world, wire)


def filled_path(operation: Operation, addresses: Mapping[str, Ref | Literally], world: World, wire: Wire) -> Term:
    """The template with the keys of rows in it; captured keys stay terms."""
    entities = {address.parameter: (address.variable, address.entity) for address in operation.addresses}
    parts: list[Term] = []
    for index, text in enumerate(_PARAMETER.split(operation.path)):
        if index % 2 == 0:
            parts.append(Given(value=text))
            continue
        variable, entity = entities[text]
        parts.append(_key_part(entity, addresses[variable], world, wire))
    if all(isinstance(part, Given) for part in parts):
        return Given(value="".join(str(part.value) for part in parts if isinstance(part, Given)))
    return Joined(parts=tuple(part for part in parts if part != Given(value="")))


def _key_part(entity: str, address: Ref | Literally, world: World, wire: Wire) -> Term:
    key = address.key if isinstance(address, Literally) else world.rows[address].key
    term = wire.key(entity, key) if not isinstance(address, Literally) else Given(value=_plain(key, wire))
    return Given(value=quote(str(term.value), safe="")) if isinstance(term, Given) else term


def _plain(key: Any, wire: Wire) -> Any:
    return key if isinstance(key, str | int) else getattr(wire.time(key), "value", str(key))


def addresses_of_row(operation: Operation, world: World, row: Ref) -> dict[str, Ref | Literally]:
    """The addresses by which an operation reaches a row: itself, then its owners."""
    found: dict[str, Ref | Literally] = {}
    current: Ref | None = row
    for address in reversed(operation.addresses):
        if current is None:
            raise ValueError(f"{operation.id} does not reach {row}")
        found[address.variable] = current
        link = world.schema.entities[address.entity].owner_field
        current = world.rows[current].values[link.name] if link is not None and address.owner is not None else None
    return found


def path_of_row(operation: Operation, world: World, row: Ref, wire: Wire) -> Term:
    """The path under which an operation shows a row."""
    return filled_path(operation, addresses_of_row(operation, world, row), world, wire)


def is_certain(term: Term) -> bool:
    """Whether a term can be sent: everything in it is known or captured by then."""
    parts = term.parts if isinstance(term, Joined) else (term,)
    return all(isinstance(part, Given | Captured) for part in parts) and not isinstance(term, Anything)
