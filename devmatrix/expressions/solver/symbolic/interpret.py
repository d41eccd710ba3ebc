"""Evaluate typed expressions over unknown rows: what the model computes, as a formula."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from devmatrix.expressions.evaluation.constants import constant_value
from devmatrix.expressions.solver.symbolic.arithmetic import Troubles, arithmetic, fitted, negated
from devmatrix.expressions.solver.symbolic.constants import constant
from devmatrix.expressions.solver.symbolic.functions import call
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.state import State
from devmatrix.expressions.solver.symbolic.terms import Term, Truth, all_of, any_of, both, implies, negate, sort_of
from devmatrix.expressions.solver.symbolic.values import (
    NULL,
    Items,
    NeedsTexts,
    NotLowered,
    Row,
    RowId,
    Scalar,
    Value,
    condition,
    contained,
    merged,
    null_of,
    only,
    ordered,
    same,
    truth,
)
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import (
    SELF,
    Access,
    Binary,
    Call,
    Conditional,
    ContextValue,
    Expression,
    ListLiteral,
    LiteralValue,
    Macro,
    Old,
    Unary,
    Variable,
)

Trail = tuple[int, ...]
"""Where a part stands: positions in ``operands``; after a macro's body comes minus one minus the place of the item."""


@dataclass(frozen=True)
class Seen:
    """What a part came to at one place: asked only where ``guard`` holds."""

    guard: Truth
    value: Value
    sides: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Names and rows in reach; ``guard`` holds where the expression is asked at all."""

    variables: Mapping[str, Value]
    state: State
    before: State
    guard: Truth
    troubles: Troubles
    trail: Trail = ()
    watched: dict[Trail, Seen] | None = None
    forced: tuple[Trail, bool] | None = None

    @property
    def ledger(self) -> Ledger:
        """The ledger of the world."""
        return self.state.start.ledger

    def inside(self, place: int, guard: Truth = True) -> "Scope":
        """The scope of a part, asked only where the condition holds."""
        if self.watched is None and self.forced is None:
            return self if guard is True else replace(self, guard=both(self.guard, guard))
        return replace(self, guard=both(self.guard, guard), trail=(*self.trail, place))

    def naming(self, name: str, value: Value) -> "Scope":
        """The scope with one name more."""
        return replace(self, variables={**self.variables, name: value})


def interpret(expression: Expression, scope: Scope) -> Value:
    """The value of an expression; NotLowered where there is no formula for it."""
    if scope.forced is not None and scope.forced[0] == scope.trail:
        return condition(scope.forced[1])
    value = _INTERPRETERS[expression.node](expression, scope)
    if scope.watched is not None and isinstance(value, Scalar) and value.kind == "boolean":
        sides = _sides(expression, scope) if isinstance(expression, Binary) else ()
        scope.watched[scope.trail] = Seen(scope.guard, value, sides)
    return value


def _sides(expression: Binary, scope: Scope) -> tuple[Value, ...]:
    if expression.operator in ("&&", "||", "in"):
        return ()
    blind = replace(scope, watched=None)
    return (interpret(expression.left, blind), interpret(expression.right, blind))


def holds(expression: Expression, scope: Scope) -> Truth:
    """Whether a condition is true; a null one is not."""
    return truth(interpret(expression, scope))


def _literal(node: LiteralValue, scope: Scope) -> Value:
    kind = node.type.item.kind if node.type.item is not None else node.type.kind
    value = constant_value(node.value, kind)
    if isinstance(value, tuple):
        return Items(tuple((True, constant(scope.ledger, item, kind)) for item in value))
    return constant(scope.ledger, value, kind)


def _variable(node: Variable, scope: Scope) -> Value:
    return scope.variables[node.name]


def _context_value(node: ContextValue, _scope: Scope) -> Value:
    return Scalar("datetime" if node.member == "now" else "date", 0)


def _access(node: Access, scope: Scope) -> Value:
    operand = interpret(node.operand, scope.inside(0))
    if not isinstance(operand, Row):
        return NULL
    state, schema = scope.state, scope.state.start.schema
    match node.how:
        case "rows":
            child = schema.collections[node.entity, node.name]
            link = child.owner_field
            return state.children(operand, child.name, link.name if link is not None else "")
        case "members":
            target = schema.fields[node.entity, node.name].target
            return state.members(operand, target or "", node.name)
        case "row":
            target = schema.fields[node.entity, node.name].target or ""
            value: Value = Row(target, ())
            for row, guard in reversed(_there(operand, state)):
                value = merged(guard, state.referred(state.get(row, node.name), target), value)
            return value
        case _:
            return _field(node.name, operand, scope)


def _there(operand: Row, state: State) -> tuple[tuple[RowId, Truth], ...]:
    known = (*state.start.pool(operand.entity), *state.made.get(operand.entity, ()))
    return tuple((row, guard) for row, guard in operand.choices if row in known)


def _field(name: str, operand: Row, scope: Scope) -> Value:
    value: Value = NULL
    for row, guard in reversed(_there(operand, scope.state)):
        value = merged(guard, field_value(row, name, scope), value)
    return value


def field_value(row: RowId, name: str, scope: Scope) -> Value:
    """What a field of a row holds, key, timestamps and computed ones included."""
    start = scope.state.start
    entity: Entity = start.schema.entities[row.entity]
    field = start.schema.fields[row.entity, name]
    if name == entity.key.field and entity.key.generated is not None:
        return Scalar(entity.key.generated, start.key_of(row))
    if field.computed is not None:
        inner = replace(scope, variables={SELF: only(row)}, watched=None, forced=None)
        return fitted(field.type, interpret(field.computed, inner))
    if field.role in ("created", "updated") and scope.state.is_made(row):
        return Scalar("datetime", 0)
    return scope.state.get(row, name)


def _unary(node: Unary, scope: Scope) -> Value:
    value = interpret(node.operand, scope.inside(0))
    return condition(negate(truth(value))) if node.operator == "!" else negated(value)


def _binary(node: Binary, scope: Scope) -> Value:
    match node.operator:
        case "&&":
            left = holds(node.left, scope.inside(0))
            return condition(both(left, holds(node.right, scope.inside(1, left))))
        case "||":
            left = holds(node.left, scope.inside(0))
            return condition(_or(left, holds(node.right, scope.inside(1, negate(left)))))
        case _:
            left_value = interpret(node.left, scope.inside(0))
            right_value = interpret(node.right, scope.inside(1))
            if node.operator in ("+", "-", "*", "/", "%"):
                return arithmetic(node, left_value, right_value, scope.guard, scope.troubles)
            return condition(_compared(node, left_value, right_value))


def _or(left: Truth, right: Truth) -> Truth:
    return any_of((left, right))


def _compared(node: Binary, left: Value, right: Value) -> Truth:
    if node.operator == "in":
        if not isinstance(right, Items):
            return False
        return contained(left, right)
    if node.operator in ("==", "!=") and (_is_null(node.left) or _is_null(node.right)):
        other = right if _is_null(node.left) else left
        return null_of(other) if node.operator == "==" else negate(null_of(other))
    match node.operator:
        case "==":
            return same(left, right)
        case "!=":
            return both(negate(null_of(left)), negate(null_of(right)), negate(same(left, right)))
        case "<" | "<=":
            return _in_order(left, right, strictly=node.operator == "<")
        case _:
            return _in_order(right, left, strictly=node.operator == ">")


def _in_order(left: Value, right: Value, *, strictly: bool) -> Truth:
    kinds = {value.kind for value in (left, right) if isinstance(value, Scalar)}
    if kinds == {"text"}:
        return _texts_in_order(left, right, strictly=strictly)
    if kinds & {"text", "choice", "uuid", "json", "boolean"}:
        raise NotLowered(f"an order of values of kind {min(kinds)}")
    return ordered(left, right, strictly=strictly)


def _texts_in_order(left: Value, right: Value, *, strictly: bool) -> Truth:
    if not isinstance(left, Scalar) or not isinstance(right, Scalar):
        return False
    if not all(isinstance(side.term, str) or sort_of(side.term) == "text" for side in (left, right)):
        raise NeedsTexts("an order of texts")
    before: Truth = Term("before", "bool", left.term, right.term)
    return both(negate(left.null), negate(right.null), before if strictly else any_of((before, same(left, right))))


def _is_null(node: Expression) -> bool:
    return isinstance(node, LiteralValue) and node.value is None


def _conditional(node: Conditional, scope: Scope) -> Value:
    chosen = holds(node.condition, scope.inside(0))
    then = interpret(node.then, scope.inside(1, chosen))
    return merged(chosen, then, interpret(node.otherwise, scope.inside(2, negate(chosen))))


def _call(node: Call, scope: Scope) -> Value:
    arguments = [interpret(argument, scope.inside(place)) for place, argument in enumerate(node.arguments)]
    return call(node, arguments, scope.ledger, scope.guard, scope.troubles)


def _macro(node: Macro, scope: Scope) -> Value:
    range_value = interpret(node.range, scope.inside(0))
    if not isinstance(range_value, Items):
        return condition(False) if node.macro in ("all", "exists") else NULL
    body = scope.inside(1)
    parts: list[tuple[Truth, Value]] = []
    going: Truth = True
    for place, (held, item) in enumerate(range_value.items):
        inner = body.inside(-1 - place, both(held, going)).naming(node.variable, item)
        value = interpret(node.body, inner)
        parts.append((held, value))
        if node.macro in ("all", "exists") and scope.troubles.matters:
            met = truth(value)
            going = both(going, implies(held, met if node.macro == "all" else negate(met)))
    return _gathered(node, range_value, parts)


def _gathered(node: Macro, range_value: Items, parts: list[tuple[Truth, Value]]) -> Value:
    there = negate(range_value.null)
    match node.macro:
        case "all":
            return condition(both(there, all_of(implies(held, truth(value)) for held, value in parts)))
        case "exists":
            return condition(both(there, any_of(both(held, truth(value)) for held, value in parts)))
        case "filter":
            kept = (
                (both(held, truth(value)), item)
                for (held, value), (_, item) in zip(parts, range_value.items, strict=True)
            )
            return Items(tuple(kept), range_value.null)
        case "map":
            return Items(tuple(parts), range_value.null)


def _old(node: Old, scope: Scope) -> Value:
    return interpret(node.operand, replace(scope.inside(0), state=scope.before))


def _list(node: ListLiteral, scope: Scope) -> Value:
    return Items(tuple((True, interpret(item, scope.inside(place))) for place, item in enumerate(node.items)))


_INTERPRETERS: dict[str, Callable[[Any, Scope], Value]] = {
    "literal": _literal,
    "variable": _variable,
    "context": _context_value,
    "access": _access,
    "unary": _unary,
    "binary": _binary,
    "conditional": _conditional,
    "call": _call,
    "macro": _macro,
    "old": _old,
    "list": _list,
}
