"""Obligations of refusals: conditions, absent references, rules, uniqueness, deletions that others forbid."""

from collections.abc import Iterator

from devmatrix.ir.api import Refusal
from devmatrix.ir.behavior import Bind, BindMany, Ensure, Require
from devmatrix.ir.directory import Directory
from devmatrix.passes.breakage import is_list_bound
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.surroundings import Subject


def refusal_duties(subject: Subject) -> Iterator[Duty]:
    """In the order of the statements, then what is asked when they are done."""
    directory, operation = subject.directory, subject.operation
    for statement in subject.statements:
        match statement:
            case Bind() | BindMany():
                yield Duty("absent reference", statement.id)
            case Require():
                yield Duty("condition", statement.id)
            case Ensure():
                yield Duty("ensure", statement.id)
    for refusal in operation.refusals:
        yield from _at_completion(directory, refusal)


def _at_completion(directory: Directory, refusal: Refusal) -> Iterator[Duty]:
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
            if not is_list_bound(directory.field(entity, field)):
                yield Duty("rule", refusal.node, kind)
