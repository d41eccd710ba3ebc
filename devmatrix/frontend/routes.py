"""Paths: which entity each parameter addresses, and who must own whom."""

import re
from dataclasses import dataclass

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.declarations import EndpointDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.ir.api import Address

_PARAMETER = re.compile(r"\{([^}]*)\}")
RESERVED = frozenset({"/health", "/ready", "/metrics", "/docs", "/redoc", "/openapi.json"})
OWNER = "owner"
"""The variable of the path's row where the listed rows already have its entity's name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a path and the pattern of the path before it."""

    name: str
    prefix: str
    at: tuple[int, int]


def pattern_of(path: str) -> str:
    """The path without the names of its parameters: two paths with one pattern are the same to a router."""
    return _PARAMETER.sub("{}", path)


def parameters_of(path: str) -> tuple[Parameter, ...]:
    """The parameters from left to right."""
    return tuple(
        Parameter(match.group(1), pattern_of(path[: match.start()]).rstrip("/"), match.span())
        for match in _PARAMETER.finditer(path)
    )


def default_collection(draft: EntityDraft, drafts: dict[str, EntityDraft]) -> str:
    """The path of an entity's collection under its owners: ``/zints/{id}/gobs/{gob_id}/pips``."""
    if draft.owner is None:
        return draft.path
    owner = drafts[draft.owner]
    return f"{default_collection(owner, drafts)}/{{{item_parameter(owner)}}}{draft.path}"


def item_parameter(draft: EntityDraft) -> str:
    """``id`` at the root, the entity's name under an owner."""
    return "id" if draft.owner is None else f"{draft.variable}_id"


class Collections:
    """Which pattern holds the rows of which entity: what the endpoints say wins over the default paths."""

    def __init__(self, drafts: dict[str, EntityDraft], endpoints: tuple[EndpointDeclaration, ...]) -> None:
        self.drafts = drafts
        self._known = {pattern_of(default_collection(draft, drafts)): name for name, draft in drafts.items()}
        for endpoint in endpoints:
            entity = endpoint.does.entity.text
            if entity not in drafts:
                continue
            pattern = pattern_of(endpoint.path)
            if endpoint.does.verb.text == "create":
                self._known[pattern] = entity
            elif endpoint.does.verb.text in ("read", "update", "patch", "delete") and pattern.endswith("/{}"):
                self._known[pattern.removesuffix("/{}")] = entity

    def entity(self, prefix: str) -> EntityDraft | None:
        """The entity whose rows stand under a pattern; None when nobody says so."""
        name = self._known.get(prefix)
        return None if name is None else self.drafts[name]

    def owners(
        self, endpoint: EndpointDeclaration, parameters: tuple[Parameter, ...], target: EntityDraft, findings: Findings
    ) -> tuple[Address, ...] | None:
        """The addresses before the target's own; None after a finding."""
        found: list[EntityDraft] = []
        expected = target.owner
        for parameter in reversed(parameters):
            draft = self.entity(parameter.prefix) or (self.drafts[expected] if expected is not None else None)
            if draft is None:
                at = endpoint.path_at.span(*parameter.at)
                message = f"nothing says whose key '{{{parameter.name}}}' is"
                findings.add("DM310", at, message, f"list or read the entity at '{parameter.prefix}' too")
                return None
            found.insert(0, draft)
            expected = draft.owner
        return link(endpoint.path_at, tuple(zip(parameters, found, strict=True)), {}, findings)


def link(
    path: Fragment,
    pairs: tuple[tuple[Parameter, EntityDraft], ...],
    variables: dict[str, str],
    findings: Findings,
) -> tuple[Address, ...] | None:
    """Addresses from left to right; a nested row must belong to its owner when that stands before it."""
    made: list[Address] = []
    by_entity: dict[str, str] = {}
    for parameter, draft in pairs:
        variable = variables.get(parameter.name, draft.variable)
        span = path.span(*parameter.at)
        if any(address.variable == variable for address in made):
            findings.add(
                "DM310", span, f"this path addresses '{variable}' twice", "write a flow, and bind one with 'with'"
            )
            return None
        owner = None if draft.owner is None else by_entity.get(draft.owner)
        made.append(
            Address(
                variable=variable,
                entity=draft.name,
                key_fields=(draft.key.field,),
                parameter=parameter.name,
                owner=owner,
                span=span,
            )
        )
        by_entity[draft.name] = variable
    return tuple(made)


def unknown_entity(name: str, at: Fragment, drafts: dict[str, EntityDraft], findings: Findings) -> None:
    """Says that there is no such entity."""
    findings.add("DM102", at.span(), f"there is no entity '{name}'", write_instead(name, drafts))
