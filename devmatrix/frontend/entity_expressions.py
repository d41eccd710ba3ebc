"""What entities say in expressions: computed and copied fields and rules, over the entity's own row."""

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.check import read_condition, read_expression
from devmatrix.expressions.fitting import describe, fits
from devmatrix.expressions.schema import EntityShape, MemberShape, Schema, Scope, rows_of, value_type
from devmatrix.frontend.declarations import FieldDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.language.pieces import GuardPiece
from devmatrix.ir.domain import Field, Source
from devmatrix.ir.expressions import Access, Expression, Variable, walk
from devmatrix.ir.types import Many, Reference, Scalar
from devmatrix.ir.validation import Rule


def build_schema(drafts: dict[str, EntityDraft]) -> Schema:
    """The members of every entity: its fields, and the lists of its children."""
    shapes = {name: EntityShape(name, _members(draft), frozenset(draft.unread)) for name, draft in drafts.items()}
    return Schema(shapes)


def _members(draft: EntityDraft) -> dict[str, MemberShape]:
    members = {field.name: member_shape(field) for field in draft.fields}
    for child in draft.children:
        if child.collection is not None:
            members[child.collection] = MemberShape("rows", rows_of(child.name))
    return members


def member_shape(field: Field) -> MemberShape:
    """A field as expressions see it."""
    type_ = value_type(field.type, nullable=field.nullable)
    if isinstance(field.type, Reference):
        return MemberShape("row", type_)
    if isinstance(field.type, Many):
        return MemberShape("members", type_)
    return MemberShape("value", type_, hidden=isinstance(field.type, Scalar) and field.type.name == "password")


def add_expressions(drafts: dict[str, EntityDraft], schema: Schema, findings: Findings) -> Schema:
    """Fills in what is copied and computed; gives the schema in which their nullability is known."""
    for _ in range(2):
        for draft in drafts.values():
            for declaration in draft.declaration.fields:
                _add_expression(draft, declaration, schema, findings)
        schema = build_schema(drafts)
    _reject_cycles(drafts, findings)
    return schema


def _add_expression(draft: EntityDraft, declaration: FieldDeclaration, schema: Schema, findings: Findings) -> None:
    field = draft.field(declaration.name.text)
    if field is None or field.span != declaration.name.span():
        return
    for rule in declaration.rules:
        by = {"computed": "computed", "copied from": "copied"}.get(rule.piece.kind)
        if by is None or not any(source.by == by for source in field.sources):
            continue
        fragment = rule.fragment.part(*rule.piece.inner).strip()
        expression = _read(by, fragment, draft, field, schema, findings)
        if expression is not None:
            _replace(draft, field, by, expression)


def _read(
    by: str, fragment: Fragment, draft: EntityDraft, field: Field, schema: Schema, findings: Findings
) -> Expression | None:
    target = value_type(field.type, nullable=True)
    expression = read_expression(fragment, Scope(self_entity=draft.name), schema, findings, target)
    if expression is None:
        return None
    if not fits(expression.type, target):
        message = f"{draft.name}.{field.name} is {describe(target)}, this gives {describe(expression.type)}"
        findings.add("DM125" if by == "copied" else "DM414", fragment.span(), message)
        return None
    if by == "copied" and not _is_path(expression):
        fix = "write 'copied from reference.field'"
        findings.add("DM125", fragment.span(), "a field is copied from behind a reference or the owner", fix)
        return None
    return expression


def _is_path(expression: Expression) -> bool:
    operand, steps = expression, 0
    while isinstance(operand, Access):
        if steps and operand.how != "row":
            return False
        operand, steps = operand.operand, steps + 1
    return isinstance(operand, Variable) and steps >= 2


def path_names(expression: Expression) -> tuple[str, ...]:
    """The names of a path from the own row: ``product.price`` gives both."""
    names: list[str] = []
    while isinstance(expression, Access):
        names.insert(0, expression.name)
        expression = expression.operand
    return tuple(names)


def _replace(draft: EntityDraft, field: Field, by: str, expression: Expression) -> None:
    sources = tuple(
        Source(by=source.by, at=source.at, expression=expression) if source.by == by else source
        for source in field.sources
    )
    nullable = expression.type.nullable and not field.required and not field.has_default
    made = field.model_copy(update={"sources": sources, "nullable": nullable})
    draft.fields[draft.fields.index(field)] = made


def read_rules_of(draft: EntityDraft, schema: Schema, findings: Findings) -> tuple[Rule, ...]:
    """The conditions over a row of the entity."""
    made = []
    for number, option in enumerate(draft.declaration.all("rule"), start=1):
        if draft.external:
            findings.add("DM108", option.bullet.span(), "an external entity has no rules: another service writes it")
            continue
        if not isinstance(option.piece, GuardPiece):
            continue
        code = option.value.part(*option.piece.code)
        condition = read_condition(code, Scope(self_entity=draft.name), schema, findings)
        if condition is None:
            continue
        text = option.piece.otherwise.message if option.piece.otherwise is not None else None
        default = f"the rule does not hold: {' '.join(code.text.split())}"
        node = f"{draft.id}/rule:{number}"
        made.append(
            Rule(id=node, entity=draft.name, condition=condition, text=text or default, span=option.bullet.span())
        )
    return tuple(made)


def _reject_cycles(drafts: dict[str, EntityDraft], findings: Findings) -> None:
    """Computed fields that need each other have no value."""
    needs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for draft in drafts.values():
        for field in draft.fields:
            if field.computed is not None:
                needs[draft.name, field.name] = [
                    (part.entity, part.name) for part in walk(field.computed) if isinstance(part, Access)
                ]
    for (entity, name), direct in needs.items():
        reached, waiting = set(), list(direct)
        while waiting:
            step = waiting.pop()
            if step not in reached:
                reached.add(step)
                waiting.extend(needs.get(step, ()))
        if (entity, name) in reached:
            found = drafts[entity].field(name)
            if found is not None and found.span is not None:
                findings.add("DM126", found.span, f"{entity}.{name} is computed from itself")


def suggest_field(draft: EntityDraft, name: str) -> str | None:
    """A fix that names the closest field."""
    return write_instead(name, [field.name for field in draft.fields])
