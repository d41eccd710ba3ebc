"""Where a finding on the application points: the nearest node that stands in the text."""

from devmatrix.diagnostics import Diagnostic, Span
from devmatrix.diagnostics.catalogue_ir import severity_of
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import Placed

NOWHERE = Span(file="<application>", line=1, column=1, end_line=1, end_column=1)


def place_of(*nodes: Placed | None) -> Span:
    """The place of the first node that has one."""
    return next((node.span for node in nodes if node is not None and node.span is not None), NOWHERE)


def finding(code: str, span: Span, message: str, fix: str | None = None) -> Diagnostic:
    """A finding with the severity that the catalogue gives to its code."""
    return Diagnostic(code=code, severity=severity_of(code), message=message, fix=fix, span=span)


def owner_of(application: ApplicationIR, node: str) -> Placed | None:
    """The operation that a flow belongs to."""
    return next((operation for operation in application.api.operations if operation.id == node), None)
