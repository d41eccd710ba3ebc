"""Write down what some scenario must show: the obligations that each node of the application sets.

Before: the application says what it does
After:  ``tests.obligations`` lists, in the order of the operations, what has to be proved of it
"""

from collections.abc import Callable, Iterator

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.tests import Obligation, Tests
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.duties.effects import effect_duties, frame_duties
from devmatrix.passes.duties.inputs import input_duties
from devmatrix.passes.duties.lists import list_duties
from devmatrix.passes.duties.order import absence_duties, order_duties
from devmatrix.passes.duties.refusals import refusal_duties
from devmatrix.passes.refusals import reads_body
from devmatrix.passes.surroundings import Ledger, Subject

_Source = Callable[[Subject], Iterator[Duty]]
_SOURCES: tuple[_Source, ...] = (
    absence_duties,
    input_duties,
    refusal_duties,
    effect_duties,
    frame_duties,
    list_duties,
)


def set_obligations(application: ApplicationIR) -> ApplicationIR:
    """One obligation for each kind, node, operation and detail."""
    found: dict[str, Obligation] = {}
    first_body = next((item.id for item in application.api.operations if reads_body(item)), None)
    ledger = Ledger(application)
    for operation in application.api.operations:
        subject = Subject(ledger, operation)
        duties = [Duty("operation", operation.id)]
        duties += [duty for source in _SOURCES for duty in source(subject)]
        duties += order_duties(operation, try_size=operation.id == first_body)
        for duty in duties:
            obligation = duty.obligation(operation.id)
            found[obligation.id] = obligation
    return application.model_copy(update={"tests": Tests(obligations=tuple(found.values()))})
