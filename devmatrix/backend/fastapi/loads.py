"""What a flow has to have in hand before its statements run: rows to lock and lists to load."""

from dataclasses import dataclass, field

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import (
    Add,
    Bind,
    BindMany,
    Create,
    Delete,
    Ensure,
    ForEach,
    Let,
    Remove,
    Require,
    Set,
    Statement,
    When,
)
from devmatrix.ir.expressions import (
    SELF,
    Access,
    Binary,
    Conditional,
    Expression,
    LiteralValue,
    Macro,
    Variable,
    operands,
)
from devmatrix.ir.types import Many

Step = tuple[str, str]
"""How a row leads on (``row``, ``rows`` or ``members``) and by which name."""


@dataclass(eq=False)
class Load:
    """Rows of one entity that are reached in one way; ``children`` are reached from them.

    ``followed`` says whether the rows themselves are needed (a reference whose key suffices is not followed).
    """

    entity: str
    children: dict[Step, "Load"] = field(default_factory=dict)
    written: bool = False
    followed: bool = False
    lists: bool = False

    def child(self, how: str, name: str, entity: str) -> "Load":
        """The rows that this way leads to, made on first use."""
        return self.children.setdefault((how, name), Load(entity))


@dataclass
class LoadPlan:
    """The rows in hand of one operation, by the variable that leads to them."""

    application: ApplicationIR
    roots: dict[str, Load] = field(default_factory=dict)
    created: dict[str, Load] = field(default_factory=dict)
    touched: list[tuple[str, Load]] = field(default_factory=list)
    aliases: list[tuple[Load, Load]] = field(default_factory=list)
    placed: dict[tuple[str, str], Load] = field(default_factory=dict)
    """The rows that a statement puts into a reference, by statement and field."""

    def in_hand(self, statement: str, name: str, value: Expression) -> bool:
        """Whether the row that a statement puts into a reference is there, and not its key alone."""
        placed = self.placed.get((statement, name))
        return isinstance(value, Variable) or (placed is not None and placed.followed)

    def settle(self) -> None:
        """Rows that a statement puts in another's place must lead wherever those had to lead."""
        for _ in range(8):
            changed = False
            for asked, given in self.aliases:
                changed |= _merge(asked, given)
            if not changed:
                return


def _merge(asked: Load, given: Load) -> bool:
    changed = asked.followed and not given.followed
    given.followed |= asked.followed
    for (how, name), child in asked.children.items():
        if (how, name) not in given.children:
            given.children[how, name] = child
            changed = True
    return changed


Scope = dict[str, Load]


def plan_loads(
    application: ApplicationIR,
    roots: dict[str, str],
    statements: tuple[Statement, ...],
    answers: tuple[Expression, ...] = (),
) -> LoadPlan:
    """The plan of one operation; ``roots`` are the variables of its addresses with their entities.

    ``answers`` are the values that it shows in the end.
    """
    plan = LoadPlan(application)
    scope: Scope = {}
    for variable, entity in roots.items():
        plan.roots[variable] = scope[variable] = Load(entity)
    _statements(plan, statements, scope)
    for answer in answers:
        _walk(plan, answer, scope)
    _rules(plan)
    plan.settle()
    return plan


def _rules(plan: LoadPlan) -> None:
    """Rules of rows that an operation makes or changes read what they read."""
    for entity, load in plan.touched:
        for rule in plan.application.rules_of(entity):
            _walk(plan, rule.condition, {SELF: load})


def _statements(plan: LoadPlan, statements: tuple[Statement, ...], scope: Scope) -> None:
    for statement in statements:
        _statement(plan, statement, scope)


def _statement(plan: LoadPlan, statement: Statement, scope: Scope) -> None:
    match statement:
        case Bind():
            plan.roots[statement.variable] = scope[statement.variable] = Load(statement.entity)
        case BindMany():
            scope[statement.variable] = Load(statement.entity)
        case Require() | Ensure():
            _walk(plan, statement.condition, scope)
        case Let():
            found = _follow(plan, statement.value, scope)
            if found is not None:
                scope[statement.variable] = found
        case ForEach():
            rows = _walk(plan, statement.range, scope)
            inner = dict(scope)
            if rows is not None:
                inner[statement.variable] = rows
            _statements(plan, statement.body, inner)
        case When():
            _walk(plan, statement.condition, scope)
            _statements(plan, statement.body, dict(scope))
            _statements(plan, statement.otherwise, dict(scope))
        case Create():
            _create(plan, statement, scope)
        case Set():
            _set(plan, statement, scope)
        case Delete():
            found = _follow(plan, statement.target, scope)
            if found is not None:
                found.written = True
                _owners(plan, found)
        case Add() | Remove():
            _follow(plan, statement.item, scope)
            _walk(plan, statement.target, scope)


def _create(plan: LoadPlan, statement: Create, scope: Scope) -> None:
    made = Load(statement.entity)
    for assignment in statement.assignments:
        given = _walk(plan, assignment.value, scope)
        kept = plan.application.field(statement.entity, assignment.field)
        if given is not None:
            plan.placed[statement.id, assignment.field] = given
        if given is not None and kept.target is not None and kept.role != "owner":
            plan.aliases.append((made.child("row", assignment.field, kept.target), given))
        if given is not None and kept.role == "owner":
            given.followed = True
            plan.aliases.append((made.child("row", assignment.field, given.entity), given))
            plan.touched.append((given.entity, given))
    plan.touched.append((statement.entity, made))
    if statement.variable is not None:
        plan.created[statement.variable] = scope[statement.variable] = made


def _set(plan: LoadPlan, statement: Set, scope: Scope) -> None:
    holder = _walk(plan, statement.target.operand, scope)
    given = _walk(plan, statement.value, scope)
    if holder is None:
        return
    holder.written = holder.followed = True
    plan.touched.append((holder.entity, holder))
    kept = plan.application.field(statement.target.entity, statement.target.name)
    if isinstance(kept.type, Many):
        holder.child("members", kept.name, kept.type.entity)
        return
    if given is not None and kept.target is not None:
        plan.placed[statement.id, statement.target.name] = given
        given.followed |= kept.role == "owner"
        plan.aliases.append((holder.child("row", statement.target.name, kept.target), given))


def _walk(plan: LoadPlan, expression: Expression, scope: Scope) -> Load | None:
    """Note what the expression reads; the rows that it gives, if it gives rows."""
    match expression:
        case Variable():
            return scope.get(expression.name)
        case Access():
            return _access(plan, expression, scope)
        case Macro():
            rows = _walk(plan, expression.range, scope)
            inner = dict(scope)
            if rows is not None:
                inner[expression.variable] = rows
            body = _walk(plan, expression.body, inner)
            return {"filter": rows, "map": body}.get(expression.macro)
        case Conditional():
            return _either(plan, expression, scope)
        case Binary(operator="==" | "!=") if "entity" in (expression.left.type.kind, expression.right.type.kind):
            for side in (expression.left, expression.right):
                _key(plan, side, scope)
            return None
        case Binary(operator="in"):
            _follow(plan, expression.left, scope)
            _walk(plan, expression.right, scope)
            return None
        case _:
            found = [_follow(plan, part, scope) for part in operands(expression)]
            return next(
                (load for load in found if load is not None and expression.type.kind in ("entity", "list")), None
            )


def _follow(plan: LoadPlan, expression: Expression, scope: Scope) -> Load | None:
    """Note what the expression reads; the rows themselves are needed, not only their keys."""
    found = _walk(plan, expression, scope)
    if found is not None:
        found.followed = True
    return found


def _owners(plan: LoadPlan, removed: Load) -> None:
    """A row that loses a child may break a rule of its own."""
    owner = plan.application.entity(removed.entity).owner
    plan.touched.extend((load.entity, load) for load in plan.roots.values() if load.entity == owner)


def _key(plan: LoadPlan, expression: Expression, scope: Scope) -> None:
    """Only the key is compared, so that the last reference need not be followed."""
    if isinstance(expression, Access) and expression.how == "row":
        _walk(plan, expression.operand, scope)
    elif not isinstance(expression, LiteralValue):
        _walk(plan, expression, scope)


def _either(plan: LoadPlan, expression: Conditional, scope: Scope) -> Load | None:
    _walk(plan, expression.condition, scope)
    then = _follow(plan, expression.then, scope)
    otherwise = _follow(plan, expression.otherwise, scope)
    if then is not None and otherwise is not None:
        plan.aliases.append((then, otherwise))
        plan.aliases.append((otherwise, then))
    return then or otherwise


def _access(plan: LoadPlan, expression: Access, scope: Scope) -> Load | None:
    holder = _walk(plan, expression.operand, scope)
    if holder is None:
        return None
    holder.followed = True
    if expression.how == "value":
        held = plan.application.field(expression.entity, expression.name)
        if held.computed is not None:
            _walk(plan, held.computed, {SELF: holder})
        return None
    entity = (expression.type.item.entity if expression.type.item else expression.type.entity) or ""
    if expression.how != "row":
        holder.lists = True
    return holder.child(expression.how, expression.name, entity)
