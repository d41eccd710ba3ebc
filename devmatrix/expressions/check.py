"""Syntax nodes to typed expressions: names are resolved, types are checked, and what is wrong is a finding."""

from dataclasses import replace

from devmatrix.diagnostics.findings import Findings, nearest, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.diagnostics.model import Span
from devmatrix.expressions import check_calls, check_operators
from devmatrix.expressions.fitting import BOOLEAN, NULL, TEXT, describe, unify
from devmatrix.expressions.literals import read_integer, text_as
from devmatrix.expressions.null_safety import warn_of_nulls
from devmatrix.expressions.parse import parse_expression
from devmatrix.expressions.schema import Schema, Scope
from devmatrix.expressions.syntax import (
    BinaryNode,
    CallNode,
    ConditionalNode,
    ListNode,
    LiteralNode,
    MemberNode,
    NameNode,
    Syntax,
    UnaryNode,
)
from devmatrix.ir.expressions import SELF, Access, Conditional, Expression, ListLiteral, LiteralValue, Variable
from devmatrix.ir.values import ValueType


def read_expression(
    fragment: Fragment, scope: Scope, schema: Schema, findings: Findings, expected: ValueType | None = None
) -> Expression | None:
    """Text to a typed expression; ``expected`` is the type of the place where it stands. None after a finding."""
    syntax = parse_expression(fragment, findings)
    return None if syntax is None else Checker(fragment, schema, findings).check(syntax, scope, expected)


def read_condition(fragment: Fragment, scope: Scope, schema: Schema, findings: Findings) -> Expression | None:
    """Text to a typed boolean expression, with a warning where a null was not thought of."""
    found = read_expression(fragment, scope, schema, findings, BOOLEAN)
    if found is None:
        return None
    if found.type.kind not in ("boolean", "null"):
        message = f"a condition is true or false, but this is {describe(found.type)}"
        findings.add("DM506", fragment.strip().span(), message)
        return None
    warn_of_nulls(found, fragment.strip().span(), findings)
    return found


class Checker:
    """Checks one fragment's nodes; a part that has a finding gives None, and what needs it says nothing more."""

    def __init__(self, fragment: Fragment, schema: Schema, findings: Findings, *, hidden: bool = False) -> None:
        self.fragment = fragment
        self.schema = schema
        self.findings = findings
        self.hidden = hidden

    def span(self, node: Syntax) -> Span:
        """Where a node stands."""
        return self.fragment.span(node.start, node.end)

    def report(self, code: str, node: Syntax, message: str, fix: str | None = None) -> None:
        """Notes a finding about a node."""
        self.findings.add(code, self.span(node), message, fix)

    def check(self, node: Syntax, scope: Scope, expected: ValueType | None = None) -> Expression | None:
        """The typed expression of a node; None after a finding."""
        match node:
            case LiteralNode():
                return self._literal(node, expected)
            case NameNode():
                return self._name(node, scope, expected)
            case MemberNode():
                return self._member(node, scope)
            case UnaryNode():
                return check_operators.check_unary(self, node, scope, expected)
            case BinaryNode():
                return check_operators.check_binary(self, node, scope, expected)
            case ConditionalNode():
                return self._conditional(node, scope, expected)
            case ListNode():
                return self._list(node, scope, expected)
            case CallNode():
                return check_calls.check_call(self, node, scope, expected)

    def check_pair(
        self, left: Syntax, right: Syntax, scope: Scope, expected: ValueType | None = None
    ) -> tuple[Expression | None, Expression | None]:
        """Two sides that lend each other their type: a bare member or a text takes the type of the other side."""
        if self.borrows(left, scope) and not self.borrows(right, scope):
            second = self.check(right, scope, expected)
            return (None if second is None else self.check(left, scope, second.type)), second
        first = self.check(left, scope, expected)
        if first is None:
            if not self.borrows(right, scope):
                self.check(right, scope, expected)
            return None, None
        return first, self.check(right, scope, first.type)

    def borrows(self, node: Syntax, scope: Scope) -> bool:
        """Whether a node takes its type from its surroundings: a text, an empty list, or a name that nothing hides."""
        match node:
            case LiteralNode():
                return node.kind == "text"
            case NameNode():
                return not self._known(node.name, scope)
            case ListNode():
                return all(self.borrows(item, scope) for item in node.items)
            case ConditionalNode():
                return self.borrows(node.then, scope) and self.borrows(node.otherwise, scope)
            case _:
                return False

    def _known(self, name: str, scope: Scope) -> bool:
        if name in scope.variables or name in scope.unread:
            return True
        own = scope.self_entity
        return own is not None and (self.schema.member(own, name) is not None or self.schema.unread(own, name))

    def _literal(self, node: LiteralNode, expected: ValueType | None) -> Expression | None:
        span = self.span(node)
        match node.kind:
            case "null":
                return LiteralValue(value=None, type=NULL, span=span)
            case "boolean":
                return LiteralValue(value=node.value == "true", type=BOOLEAN, span=span)
            case "integer":
                return read_integer(node.value, span, self.findings)
            case "decimal":
                scale = len(node.value.partition(".")[2])
                if len(node.value) > 39 or scale > 20:
                    self.report("DM510", node, "a decimal has at most 38 digits, 20 of them behind the point")
                    return None
                return LiteralValue(value=node.value, type=ValueType(kind="decimal", scale=scale), span=span)
            case "text":
                if expected is not None and expected.kind in ("choice", "date", "datetime", "uuid"):
                    return text_as(node.value, expected, span, self.findings)
                return LiteralValue(value=node.value, type=TEXT, span=span)

    def _name(self, node: NameNode, scope: Scope, expected: ValueType | None) -> Expression | None:
        span = self.span(node)
        if (variable := scope.variables.get(node.name)) is not None:
            if (node.name,) in scope.deleted:
                self.report("DM514", node, f"'{node.name}' was deleted by a statement before this one")
                return None
            return Variable(name=scope.rename.get(node.name, node.name), type=variable, span=span)
        if scope.self_entity is not None and self.schema.member(scope.self_entity, node.name) is not None:
            own = Variable(name=SELF, type=ValueType(kind="entity", entity=scope.self_entity), span=span)
            return self._access(node, own, scope.self_entity, node.name)
        if node.name in scope.unread or self.schema.unread(scope.self_entity or "", node.name):
            return None
        if expected is not None and expected.kind == "choice":
            if node.name in expected.members:
                return LiteralValue(value=node.name, type=expected.as_nullable(nullable=False), span=span)
            known = (*expected.members, *scope.variables)
            message = f"'{node.name}' is no member of {describe(expected)}"
            self.report("DM505", node, message, write_instead(node.name, known))
            return None
        self._report_unknown(node, scope)
        return None

    def _report_unknown(self, node: NameNode, scope: Scope) -> None:
        if node.name == "current_user":
            self.report("DM090", node, "'current_user' is not supported yet", "leave it out")
            return
        own = () if scope.self_entity is None else self.schema.names(scope.self_entity)
        if (close := nearest(node.name, (*scope.variables, *own))) is not None:
            fix: str | None = f"write '{close}'"
        else:
            through = [name for name, type_ in scope.variables.items() if self._has(type_, node.name)]
            fix = f"write '{through[0]}.{node.name}'" if through else None
        self.report("DM503", node, f"nothing here is called '{node.name}'", fix)

    def _has(self, type_: ValueType, name: str) -> bool:
        return type_.entity is not None and self.schema.member(type_.entity, name) is not None

    def _member(self, node: MemberNode, scope: Scope) -> Expression | None:
        if (path := path_of(node)) is not None and path in scope.deleted:
            self.report("DM514", node, f"'{'.'.join(path)}' was deleted by a statement before this one")
            return None
        operand = self.check(node.operand, scope)
        if operand is None:
            return None
        if operand.type.kind != "entity" or operand.type.entity is None:
            self._report_memberless(node, operand.type)
            return None
        return self._access(node, operand, operand.type.entity, node.name)

    def _report_memberless(self, node: MemberNode, type_: ValueType) -> None:
        fix = None
        if type_.kind == "list" and type_.item is not None and type_.item.kind == "entity":
            fix = f"write '.map(i, i.{node.name})' for the values of all rows"
        self.report("DM504", node, f"{describe(type_)} has no members", fix)

    def _access(self, node: NameNode | MemberNode, operand: Expression, entity: str, name: str) -> Expression | None:
        shape = self.schema.member(entity, name)
        start = node.name_start if isinstance(node, MemberNode) else node.start
        at = self.fragment.span(start, start + len(name))
        if shape is None:
            if self.schema.unread(entity, name):
                return None
            known = self.schema.names(entity)
            self.findings.add("DM504", at, f"{entity} has no '{name}'", write_instead(name, known))
            return None
        if shape.hidden and not self.hidden:
            self.findings.add("DM512", at, f"{entity}.{name} is a password, which is never read back")
            return None
        type_ = shape.type.as_nullable(nullable=shape.type.nullable or operand.type.nullable)
        return Access(operand=operand, entity=entity, name=name, how=shape.how, type=type_, span=self.span(node))

    def _conditional(self, node: ConditionalNode, scope: Scope, expected: ValueType | None) -> Expression | None:
        condition = self.check_boolean(node.condition, scope)
        then, otherwise = self.check_pair(node.then, node.otherwise, scope, expected)
        if condition is None or then is None or otherwise is None:
            return None
        type_ = unify(then.type, otherwise.type)
        if type_ is None:
            message = f"one side gives {describe(then.type)}, the other {describe(otherwise.type)}"
            self.report("DM507", node, message)
            return None
        return Conditional(condition=condition, then=then, otherwise=otherwise, type=type_, span=self.span(node))

    def check_boolean(self, node: Syntax, scope: Scope) -> Expression | None:
        """A part that has to be true or false."""
        found = self.check(node, scope, BOOLEAN)
        if found is not None and found.type.kind not in ("boolean", "null"):
            self.report("DM506", node, f"this has to be true or false, but it is {describe(found.type)}")
            return None
        return found

    def _list(self, node: ListNode, scope: Scope, expected: ValueType | None) -> Expression | None:
        wanted = expected.item if expected is not None and expected.kind == "list" else expected
        leader = next((item for item in node.items if not self.borrows(item, scope)), None)
        if leader is not None and (wanted is None or wanted.kind == "list"):
            lead = self.check(leader, scope)
            wanted = None if lead is None else lead.type
        items = [self.check(item, scope, wanted) for item in node.items]
        found = [item for item in items if item is not None]
        if len(found) < len(items):
            return None
        type_: ValueType | None = found[0].type if found else None
        for item in found[1:]:
            type_ = None if type_ is None else unify(type_, item.type)
        if found and type_ is None:
            self.report("DM507", node, "the items of a list have one type")
            return None
        list_type = ValueType(kind="list", item=type_)
        return ListLiteral(items=tuple(found), type=list_type, span=self.span(node))

    def before(self, scope: Scope) -> Scope:
        """The scope inside ``old``: what was deleted was still there."""
        return replace(scope, deleted=frozenset())

    def with_variable(self, scope: Scope, name: str, type_: ValueType) -> Scope:
        """The scope inside a macro: its variable hides an outer one."""
        return replace(
            scope,
            variables={**scope.variables, name: type_},
            created=scope.created - {name},
            deleted=frozenset(path for path in scope.deleted if path[0] != name),
            macros=scope.macros | {name},
            rename={old: new for old, new in scope.rename.items() if old != name},
        )


def path_of(node: Syntax) -> tuple[str, ...] | None:
    """The names of a plain path such as ``cart.customer``; None for anything else."""
    match node:
        case NameNode():
            return (node.name,)
        case MemberNode():
            inner = path_of(node.operand)
            return None if inner is None else (*inner, node.name)
        case _:
            return None
