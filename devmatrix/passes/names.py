"""Names inside one operation: variables of its rows, its inputs and what they bind never meet."""

from collections.abc import Iterable

from devmatrix.ir.api import Input, Operation


def row_names(operation: Operation) -> frozenset[str]:
    """The variables of the addressed rows and of the operation's own row."""
    rows = {address.variable for address in operation.addresses}
    return frozenset(rows if operation.row is None else {*rows, operation.row})


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The wanted name, made longer until nobody else has it."""
    names = frozenset(taken)
    while wanted in names:
        wanted += "_given"
    return wanted


def bind_name(operation: Operation, given: Input) -> str:
    """The variable of the row that a reference input finds: the field's name unless that is taken."""
    taken = row_names(operation) | {item.name for item in operation.inputs}
    return free_name(given.field or given.name, taken)
