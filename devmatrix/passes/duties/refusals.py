"""Obligations of refusals: conditions, absent references, rules, uniqueness, deletions that others forbid."""

from collections.abc import Iterator

from devmatrix.ir.api import Operation, Refusal
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Bind, BindMany, Ensure, Require, walk_statements
from devmatrix.passes.breakage import is_list_bound
from devmatrix.passes.duties.duty import Duty


def refusal_duties(application: ApplicationIR, operation: Operation) -> Iterator[Duty]:
    """In the order of the statements, then what is asked when they are done."""
    for statement in walk_statements(application.statements(operation)):
        match statement:
            case Bind() | BindMany():
                yield Duty("absent reference", statement.id)
            case Require():
                yield Duty("condition", statement.id)
            case Ensure():
                yield Duty("ensure", statement.id)
    for refusal in operation.refusals:
        yield from _at_completion(application, refusal)


def _at_completion(application: ApplicationIR, refusal: Refusal) -> Iterator[Duty]:
    kind, _, rest = refusal.key.partition(":")
    match kind:
        case "rule":
            yield Duty("rule", refusal.node)
        case "unique":
            yield Duty("unique", refusal.node)
        case "key":
            yield Duty("unique", refusal.node, "key")
        case "restrict":
            yield Duty("restrict", refusal.node)
        case "range" | "null":
            entity, _, field = rest.partition(".")
            if not is_list_bound(application.field(entity, field)):
                yield Duty("rule", refusal.node, kind)
