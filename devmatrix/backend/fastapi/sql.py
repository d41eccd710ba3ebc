"""Typed expressions as SQLAlchemy source: the query that narrows a list or computes a field."""

import ast
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.correlation import correlate
from devmatrix.backend.fastapi.source import source_of
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Field
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
    Unary,
    Variable,
)
from devmatrix.ir.types import Scalar


class CannotLower(Exception):  # noqa: N818 - reads as the finding that it becomes
    """An expression that this target cannot ask of the database; becomes a finding with the expression's place."""

    def __init__(self, expression: Expression, why: str) -> None:
        super().__init__(why)
        self.expression = expression


@dataclass(frozen=True)
class Rows:
    """A list in a query: an alias of its entity, and the conditions that narrow it."""

    entity: str
    alias: str
    conditions: tuple[ast.expr, ...]
    value: ast.expr | None = None


@dataclass
class SqlExpressions:
    """Lowers expressions within one query.

    ``classes``: variable -> Python name of the mapped class or alias it stands for. ``keys``: variable of a row that is
    only known by its key -> Python expression of the key. ``values``: variable of a plain value -> Python expression.
    ``aliases``: alias -> entity, to be made before the query.
    """

    application: ApplicationIR
    choices: Mapping[tuple[str, ...], str]
    classes: dict[str, str] = dataclasses.field(default_factory=dict)
    keys: dict[str, str] = dataclasses.field(default_factory=dict)
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    aliases: dict[str, str] = dataclasses.field(default_factory=dict)
    imports: set[str] = dataclasses.field(default_factory=set)
    enums: set[str] = dataclasses.field(default_factory=set)

    def text(self, expression: Expression) -> str:
        """The expression as Python source; CannotLower where the database cannot be asked."""
        outermost = frozenset(self.classes.values())
        lowered = self.lower(expression)
        linked = {name.partition(":")[2] for name in self.imports if name.startswith("table:")}
        return source_of(correlate(lowered, outermost, {*outermost, *self.aliases, *linked}))

    def lower(self, expression: Expression) -> ast.expr:
        """The expression as a Python syntax tree."""
        match expression:
            case LiteralValue():
                return self._literal(expression)
            case Variable() if expression.type.kind == "entity":
                return self.key(expression)
            case Variable():
                return _parse(self.values.get(expression.name, names.variable(expression.name)))
            case ContextValue():
                return self._instant(expression)
            case Access():
                return self._access(expression)
            case Unary():
                return self._unary(expression)
            case Binary():
                return self._binary(expression)
            case Conditional():
                self.imports.add("case")
                choice = ast.Tuple([self.lower(expression.condition), self.lower(expression.then)], ast.Load())
                return ast.Call(ast.Name("case"), [choice], [ast.keyword("else_", self.lower(expression.otherwise))])
            case Call():
                return self._call(expression)
            case Macro():
                return self._macro(expression)
            case _:
                raise CannotLower(expression, "this expression cannot be asked of the database")

    def _instant(self, expression: ContextValue) -> ast.expr:
        """The database's clock; the day is that of UTC."""
        self.imports.add("func")
        now = ast.Call(_attribute("func", "now"), [], [])
        if expression.member == "now":
            return now
        self.imports |= {"cast", "Date"}
        return _apply(
            "cast", ast.Call(_attribute("func", "timezone"), [ast.Constant("UTC"), now], []), ast.Name("Date")
        )

    def _literal(self, expression: LiteralValue) -> ast.expr:
        value, kind = expression.value, expression.type
        if kind.kind == "choice" and value is not None:
            enum = self.choices[kind.members]
            self.enums.add(enum)
            return ast.Attribute(ast.Name(enum), names.member(str(value)), ast.Load())
        if kind.kind == "decimal" and value is not None:
            self.imports.add("Decimal")
            return _apply("Decimal", ast.Constant(str(value)))
        if kind.kind in ("date", "datetime") and value is not None:
            self.imports.add("dt")
            kind_of = ast.Attribute(ast.Name("dt"), kind.kind, ast.Load())
            return ast.Call(ast.Attribute(kind_of, "fromisoformat", ast.Load()), [ast.Constant(str(value))], [])
        if isinstance(value, bool):
            self.imports.add("true" if value else "false")
            return _apply("true" if value else "false")
        if value is None:
            self.imports.add("null")
            return _apply("null")
        if isinstance(value, tuple):
            return ast.List([ast.Constant(item) for item in value], ast.Load())
        return ast.Constant(value)

    def key(self, expression: Expression) -> ast.expr:
        """The key of the row that an expression gives."""
        if isinstance(expression, Variable):
            if expression.name in self.keys:
                return _parse(self.keys[expression.name])
            entity = self.application.entity(expression.type.entity or "")
            return _attribute(self.classes[expression.name], names.attribute(entity.key.field))
        if isinstance(expression, Access) and expression.how == "row":
            column = self.application.field(expression.entity, expression.name).column or expression.name
            return self._column(expression.operand, names.attribute(column))
        raise CannotLower(expression, "the row of this expression cannot be found by the database")

    def _column(self, row: Expression, attribute: str) -> ast.expr:
        if isinstance(row, Variable) and row.name in self.classes:
            return _attribute(self.classes[row.name], attribute)
        entity = row.type.entity or ""
        alias = self._alias(entity)
        key_field = names.attribute(self.application.entity(entity).key.field)
        found = ast.Compare(_attribute(alias, key_field), [ast.Eq()], [self.key(row)])
        return self._chain("select", [_attribute(alias, attribute)], where=[found], last="scalar_subquery")

    def _access(self, expression: Access) -> ast.expr:
        if expression.how == "row":
            return self.key(expression)
        if expression.how in ("rows", "members"):
            raise CannotLower(expression, "a list stands in a query only inside a function or a macro")
        target = self.application.field(expression.entity, expression.name)
        if target.computed is not None:
            return self._computed(expression.operand, target, target.computed)
        return self._column(expression.operand, names.attribute(expression.name))

    def _computed(self, row: Expression, field: Field, value: Expression) -> ast.expr:
        """A computed field as its expression over the row, rounded as it is shown."""
        if isinstance(row, Variable) and row.name in self.classes:
            return self._within(SELF, self.classes[row.name], lambda: self._kept(field, value))
        entity = row.type.entity or ""
        alias = self._alias(entity)
        shown = self._within(SELF, alias, lambda: self._kept(field, value))
        key_field = names.attribute(self.application.entity(entity).key.field)
        found = ast.Compare(_attribute(alias, key_field), [ast.Eq()], [self.key(row)])
        return self._chain("select", [shown], where=[found], last="scalar_subquery")

    def _kept(self, field: Field, value: Expression) -> ast.expr:
        lowered = self.lower(value)
        if not isinstance(field.type, Scalar) or field.type.name != "decimal" or field.type.scale is None:
            return lowered
        self.imports.add("func")
        return ast.Call(_attribute("func", "round"), [lowered, ast.Constant(field.type.scale)], [])

    def _unary(self, expression: Unary) -> ast.expr:
        operand = self.lower(expression.operand)
        if expression.operator == "-":
            return ast.UnaryOp(ast.USub(), operand)
        self.imports.add("not_")
        return _apply("not_", operand)

    def _binary(self, expression: Binary) -> ast.expr:
        operator = expression.operator
        if operator in ("&&", "||"):
            name = "and_" if operator == "&&" else "or_"
            self.imports.add(name)
            return _apply(name, self.lower(expression.left), self.lower(expression.right))
        if operator == "in":
            return self._contained(expression)
        left, right = self.lower(expression.left), self.lower(expression.right)
        if operator in _COMPARISONS:
            return self._comparison(expression, left, right)
        if operator in ("/", "%"):
            return self._divided(expression, left, right)
        return ast.BinOp(left, _ARITHMETIC[operator](), right)

    def _divided(self, expression: Binary, left: ast.expr, right: ast.expr) -> ast.expr:
        """Integers divide towards zero, as the database does; decimals keep 20 places, half away from zero."""
        if "decimal" not in (expression.left.type.kind, expression.right.type.kind):
            if expression.operator == "%":
                return ast.BinOp(left, ast.Mod(), right)
            self.imports.add("func")
            return ast.Call(_attribute("func", "div"), [left, right], [])
        if expression.operator == "%":
            raise CannotLower(expression, "the remainder of decimals is not asked of the database")
        self.imports |= {"func", "cast", "Numeric"}
        exact = _apply("cast", left, _apply("Numeric", ast.Constant(1000), ast.Constant(40)))
        return ast.Call(_attribute("func", "round"), [ast.BinOp(exact, ast.Div(), right), ast.Constant(20)], [])

    def _comparison(self, expression: Binary, left: ast.expr, right: ast.expr) -> ast.expr:
        kinds = (expression.left.type.kind, expression.right.type.kind)
        if "null" in kinds:
            method = "is_" if expression.operator == "==" else "is_not"
            operand = right if kinds[0] == "null" else left
            return ast.Call(ast.Attribute(operand, method, ast.Load()), [ast.Constant(None)], [])
        compared = ast.Compare(left, [_COMPARISONS[expression.operator]()], [right])
        if not (expression.left.type.nullable or expression.right.type.nullable):
            return compared
        self.imports |= {"func", "false"}
        return ast.Call(_attribute("func", "coalesce"), [compared, _apply("false")], [])

    def _contained(self, expression: Binary) -> ast.expr:
        left = self.lower(expression.left)
        if isinstance(expression.left, Variable) and expression.left.name not in self.classes:
            self.imports.add("literal")
            left = _apply("literal", left)
        if isinstance(expression.right, ListLiteral):
            items: ast.expr = ast.List([self.lower(item) for item in expression.right.items], ast.Load())
            return ast.Call(ast.Attribute(left, "in_", ast.Load()), [items], [])
        rows = self._rows(expression.right)
        inner = self._chain("select", [self._shown(rows)], where=list(rows.conditions))
        return ast.Call(ast.Attribute(left, "in_", ast.Load()), [inner], [])

    def _call(self, expression: Call) -> ast.expr:
        first = expression.arguments[0]
        if expression.function == "has":
            return ast.Call(ast.Attribute(self.lower(first), "is_not", ast.Load()), [ast.Constant(None)], [])
        if first.type.kind == "list" and expression.function in ("size", "sum", "min", "max", "avg"):
            return self._aggregate(expression.function, self._rows(first))
        if expression.function in ("days", "hours", "minutes"):
            return self._duration(expression.function, first)
        if expression.function in _TEXT_METHODS:
            receiver = ast.Attribute(self.lower(first), _TEXT_METHODS[expression.function], ast.Load())
            return ast.Call(
                receiver, [self.lower(expression.arguments[1])], [ast.keyword("autoescape", ast.Constant(True))]
            )
        if expression.function == "size":
            self.imports.add("func")
            return ast.Call(_attribute("func", "char_length"), [self.lower(first)], [])
        raise CannotLower(expression, f"'{expression.function}' is not asked of the database")

    def _duration(self, unit: str, count: Expression) -> ast.expr:
        """A fixed span, or one of them as often as the database says."""
        self.imports.add("dt")
        fixed = isinstance(count, LiteralValue)
        number = self.lower(count)
        one = ast.Call(_attribute("dt", "timedelta"), [], [ast.keyword(unit, number if fixed else ast.Constant(1))])
        return one if fixed else ast.BinOp(one, ast.Mult(), number)

    def _aggregate(self, function: str, rows: Rows) -> ast.expr:
        self.imports.add("func")
        if function == "size":
            counted = ast.Call(_attribute("func", "count"), [], [])
            source = ast.Call(
                ast.Attribute(_apply("select", counted), "select_from", ast.Load()), [ast.Name(rows.alias)], []
            )
            self.imports.add("select")
            return self._finish(source, list(rows.conditions), "scalar_subquery")
        value = ast.Call(_attribute("func", function), [self._shown(rows)], [])
        if function == "sum":
            value = ast.Call(_attribute("func", "coalesce"), [value, ast.Constant(0)], [])
        return self._chain("select", [value], where=list(rows.conditions), last="scalar_subquery")

    def _macro(self, expression: Macro) -> ast.expr:
        if expression.macro not in ("all", "exists"):
            raise CannotLower(expression, "a list stands in a query only inside a function or a macro")
        rows = self._rows(expression.range)
        inner = self._within(expression.variable, rows.alias, lambda: self.lower(expression.body))
        if expression.macro == "all":
            self.imports.add("not_")
            inner = _apply("not_", inner)
        shown = _attribute(rows.alias, names.attribute(self.application.entity(rows.entity).key.field))
        found = self._chain("select", [shown], where=[*rows.conditions, inner], last="exists")
        if expression.macro == "exists":
            return found
        return _apply("not_", found)

    def _rows(self, expression: Expression) -> Rows:
        match expression:
            case Access(how="rows"):
                return self._children(expression)
            case Access(how="members"):
                return self._members(expression)
            case Macro(macro="filter"):
                rows = self._rows(expression.range)
                kept = self._within(expression.variable, rows.alias, lambda: self.lower(expression.body))
                return Rows(rows.entity, rows.alias, (*rows.conditions, kept))
            case Macro(macro="map"):
                rows = self._rows(expression.range)
                value = self._within(expression.variable, rows.alias, lambda: self.lower(expression.body))
                return Rows(rows.entity, rows.alias, rows.conditions, value)
            case _:
                raise CannotLower(expression, "this list cannot be asked of the database")

    def _children(self, expression: Access) -> Rows:
        entity = (expression.type.item and expression.type.item.entity) or ""
        alias = self._alias(entity)
        owner = self.application.entity(entity).owner_field
        if owner is None or owner.column is None:
            raise CannotLower(expression, "this list has no owner in the database")
        condition = ast.Compare(
            _attribute(alias, names.attribute(owner.column)), [ast.Eq()], [self.key(expression.operand)]
        )
        return Rows(entity, alias, (condition,))

    def _members(self, expression: Access) -> Rows:
        held = self.application.field(expression.entity, expression.name)
        if held.association is None or held.target is None:
            raise CannotLower(expression, "this list has no table in the database")
        alias = self._alias(held.target)
        table = _attribute(held.association.table, "c")
        source = ast.Attribute(table, held.association.source_column, ast.Load())
        target = ast.Attribute(table, held.association.target_column, ast.Load())
        owned = ast.Compare(source, [ast.Eq()], [self.key(expression.operand)])
        inner = self._chain("select", [target], where=[owned])
        key = _attribute(alias, names.attribute(self.application.entity(held.target).key.field))
        self.imports.add(f"table:{held.association.table}")
        return Rows(held.target, alias, (ast.Call(ast.Attribute(key, "in_", ast.Load()), [inner], []),))

    def _within(self, variable: str, alias: str, lower: Callable[[], ast.expr]) -> ast.expr:
        hidden = dict(self.classes)
        self.classes[variable] = alias
        lowered = lower()
        self.classes.clear()
        self.classes.update(hidden)
        return lowered

    def _shown(self, rows: Rows) -> ast.expr:
        if rows.value is not None:
            return rows.value
        return _attribute(rows.alias, names.attribute(self.application.entity(rows.entity).key.field))

    def _alias(self, entity: str) -> str:
        self.imports.add("aliased")
        stem = self.application.entity(entity).variable
        number = 1 + sum(1 for known in self.aliases.values() if known == entity)
        alias = f"{stem}_{number}"
        self.aliases[alias] = entity
        return alias

    def _chain(self, start: str, shown: list[ast.expr], *, where: list[ast.expr], last: str | None = None) -> ast.expr:
        self.imports.add(start)
        return self._finish(_apply(start, *shown), where, last)

    @staticmethod
    def _finish(query: ast.expr, where: list[ast.expr], last: str | None) -> ast.expr:
        narrowed = ast.Call(ast.Attribute(query, "where", ast.Load()), where, []) if where else query
        return narrowed if last is None else ast.Call(ast.Attribute(narrowed, last, ast.Load()), [], [])


_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
}  # fmt: skip
_ARITHMETIC: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
_TEXT_METHODS = {"contains": "contains", "startsWith": "startswith", "endsWith": "endswith"}


def _parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _attribute(holder: str, name: str) -> ast.expr:
    return ast.Attribute(ast.Name(holder), name, ast.Load())


def _apply(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name), list(arguments), [])
