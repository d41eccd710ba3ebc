"""``takes`` statements to the inputs of a flow's body."""

import re
from collections.abc import Collection

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.variables import WORDS, is_name
from devmatrix.frontend.declarations import PlacedRule, PlacedType
from devmatrix.frontend.facets import read_facets
from devmatrix.frontend.language.pieces import Declared
from devmatrix.frontend.language.reading import STATEMENT_FORMS, read_declared
from devmatrix.frontend.types import resolve_type
from devmatrix.ir.api import Input
from devmatrix.ir.types import Many, Reference, Type

_NAMED = re.compile(r"\s*([^:]*?)\s*:\s*(.*)", re.DOTALL)
_TAKEN = frozenset({"required", "default", ">", ">=", "<", "<=", "between", "length", "matches"})


def read_input(code: Fragment, operation: str, entities: Collection[str], findings: Findings) -> Input | None:
    """``quantity: integer, required, >= 1``; None after a finding."""
    match = _NAMED.fullmatch(code.text)
    if match is None:
        findings.add("DM406", code.span(), f"'{code.text[:60]}' says no type", f"write '{STATEMENT_FORMS['takes']}'")
        return None
    name, declared_at = code.part(*match.span(1)), code.part(*match.span(2))
    if not is_name(name.text) or name.text in WORDS:
        at = name.span() if name.text else code.span()
        findings.add("DM406", at, f"'{name.text[:60]}' is no name of an input", "write letters, digits and '_'")
        return None
    declared = read_declared(declared_at, findings)
    if declared is None or declared.type is None:
        return None
    type_ = resolve_type(PlacedType(declared_at, declared.type), entities, findings)
    if type_ is None:
        return None
    if isinstance(type_, Reference | Many):
        message = f"an input is a value, not a row of {type_.entity}"
        key = f"{name.text}_id"
        fix = f"take its key, '{key}: uuid', and bind it: 'with `{name.text}: {type_.entity}` by `{key}`'"
        findings.add("DM406", declared_at.span(*declared.type.at), message, fix)
        return None
    return _input(name, type_, _taken_rules(declared, declared_at, findings), operation, findings)


def _taken_rules(declared: Declared, declared_at: Fragment, findings: Findings) -> tuple[PlacedRule, ...]:
    rules = tuple(PlacedRule(declared_at, rule) for rule in declared.rules)
    for rule in rules:
        if rule.piece.kind not in _TAKEN:
            at = declared_at.span(*rule.piece.at)
            findings.add("DM406", at, f"'{rule.piece.kind}' means nothing for an input", "leave it out")
    return tuple(rule for rule in rules if rule.piece.kind in _TAKEN)


def _input(name: Fragment, type_: Type, rules: tuple[PlacedRule, ...], operation: str, findings: Findings) -> Input:
    node = f"{operation}/input:{name.text}"
    facets = read_facets(type_, rules, node, findings)
    required = facets.has("required")
    return Input(
        id=node,
        name=name.text,
        wire=name.text,
        type=facets.type,
        pointer=(name.text,),
        required=required,
        nullable=not (required or facets.has_default),
        default=facets.default,
        has_default=facets.has_default,
        constraints=tuple(facets.constraints),
        span=name.span(),
    )
