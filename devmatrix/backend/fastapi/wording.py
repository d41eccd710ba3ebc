"""Words of services: constants, labels, parameters, and whether a line mentions a name."""

import re
from collections.abc import Iterator

from devmatrix.backend.fastapi import names
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.expressions import Access, Expression, Variable
from devmatrix.naming import words


def enum_constant(entity: str, name: str) -> str:
    """The stem of a choice's constants, e.g. ``CART_STATUS``."""
    return "_".join((*words(entity), *words(name))).upper()


def label(entity: str) -> str:
    """An entity as words, e.g. ``cart item``."""
    return " ".join(words(entity))


def parameter(application: ApplicationIR, operation: Operation, wire: str) -> str:
    """A path parameter as a Python name that says whose key it is."""
    address = next(address for address in operation.addresses if address.parameter == wire)
    if wire == "id":
        entity = application.entity(address.entity)
        return names.variable(f"{entity.variable}_{entity.key.field}")
    return names.variable(wire)


def same_field(left: Expression, right: Access) -> bool:
    """Whether an expression reads just that field of that row."""
    return left.model_copy(update={"span": None}) == right.model_copy(update={"span": None}) or (
        isinstance(left, Access)
        and left.name == right.name
        and isinstance(left.operand, Variable)
        and isinstance(right.operand, Variable)
        and left.operand.name == right.operand.name
    )


def mentions(variable: str, *views: object) -> bool:
    """Whether a later line mentions a variable by name."""
    word = re.compile(rf"(?<![\w.\"']){re.escape(variable)}\b")
    return any(word.search(str(value)) is not None for view in views for value in _texts(view))


def _texts(view: object) -> Iterator[str]:
    if isinstance(view, dict):
        for name, value in view.items():
            if name not in ("text", "repository", "name", "kind", "node", "field", "lists", "entity", "edges"):
                yield from _texts(value)
    elif isinstance(view, list):
        for value in view:
            yield from _texts(value)
    elif isinstance(view, str):
        yield view
