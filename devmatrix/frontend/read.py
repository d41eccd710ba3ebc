"""Text of a spec to the typed application, or to findings about it."""

from devmatrix import naming
from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.model import Diagnostic, has_errors
from devmatrix.frontend.domain import build_domain
from devmatrix.frontend.drafts import draft_entities
from devmatrix.frontend.entities_section import read_entities
from devmatrix.frontend.entity_expressions import add_expressions, build_schema
from devmatrix.frontend.fields import add_fields
from devmatrix.frontend.machines import read_machines
from devmatrix.frontend.markdown.decode import clean_text, decode_bytes, start_of
from devmatrix.frontend.markdown.document import Document, Section
from devmatrix.frontend.markdown.outline import read_document
from devmatrix.frontend.operations import build_operations
from devmatrix.frontend.operations_sections import read_endpoints, read_flows
from devmatrix.frontend.settings_section import read_settings
from devmatrix.ir.api import Api
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Behavior

Reading = tuple[ApplicationIR | None, tuple[Diagnostic, ...]]


def read_spec(text: str, file: str) -> Reading:
    """The application that a spec describes, and what was found; None when any finding is an error."""
    findings = Findings()
    clean = clean_text(text, file, findings)
    return _result(None if clean is None else _read(clean, file, findings), findings)


def read_spec_bytes(content: bytes, file: str) -> Reading:
    """Like ``read_spec``, from the bytes of a file."""
    findings = Findings()
    text = decode_bytes(content, file, findings)
    clean = None if text is None else clean_text(text, file, findings)
    return _result(None if clean is None else _read(clean, file, findings), findings)


def _result(application: ApplicationIR | None, findings: Findings) -> Reading:
    found = findings.ordered()
    return (None if has_errors(found) else application), found


def _read(text: str, file: str, findings: Findings) -> ApplicationIR | None:
    document = read_document(text, file, findings)
    if document is None:
        return None
    settings = read_settings(document.section("settings"), findings)
    declared = _entities(document, findings)
    if declared is None:
        return None
    drafts = draft_entities(read_entities(declared, findings), settings.storage, findings)
    add_fields(drafts, settings.storage, findings)
    machines = read_machines(drafts, findings)
    schema = add_expressions(drafts, build_schema(drafts), findings)
    domain, validation = build_domain(drafts, schema, settings.wire, findings)
    endpoints, flows = document.section("endpoints"), document.section("flows")
    operations, behaviors, domain = build_operations(
        drafts,
        domain,
        None if endpoints is None else read_endpoints(endpoints, findings),
        () if flows is None else read_flows(flows, findings),
        schema,
        settings,
        findings,
    )
    if findings.count:
        return None
    return ApplicationIR(
        name=_name(document),
        slug=naming.slug(_name(document)),
        description=document.description,
        domain=domain,
        validation=validation,
        api=Api(operations=operations),
        behavior=Behavior(machines=machines, flows=behaviors),
        infrastructure=settings,
        span=document.title.span() if document.title is not None else None,
    )


def _entities(document: Document, findings: Findings) -> Section | None:
    """The section that must be there; the two that are not supported yet are findings."""
    for kind in ("views", "access"):
        if (section := document.section(kind)) is not None:
            findings.add("DM090", section.heading.span(), f"the section '{kind.capitalize()}' is not supported yet")
    if document.title is not None and not naming.slug(_name(document)):
        at = document.title.span() if document.title.text else start_of(document.file)
        findings.add("DM010", at, "the application's name has no letter or digit of the ASCII alphabet")
    declared = document.section("entities")
    if declared is None and "entities" not in document.misspelt:
        at = start_of(document.file)
        findings.add("DM017", at, "there is no section '## Entities'", "add it: it says what rows there are")
    elif declared is not None and not declared.parts:
        findings.add("DM017", declared.heading.span(), "the section has no entities", "write '### Name' and its fields")
    return declared


def _name(document: Document) -> str:
    return "" if document.title is None else document.title.text.strip()
