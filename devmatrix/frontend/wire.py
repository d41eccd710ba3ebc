"""Names that would meet on the wire: in a body, in an answer, or among the parameters of a list."""

from devmatrix.diagnostics.findings import Findings
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.ir.domain import Field
from devmatrix.ir.infrastructure import WireSettings
from devmatrix.ir.types import ORDERED_KINDS, Scalar

LIST_PARAMETERS = {"offset": ("limit", "offset", "sort", "q"), "keyset": ("limit", "after", "sort", "q")}


def reject_meetings(drafts: dict[str, EntityDraft], wire: WireSettings, findings: Findings) -> None:
    """Each name that travels means one thing."""
    taken = LIST_PARAMETERS[wire.paging]
    for draft in drafts.values():
        travelling: dict[str, Field] = {}
        for field in draft.fields:
            other = travelling.setdefault(field.wire, field)
            if other is not field:
                _report(draft, field, other, f"travels as '{field.wire}'", findings)
        for field in draft.fields:
            _check_filter(draft, field, taken, travelling, findings)


def _check_filter(
    draft: EntityDraft, field: Field, taken: tuple[str, ...], travelling: dict[str, Field], findings: Findings
) -> None:
    if not field.filterable:
        return
    if field.wire in taken and field.span is not None:
        message = f"'{field.wire}' means something else where lists are asked for"
        findings.add("DM127", field.span, message, "choose another name, or leave 'filterable' out")
    if isinstance(field.type, Scalar) and field.type.name in ORDERED_KINDS:
        for bound in ("gte", "lte"):
            if (other := travelling.get(f"{field.wire}_{bound}")) is not None:
                _report(draft, other, field, f"is what a list takes for a bound of '{field.name}'", findings)


def _report(draft: EntityDraft, field: Field, other: Field, what: str, findings: Findings) -> None:
    at = field.span or other.span or draft.declaration.at.span()
    subject, rest = (field, other) if field.span is not None else (other, field)
    message = f"'{subject.name}' {what}" + (f", and so does '{rest.name}'" if what.startswith("travels") else "")
    findings.add("DM127", at, message, "choose another name")
