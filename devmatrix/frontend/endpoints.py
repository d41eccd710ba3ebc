"""Endpoints, written or by default, to operations that list, create, read, update, patch and delete."""

from collections import Counter
from dataclasses import dataclass, replace

from devmatrix import naming
from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.diagnostics.model import Span
from devmatrix.expressions.check import read_condition
from devmatrix.expressions.schema import Schema, Scope
from devmatrix.frontend.declarations import EndpointDeclaration, Method
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.language.pieces import DoesPiece, Word
from devmatrix.frontend.routes import (
    OWNER,
    Collections,
    Parameter,
    default_collection,
    item_parameter,
    parameters_of,
    pattern_of,
    unknown_entity,
)
from devmatrix.ir.api import Address, Operation, Verb
from devmatrix.ir.expressions import Expression
from devmatrix.ir.values import ValueType

METHOD_OF: dict[Verb, Method] = {
    "list": "GET",
    "create": "POST",
    "read": "GET",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
}
_DEFAULTS: tuple[Verb, ...] = ("list", "create", "read", "update", "delete")
_ON_ROW = frozenset({"read", "update", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class Route:
    """An operation before it has its name."""

    verb: Verb
    draft: EntityDraft
    path: str
    addresses: tuple[Address, ...]
    where: Expression | None
    nested_under: str | None
    span: Span | None
    written: bool


def default_routes(
    drafts: dict[str, EntityDraft], taken: frozenset[tuple[str, str]], collections: Collections, findings: Findings
) -> list[Route]:
    """The five operations of each entity that is ours; a flow at the same address stands in for one of them."""
    made = []
    for draft in drafts.values():
        if draft.external:
            continue
        base = default_collection(draft, drafts)
        at = draft.declaration.at
        for verb in _DEFAULTS:
            path = f"{base}/{{{item_parameter(draft)}}}" if verb in _ON_ROW else base
            if (METHOD_OF[verb], pattern_of(path)) in taken:
                continue
            does = DoesPiece(Word(verb, (0, len(draft.name))), Word(draft.name, (0, len(draft.name))))
            endpoint = EndpointDeclaration(METHOD_OF[verb], path, Fragment.at(at.file, *at.place(0), path), does, at)
            route = _route(endpoint, verb, draft, collections, Schema(), findings)
            if route is not None:
                made.append(replace(route, written=False, span=None))
    return made


def written_routes(
    endpoints: tuple[EndpointDeclaration, ...],
    drafts: dict[str, EntityDraft],
    collections: Collections,
    schema: Schema,
    findings: Findings,
) -> list[Route]:
    """What the lines of ``## Endpoints`` say."""
    made = []
    for endpoint in endpoints:
        verb = _verb(endpoint, findings)
        name = endpoint.does.entity
        if name.text not in drafts:
            unknown_entity(name.text, endpoint.does_at.part(*name.at), drafts, findings)
            continue
        if verb is None or not _allowed(endpoint, verb, drafts[name.text], findings):
            continue
        route = _route(endpoint, verb, drafts[name.text], collections, schema, findings)
        if route is not None:
            made.append(route)
    return made


def _verb(endpoint: EndpointDeclaration, findings: Findings) -> Verb | None:
    word = endpoint.does.verb
    found = next((verb for verb in METHOD_OF if verb == word.text), None)
    if found is None:
        at = endpoint.does_at.span(*word.at)
        findings.add("DM302", at, f"an endpoint cannot '{word.text}'", write_instead(word.text, METHOD_OF))
    return found


def _allowed(endpoint: EndpointDeclaration, verb: Verb, draft: EntityDraft, findings: Findings) -> bool:
    before = findings.count
    does = endpoint.does_at.span(*endpoint.does.verb.at)
    if endpoint.method != METHOD_OF[verb]:
        message = f"'{verb}' is asked with {METHOD_OF[verb]}, not with {endpoint.method}"
        findings.add("DM303", endpoint.path_at.span(), message, f"write '{METHOD_OF[verb]} {endpoint.path}'")
    if draft.external and verb not in ("list", "read"):
        findings.add("DM308", does, f"'{draft.name}' belongs to another service: it can only be listed and read")
    on_row = endpoint.path.endswith("}")
    if verb in _ON_ROW and not on_row:
        message = f"'{verb}' is about one row, so its path ends in a key"
        findings.add("DM304", endpoint.path_at.span(), message, f"write '{endpoint.path}/{{id}}'")
    elif verb not in _ON_ROW and on_row:
        findings.add("DM304", endpoint.path_at.span(), f"'{verb}' is about a collection, so its path ends in a name")
    if endpoint.does.where is not None and verb != "list":
        at = endpoint.does_at.span(*endpoint.does.where)
        findings.add("DM307", at, "only a list is narrowed with 'where'", "write a flow")
    return findings.count == before


def _route(
    endpoint: EndpointDeclaration,
    verb: Verb,
    draft: EntityDraft,
    collections: Collections,
    schema: Schema,
    findings: Findings,
) -> Route | None:
    parameters = parameters_of(endpoint.path)
    above: tuple[Parameter, ...] = parameters[:-1] if verb in _ON_ROW else parameters
    addresses = collections.owners(endpoint, above, draft, findings)
    if addresses is None:
        return None
    owner = next((address for address in addresses if address.entity == draft.owner), None)
    last = addresses[-1] if addresses else None
    if verb in _ON_ROW:
        own = Address(
            variable=draft.variable,
            entity=draft.name,
            key_fields=(draft.key.field,),
            parameter=parameters[-1].name,
            owner=owner.variable if owner is not None else None,
            span=endpoint.path_at.span(*parameters[-1].at),
        )
        if not _belongs(endpoint, draft, last, findings):
            return None
        return Route(verb, draft, endpoint.path, (*addresses, own), None, None, endpoint.path_at.span(), written=True)
    if verb == "create" and not _can_create(endpoint, draft, last, findings):
        return None
    nested = last.variable if last is not None and draft.owner == last.entity else None
    if last is not None and last.variable == draft.variable:
        addresses = (*addresses[:-1], last.model_copy(update={"variable": OWNER}))
        nested = None
    where = _where(endpoint, draft, addresses, schema, findings)
    if verb == "list" and last is not None and nested is None and endpoint.does.where is None:
        _report_unused(endpoint, draft, addresses[-1], findings)
        return None
    return Route(verb, draft, endpoint.path, addresses, where, nested, endpoint.path_at.span(), written=True)


def _belongs(endpoint: EndpointDeclaration, draft: EntityDraft, last: Address | None, findings: Findings) -> bool:
    if last is None or last.entity == draft.owner:
        return True
    message = f"'{draft.name}' is no part of '{last.entity}', so it cannot be reached under it"
    findings.add("DM310", endpoint.path_at.span(), message, f"say '### {draft.name} (part of {last.entity} as name)'")
    return False


def _can_create(endpoint: EndpointDeclaration, draft: EntityDraft, last: Address | None, findings: Findings) -> bool:
    if not _belongs(endpoint, draft, last, findings):
        return False
    if draft.owner is not None and last is None:
        message = f"'{draft.name}' is part of '{draft.owner}', so it is created under one"
        findings.add("DM310", endpoint.path_at.span(), message)
        return False
    return True


def _report_unused(endpoint: EndpointDeclaration, draft: EntityDraft, owner: Address, findings: Findings) -> None:
    through = next((field.name for field in draft.fields if field.target == owner.entity), "field")
    message = f"nothing says which rows of '{draft.name}' belong to the '{owner.entity}' in the path"
    fix = f"write 'list {draft.name} where `{draft.variable}.{through} == {owner.variable}`'"
    findings.add("DM307", endpoint.does_at.span(), message, fix)


def _where(
    endpoint: EndpointDeclaration,
    draft: EntityDraft,
    addresses: tuple[Address, ...],
    schema: Schema,
    findings: Findings,
) -> Expression | None:
    if endpoint.does.where is None:
        return None
    variables = {address.variable: ValueType(kind="entity", entity=address.entity) for address in addresses}
    variables[draft.variable] = ValueType(kind="entity", entity=draft.name)
    code = endpoint.does_at.part(*endpoint.does.where)
    return read_condition(code, Scope(variables), schema, findings)


def name_routes(routes: list[Route]) -> list[str]:
    """The operationId of each route; where two agree, those under an owner say whose."""
    plain = [_plain_name(route) for route in routes]
    counted = Counter(plain)
    made = []
    for route, name in zip(routes, plain, strict=True):
        above = route.addresses[:-1] if route.verb in _ON_ROW else route.addresses
        owner = naming.snake_name(above[-1].entity) if above else None
        made.append(f"{name}_of_{owner}" if counted[name] > 1 and owner is not None else name)
    return made


def _plain_name(route: Route) -> str:
    return f"{route.verb}_{route.draft.plural if route.verb == 'list' else route.draft.variable}"


def build_operation(route: Route, wire: str, base_path: str) -> Operation:
    """The operation of a route, its inputs and answers left to the passes."""
    noun = route.draft.plural if route.verb == "list" else route.draft.variable
    return Operation(
        id=f"operation:{wire}",
        name=wire,
        wire=wire,
        verb=route.verb,
        entity=route.draft.name,
        row=route.draft.variable,
        method=METHOD_OF[route.verb],
        path=base_path + route.path,
        addresses=route.addresses,
        where=route.where,
        nested_under=route.nested_under,
        title=f"{route.verb.capitalize()} {' '.join(naming.words(noun))}",
        span=route.span,
    )
