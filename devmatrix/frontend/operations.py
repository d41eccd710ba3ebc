"""All operations of an application: endpoints and flows, their names and addresses distinct."""

from devmatrix import naming
from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.model import Span
from devmatrix.expressions.schema import Schema
from devmatrix.frontend.declarations import EndpointDeclaration, FlowDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.endpoints import Route, build_operation, default_routes, name_routes, written_routes
from devmatrix.frontend.flows import FlowContext, read_flow
from devmatrix.frontend.routes import RESERVED, Collections, pattern_of
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import Flow
from devmatrix.ir.domain import Domain
from devmatrix.ir.infrastructure import Infrastructure


def build_operations(
    drafts: dict[str, EntityDraft],
    domain: Domain,
    endpoints: tuple[EndpointDeclaration, ...] | None,
    declared_flows: tuple[FlowDeclaration, ...],
    schema: Schema,
    settings: Infrastructure,
    findings: Findings,
) -> tuple[tuple[Operation, ...], tuple[Flow, ...], Domain]:
    """Operations in the order of the spec, the statements of flows, and the domain that knows their parameters."""
    collections = Collections(drafts, endpoints or ())
    if endpoints is None:
        taken = frozenset((flow.method, pattern_of(flow.path)) for flow in declared_flows)
        routes = default_routes(drafts, taken, collections, findings)
    else:
        routes = written_routes(endpoints, drafts, collections, schema, findings)
    base = settings.wire.base_path
    names = name_routes(routes)
    operations = [build_operation(route, name, base) for route, name in zip(routes, names, strict=True)]
    flows: list[Flow] = []
    context = FlowContext(drafts, schema, collections, base, findings)
    for declaration in declared_flows:
        if not naming.snake_name(declaration.title.text):
            findings.add("DM402", declaration.title.span(), "a title needs a letter or a digit of the ASCII alphabet")
            continue
        operation, flow = read_flow(declaration, context)
        operations.append(operation)
        flows.append(flow)
    _reject_meetings(operations, routes, drafts, findings)
    _reject_impossible(routes, drafts, findings)
    return tuple(operations), tuple(flows), _with_parameters(domain, operations)


def _place(operation: Operation, drafts: dict[str, EntityDraft]) -> Span:
    if operation.span is not None:
        return operation.span
    return drafts[operation.entity or ""].declaration.at.span()


def _reject_meetings(
    operations: list[Operation], routes: list[Route], drafts: dict[str, EntityDraft], findings: Findings
) -> None:
    """Two operations with one address or one name, and addresses that the application itself needs."""
    del routes
    by_address: dict[tuple[str, str], Operation] = {}
    by_name: dict[str, Operation] = {}
    for operation in operations:
        at = _place(operation, drafts)
        key = (operation.method, pattern_of(operation.path))
        other = by_address.setdefault(key, operation)
        if other is not operation:
            where = _place(other, drafts).line
            message = f"'{operation.method} {operation.path}' is the address of '{other.title}' (line {where}) already"
            findings.add("DM305", at, message, "choose another path")
            continue
        if operation.path in RESERVED:
            findings.add("DM309", at, f"'{operation.path}' belongs to the application itself", "say '- path: /other'")
        other = by_name.setdefault(operation.wire, operation)
        if other is not operation:
            where = _place(other, drafts).line
            message = f"the operations of line {where} and this one are both called '{operation.wire}'"
            flow = "flow" in (operation.verb, other.verb)
            fix = (
                "choose another title"
                if flow
                else "write one as a flow, whose title is its own: a GET that answers the list"
            )
            findings.add("DM306", at, message, fix)


def _reject_impossible(routes: list[Route], drafts: dict[str, EntityDraft], findings: Findings) -> None:
    """Creations that no body can complete."""
    for route in routes:
        if route.verb != "create":
            continue
        for field in route.draft.fields:
            alone = field.role == "plain" and field.read_only and field.computed is None and not field.has_default
            copied = any(source.by == "copied" for source in field.sources)
            if alone and not copied and not field.nullable:
                message = (
                    f"no client can create a {route.draft.name}: '{field.name}' is required and only a flow can set it"
                )
                fix = "give it a default, or list the endpoints without this creation"
                at = route.span or field.span or drafts[route.draft.name].declaration.at.span()
                findings.add("DM311", at, message, fix)


def _with_parameters(domain: Domain, operations: list[Operation]) -> Domain:
    """The domain whose owner relationships name the path parameter that the operations use."""
    used: dict[str, str] = {}
    for operation in operations:
        for address in operation.addresses:
            if address.owner is not None:
                used.setdefault(address.entity, address.parameter)
    relationships = tuple(
        relationship.model_copy(update={"child_id_param": used.get(relationship.source, relationship.child_id_param)})
        if relationship.is_nested_resource
        else relationship
        for relationship in domain.relationships
    )
    return domain.model_copy(update={"relationships": relationships})
