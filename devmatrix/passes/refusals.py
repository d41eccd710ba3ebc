"""List every way in which an operation says no, in the order in which a call is judged.

Before: refusals hold what the author wrote (status and text of ``requires``, ``with``, ``ensures``)
After:  every status that can occur stands there, and no other
"""

from collections.abc import Iterator

from devmatrix.ir.api import DEFAULT_STATUS, Cause, Operation, Refusal
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Bind, BindMany, Ensure, Require, Statement
from devmatrix.naming import words
from devmatrix.passes.breakage import completion_refusals, effect_refusals
from devmatrix.passes.rewrite import change_operations
from devmatrix.passes.surroundings import Ledger, Subject

_RANK = {cause: position for position, cause in enumerate(Cause)}


def list_refusals(application: ApplicationIR) -> ApplicationIR:
    """What the author wrote of a refusal wins over its default status and text."""
    ledger = Ledger(application)
    return change_operations(application, lambda operation: _refusing(Subject(ledger, operation)))


def reads_body(operation: Operation) -> bool:
    """Whether the operation looks at the body of a call; one that takes no input takes an empty object or nothing."""
    if operation.verb == "flow":
        return bool(operation.body) or operation.method in ("POST", "PUT", "PATCH")
    return operation.verb in ("create", "update", "patch")


def _refusing(subject: Subject) -> Operation:
    operation = subject.operation
    given = {refusal.key: refusal for refusal in operation.refusals}
    found = {
        refusal.key: given.get(refusal.key, refusal)
        for part in (_before_statements, _by_statements, completion_refusals)
        for refusal in part(subject)
    }
    ordered = tuple(sorted(found.values(), key=lambda refusal: _RANK[refusal.cause]))
    return operation.model_copy(update={"refusals": ordered})


def _before_statements(subject: Subject) -> Iterator[Refusal]:
    operation = subject.operation
    body, node = reads_body(operation), operation.id
    if body:
        limit = subject.directory.application.infrastructure.limits.body
        yield _refusal("too large", Cause.TOO_LARGE, f"the body is larger than {limit} bytes", node)
    for address in operation.addresses:
        if address.source == "path":
            text = f"there is no such {' '.join(words(address.entity))}"
            yield _refusal(f"absent:{address.variable}", Cause.ABSENT, text, node)
    if body:
        yield _refusal("media type", Cause.MEDIA_TYPE, "the body must be application/json", node)
        yield _refusal("unreadable", Cause.UNREADABLE, "the body is not valid JSON", node)
    yield _refusal("invalid", Cause.INVALID, "the request is not valid", node)


def _by_statements(subject: Subject) -> Iterator[Refusal]:
    for statement in subject.statements:
        yield from _own(subject.operation, statement)
        yield from effect_refusals(subject, statement)


def _own(operation: Operation, statement: Statement) -> Iterator[Refusal]:
    match statement:
        case Bind() | BindMany():
            text = f"there is no such {' '.join(words(statement.entity))}"
            yield _refusal(statement.refusal, Cause.REFUSED, text, statement.id)
        case Require():
            new = f"a new {' '.join(words(operation.entity or ''))} starts in its initial state"
            text = new if operation.verb == "create" else "a condition of this operation does not hold"
            yield _refusal(statement.refusal, Cause.REFUSED, text, statement.id)
        case Ensure() if not statement.follows:
            yield _refusal(statement.refusal, Cause.REFUSED, "the result would not be what it must be", statement.id)


def _refusal(key: str, cause: Cause, text: str, node: NodeId) -> Refusal:
    return Refusal(key=key, cause=cause, status=DEFAULT_STATUS[cause], text=text, node=node)
