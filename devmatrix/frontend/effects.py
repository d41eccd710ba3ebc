"""Statements that change rows: creations, changes, deletions, and members of lists."""

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.check import Checker, path_of, read_expression
from devmatrix.expressions.fitting import describe, fits
from devmatrix.expressions.parse import parse_assignment, parse_expression
from devmatrix.expressions.schema import MemberShape, Schema, Scope, value_type
from devmatrix.expressions.syntax import AssignmentNode, BinaryNode, NameNode
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.entity_expressions import member_shape
from devmatrix.ir.behavior import Add, Assignment, Remove, Set
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import Access, Expression
from devmatrix.ir.values import ValueType

_CHANGEABLE = frozenset({"integer", "decimal", "text", "date", "datetime"})


class Effects:
    """Reads the expressions of statements that write."""

    def __init__(self, drafts: dict[str, EntityDraft], schema: Schema, findings: Findings) -> None:
        self.drafts = drafts
        self.schema = schema
        self.findings = findings

    def assignments(
        self, draft: EntityDraft, codes: tuple[Fragment, ...], scope: Scope, at: Fragment
    ) -> tuple[Assignment, ...] | None:
        """``a = x``, … of a creation; None after a finding."""
        made: dict[str, Assignment] = {}
        complete = True
        for code in codes:
            assignment = self._assignment(draft, code, scope)
            if assignment is None:
                complete = False
            elif assignment.field in made:
                self.findings.add("DM407", code.span(), f"'{assignment.field}' is given twice")
            else:
                made[assignment.field] = assignment
        if not complete:
            return None
        missing = [field for field in draft.fields if field.name not in made and _must_give(field, draft)]
        for field in missing:
            fix = f"add '`{field.name} = ...`'"
            self.findings.add("DM407", at.span(), f"a new {draft.name} needs '{field.name}'", fix)
        return None if missing else tuple(made.values())

    def _assignment(self, draft: EntityDraft, code: Fragment, scope: Scope) -> Assignment | None:
        node = parse_assignment(code, self.findings)
        if node is None:
            return None
        target = node.target
        at = code.span(target.start, target.end)
        if not isinstance(target, NameNode) or node.operator != "=":
            self.findings.add("DM407", at, "a creation gives its own fields", "write '`field = expression`'")
            return None
        field = draft.field(target.name)
        if field is None:
            if target.name not in draft.unread:
                known = [field.name for field in draft.fields if _can_give(field, draft) is None]
                fix = write_instead(target.name, known)
                self.findings.add("DM407", at, f"{draft.name} has no field '{target.name}'", fix)
            return None
        if (why := _can_give(field, draft)) is not None:
            self.findings.add("DM407", at, f"'{target.name}' {why}")
            return None
        value = self._value(code, node, scope, member_shape(field), f"{draft.name}.{field.name}", field.nullable)
        return None if value is None else Assignment(field=field.name, value=value, span=code.span())

    def _value(
        self, code: Fragment, node: AssignmentNode, scope: Scope, shape: MemberShape, what: str, nullable: bool
    ) -> Expression | None:
        value = Checker(code, self.schema, self.findings).check(node.value, scope, shape.type)
        if value is None:
            return None
        at = code.span(node.value.start, node.value.end)
        if not fits(value.type, shape.type):
            message = f"{what} is {describe(shape.type)}, this gives {describe(value.type)}"
            self.findings.add("DM414", at, message)
            return None
        if value.type.kind == "null" and not nullable:
            self.findings.add("DM414", at, f"{what} is never null")
            return None
        return value

    def set(self, code: Fragment, scope: Scope, node_id: str) -> Set | None:
        """``path = x``, ``path += x``, ``path -= x``; None after a finding."""
        node = parse_assignment(code, self.findings)
        if node is None:
            return None
        target = self._target(code, node, scope)
        if target is None:
            return None
        field = self.drafts[target.entity].field(target.name)
        if field is None:
            return None
        what = f"{target.entity}.{target.name}"
        if node.operator == "=":
            shape = MemberShape(target.how, value_type(field.type, nullable=field.nullable))
            value = self._value(code, node, scope, shape, what, field.nullable)
        else:
            value = self._changed(code, node, scope, target, what)
        return None if value is None else Set(id=node_id, target=target, value=value, span=code.span())

    def _changed(
        self, code: Fragment, node: AssignmentNode, scope: Scope, target: Access, what: str
    ) -> Expression | None:
        if target.type.kind not in _CHANGEABLE:
            message = f"'{node.operator}' changes numbers, texts and times, not {describe(target.type)}"
            self.findings.add("DM408", code.span(node.target.start, node.target.end), message, "write '='")
            return None
        joined = BinaryNode(
            start=node.start,
            end=node.end,
            operator=node.operator[0],
            left=node.target,
            right=node.value,
            depth=node.depth,
        )
        value = Checker(code, self.schema, self.findings).check(joined, scope, target.type)
        if value is None or fits(value.type, target.type):
            return value
        message = f"{what} is {describe(target.type)}, this gives {describe(value.type)}"
        self.findings.add("DM414", code.span(), message)
        return None

    def _target(self, code: Fragment, node: AssignmentNode, scope: Scope) -> Access | None:
        target = Checker(code, self.schema, self.findings, hidden=True).check(node.target, scope)
        if target is None:
            return None
        at = code.span(node.target.start, node.target.end)
        if not isinstance(target, Access):
            self.findings.add("DM408", at, "a change names a field of a row", "write '`row.field = expression`'")
            return None
        if (why := self._cannot_set(target)) is not None:
            self.findings.add("DM408", at, f"'{target.entity}.{target.name}' {why}")
            return None
        return target

    def _cannot_set(self, target: Access) -> str | None:
        draft = self.drafts[target.entity]
        field = draft.field(target.name)
        if draft.external:
            return "belongs to another service"
        if field is None:
            return "is the list of its children: create or delete them"
        if field.role == "key":
            return "is the key, which never changes"
        if field.role in ("created", "updated"):
            return "is kept by the server"
        if field.computed is not None or (field.column is None and target.how == "value"):
            return "is computed"
        return "changes with 'adds' and 'removes'" if target.how == "members" else None

    def deletion(self, code: Fragment, scope: Scope) -> tuple[Expression, tuple[str, ...] | None] | None:
        """What is deleted, and its path where it is a plain one; None after a finding."""
        node = parse_expression(code, self.findings)
        target = None if node is None else Checker(code, self.schema, self.findings).check(node, scope)
        if target is None or node is None:
            return None
        row = target.type.item if target.type.kind == "list" and target.type.item is not None else target.type
        if row.kind != "entity" or row.entity is None:
            message = f"only rows can be deleted, not {describe(target.type)}"
            self.findings.add("DM409", code.span(), message)
            return None
        if self.drafts[row.entity].external:
            self.findings.add("DM308", code.span(), f"'{row.entity}' belongs to another service")
            return None
        return target, path_of(node) if target.type.kind == "entity" else None

    def membership(self, kind: str, codes: tuple[Fragment, ...], scope: Scope, node_id: str) -> Add | Remove | None:
        """``adds x to path`` and ``removes x from path``; None after a finding."""
        target = read_expression(codes[1], scope, self.schema, self.findings)
        if target is None:
            return None
        fits_here = isinstance(target, Access) and target.how in ("members", "value") and target.type.kind == "list"
        if not isinstance(target, Access) or not fits_here:
            message = "this is no list that rows or values can be added to"
            fix = "create or delete the rows of a child list" if target.type.kind == "list" else None
            self.findings.add("DM409", codes[1].span(), message, fix)
            return None
        if (self.drafts[target.entity]).external:
            self.findings.add("DM308", codes[1].span(), f"'{target.entity}' belongs to another service")
            return None
        item_type = target.type.item or ValueType(kind="null", nullable=True)
        item = read_expression(codes[0], scope, self.schema, self.findings, item_type)
        if item is None:
            return None
        if not fits(item.type, item_type) or item.type.kind == "null":
            message = f"{describe(target.type)} cannot hold {describe(item.type)}"
            self.findings.add("DM414", codes[0].span(), message)
            return None
        span = codes[0].span()
        if kind == "adds":
            return Add(id=node_id, item=item, target=target, span=span)
        return Remove(id=node_id, item=item, target=target, span=span)


def _can_give(field: Field, draft: EntityDraft) -> str | None:
    """Why a creation cannot give a field; None when it can."""
    if field.role in ("created", "updated"):
        return "is kept by the server"
    if field.role == "key" and draft.key.generated is not None:
        return "is made by the server"
    return "is computed" if field.computed is not None or any(s.by == "computed" for s in field.sources) else None


def _must_give(field: Field, draft: EntityDraft) -> bool:
    if _can_give(field, draft) is not None or field.nullable or field.has_default:
        return False
    copied = any(source.by == "copied" for source in field.sources)
    return not copied and not (field.column is None and not field.required)
