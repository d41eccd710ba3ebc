"""Find answers that have no form on the wire."""

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.application import ApplicationIR


def check_answers(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """A value that is answered is a row, a plain value, or a list of these."""
    return tuple(
        finding(
            "DM708",
            place_of(answer, operation, application),
            f"a {answer.value.type.kind} cannot be answered",
            "answer a row, a number, a text, a date or a list of these",
        )
        for operation in application.api.operations
        for answer in operation.answers
        if answer.value is not None and answer.shape is None
    )
