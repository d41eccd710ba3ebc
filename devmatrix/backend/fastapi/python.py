"""Typed expressions as Python source: the guard in a service is the tree that the author wrote."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.source import source_of
from devmatrix.ir.application import ApplicationIR
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
    free_variables,
    walk,
)
from devmatrix.ir.types import Scalar
from devmatrix.ir.values import Constant, ValueType

_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
}  # fmt: skip
_NULL_SAFE = {"==": "equal", "!=": "different", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
_ARITHMETIC: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
_NULL_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times"}


@dataclass(frozen=True)
class Snapshot:
    """A value that is kept before the statements run, for ``old(…)``."""

    name: str
    value: str


@dataclass
class PythonExpressions:
    """Lowers expressions within one function; remembers what the function needs beside them.

    ``rename``: variable of the spec -> Python expression. ``choices``: members of a choice -> name of the enumeration.
    ``created``: variables of new rows; ``growing`` and ``changing``: entities of which it makes
    or changes some.
    ``reserved``: names of the function that no kept value may have.
    ``calls``: functions of ``src.core.values`` that are used; ``enums`` and ``modules`` likewise.
    """

    application: ApplicationIR
    choices: Mapping[tuple[str, ...], str]
    rename: dict[str, str] = field(default_factory=dict)
    created: frozenset[str] = frozenset()
    growing: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    calls: set[str] = field(default_factory=set)
    enums: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    context: set[str] = field(default_factory=set)
    snapshots: list[Snapshot] = field(default_factory=list)
    scopes: list[tuple[str, Expression]] = field(default_factory=list)
    reserved: frozenset[str] = frozenset()
    guards: bool = False

    def text(self, expression: Expression) -> str:
        """The expression as Python source."""
        return source_of(self.lower(expression))

    def negated(self, expression: Expression) -> str:
        """``not (expression)`` as Python source, without a double negation."""
        if isinstance(expression, Unary) and expression.operator == "!":
            return self.text(expression.operand)
        flipped = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
        if isinstance(expression, Binary) and expression.operator in flipped and not self._nullable(expression):
            return self.text(expression.model_copy(update={"operator": flipped[expression.operator]}))
        return source_of(_negation(self.lower(expression)))

    def lower(self, expression: Expression) -> ast.expr:
        """The expression as a Python syntax tree."""
        match expression:
            case LiteralValue():
                return self._literal(expression.value, expression.type)
            case Variable():
                return ast.parse(self.rename.get(expression.name, names.variable(expression.name)), mode="eval").body
            case ContextValue():
                self.context.add(expression.member)
                return ast.Name(expression.member)
            case Access():
                return self._access(expression)
            case Unary():
                return self._unary(expression)
            case Binary():
                return self._binary(expression)
            case Conditional():
                return ast.IfExp(
                    self.lower(expression.condition), self.lower(expression.then), self.lower(expression.otherwise)
                )
            case Call():
                return self._call(expression)
            case Macro():
                return self._macro(expression)
            case Old():
                return self._old(expression)
            case ListLiteral():
                return ast.List([self.lower(item) for item in expression.items], ast.Load())

    def _literal(self, value: Constant, kind: ValueType) -> ast.expr:
        if value is None or isinstance(value, bool):
            return ast.Constant(value)
        match kind.kind:
            case "choice":
                enum = self.choices[kind.members]
                self.enums.add(enum)
                return ast.Attribute(ast.Name(enum), names.member(str(value)), ast.Load())
            case "decimal":
                self.modules.add("Decimal")
                return self._apply("Decimal", ast.Constant(str(value)))
            case "date" | "datetime":
                self.modules.add("dt")
                kind_of = ast.Attribute(ast.Name("dt"), kind.kind, ast.Load())
                reader = ast.Attribute(kind_of, "fromisoformat", ast.Load())
                return ast.Call(reader, [ast.Constant(str(value))], [])
            case "uuid":
                self.modules.add("UUID")
                return self._apply("UUID", ast.Constant(str(value)))
            case _:
                return self._plain(value, kind)

    def _plain(self, value: Constant, kind: ValueType) -> ast.expr:
        if not isinstance(value, tuple):
            return ast.Constant(value)
        item = kind.item or ValueType(kind="text")
        return ast.List([self._literal(part, item) for part in value], ast.Load())

    def _access(self, expression: Access) -> ast.expr:
        computed = self._computed_of(expression)
        if computed is not None:
            return computed
        operand = self.lower(expression.operand)
        read: ast.expr = ast.Attribute(operand, names.attribute(expression.name), ast.Load())
        if expression.how == "rows":
            read = self._in_order(expression, read)
        if not expression.operand.type.nullable:
            return read
        present = ast.Compare(operand, [ast.IsNot()], [ast.Constant(None)])
        empty: ast.expr = ast.List([], ast.Load()) if expression.how in ("rows", "members") else ast.Constant(None)
        return ast.IfExp(present, read, empty)

    def _computed_of(self, expression: Access) -> ast.expr | None:
        """A computed field as its expression over the operand's row, rounded as it is shown."""
        if expression.how != "value":
            return None
        field = self.application.field(expression.entity, expression.name)
        if field.computed is None:
            return None
        row = source_of(self.lower(expression.operand))
        hidden = self.rename.get(SELF)
        self.rename[SELF] = row
        value = self.lower(field.computed)
        self.rename.pop(SELF)
        if hidden is not None:
            self.rename[SELF] = hidden
        if isinstance(field.type, Scalar) and field.type.name == "decimal" and field.type.scale is not None:
            exact = value if field.computed.type.kind == "decimal" else self._apply("Decimal", value)
            function = "rounded_or_none" if field.computed.type.nullable else "rounded"
            value = self._core(function, exact, ast.Constant(field.type.scale))
        if not expression.operand.type.nullable:
            return value
        present = ast.Compare(ast.parse(row, mode="eval").body, [ast.IsNot()], [ast.Constant(None)])
        return ast.IfExp(present, value, ast.Constant(None))

    def _in_order(self, expression: Access, rows: ast.expr) -> ast.expr:
        """Children that the author wants sorted stand so even after the function made or changed some."""
        name = (expression.type.item and expression.type.item.entity) or ""
        if name not in self.growing | self.changing:
            return rows
        entity = self.application.entity(name)
        if all(entity.field(sorting.field).role in ("created", "key") for sorting in entity.order):
            return rows
        keys = [f"{'-' if s.descending else ''}{names.attribute(s.field)}" for s in entity.order]
        return self._core("in_order", rows, *(ast.Constant(key) for key in keys))

    def _unary(self, expression: Unary) -> ast.expr:
        operand = self.lower(expression.operand)
        if expression.operator == "!":
            return _negation(operand)
        if expression.operand.type.nullable:
            return self._core("negative", operand)
        return ast.UnaryOp(ast.USub(), operand)

    def _binary(self, expression: Binary) -> ast.expr:
        operator = expression.operator
        if operator in ("&&", "||"):
            both = ast.And() if operator == "&&" else ast.Or()
            return ast.BoolOp(both, [self._truth(expression.left), self._truth(expression.right)])
        if operator in _COMPARISONS and "entity" in (expression.left.type.kind, expression.right.type.kind):
            return self._comparison(expression, self.key(expression.left), self.key(expression.right))
        left, right = self.lower(expression.left), self.lower(expression.right)
        if operator in _COMPARISONS:
            return self._comparison(expression, left, right)
        if operator == "in":
            return ast.Compare(left, [ast.In()], [right])
        if operator in ("/", "%"):
            exact = "decimal" in (expression.left.type.kind, expression.right.type.kind)
            return self._core("quotient" if exact and operator == "/" else _WHOLE[operator], left, right)
        if self._nullable(expression):
            return self._whole(expression, self._core(_NULL_ARITHMETIC[operator], left, right))
        if expression.type.kind == "integer" and expression.left.type.kind == "date":
            return ast.Attribute(ast.BinOp(left, ast.Sub(), right), "days", ast.Load())
        return self._whole(expression, ast.BinOp(left, _ARITHMETIC[operator](), right))

    def _whole(self, expression: Expression, value: ast.expr) -> ast.expr:
        """Refused where it may be an integer beyond what JSON keeps."""
        return self._core("whole", value) if self.guards and expression.type.kind == "integer" else value

    def key(self, expression: Expression) -> ast.expr:
        """The key of the row that an expression gives; a reference is not followed for it."""
        if isinstance(expression, Access) and expression.how == "row":
            column = self.application.field(expression.entity, expression.name).column or expression.name
            return self._member(expression.operand, names.attribute(column))
        row = self.lower(expression)
        if isinstance(expression, LiteralValue):
            return row
        key = self.application.entity(expression.type.entity or "").key.field
        return self._member(expression, names.attribute(key))

    def _member(self, row: Expression, name: str) -> ast.expr:
        lowered = self.lower(row)
        read = ast.Attribute(lowered, name, ast.Load())
        if not row.type.nullable:
            return read
        return ast.IfExp(ast.Compare(lowered, [ast.IsNot()], [ast.Constant(None)]), read, ast.Constant(None))

    def _comparison(self, expression: Binary, left: ast.expr, right: ast.expr) -> ast.expr:
        operator = expression.operator
        kinds = (expression.left.type.kind, expression.right.type.kind)
        if "null" in kinds:
            identity: ast.cmpop = ast.Is() if operator == "==" else ast.IsNot()
            operand = right if kinds[0] == "null" else left
            return ast.Compare(operand, [identity], [ast.Constant(None)])
        if self._nullable(expression):
            return self._core(_NULL_SAFE[operator], left, right)
        if kinds == ("boolean", "boolean") and isinstance(expression.right, LiteralValue) and operator in ("==", "!="):
            plain = (expression.right.value is True) == (operator == "==")
            return left if plain else ast.UnaryOp(ast.Not(), left)
        return ast.Compare(left, [_COMPARISONS[operator]()], [right])

    def _truth(self, expression: Expression) -> ast.expr:
        """The expression where a condition is asked: null is false."""
        lowered = self.lower(expression)
        return ast.Compare(lowered, [ast.Is()], [ast.Constant(True)]) if expression.type.nullable else lowered

    def condition(self, expression: Expression) -> str:
        """The expression as the condition of an ``if``: null is false."""
        return source_of(self._truth(expression))

    def _call(self, expression: Call) -> ast.expr:
        arguments = [self.lower(argument) for argument in expression.arguments]
        first = expression.arguments[0]
        match expression.function:
            case "has":
                found = self.key(first) if first.type.kind == "entity" else arguments[0]
                return ast.Compare(found, [ast.IsNot()], [ast.Constant(None)])
            case "size" if not first.type.nullable:
                return self._apply("len", arguments[0])
            case "sum":
                start = "total" if self._number(first) == "decimal" else "count"
                added = self._core({"total": "exact_sum", "count": "whole_sum"}[start], arguments[0])
                return self._whole(expression, added)
            case "min" | "max" if first.type.kind != "list" or len(arguments) > 1:
                return self._core({"min": "least_of", "max": "greatest_of"}[expression.function], *arguments)
            case "min" | "max" | "avg":
                chosen = expression.function in ("min", "max") and isinstance(first, ListLiteral)
                parts = first.items if isinstance(first, ListLiteral) else ()
                if chosen and len(parts) > 1 and not any(self.nullable(item) for item in parts):
                    return self._apply(expression.function, *(self.lower(item) for item in parts))
                name = {"min": "least", "max": "greatest", "avg": "average"}[expression.function]
                listed = first.type.kind == "list" and len(arguments) == 1
                return self._core(name, arguments[0] if listed else ast.List(arguments, ast.Load()))
            case "days" | "hours" | "minutes" if isinstance(first, LiteralValue):
                self.modules.add("dt")
                kind = ast.Attribute(ast.Name("dt"), "timedelta", ast.Load())
                return ast.Call(kind, [], [ast.keyword(expression.function, arguments[0])])
            case _:
                return self._core(_FUNCTIONS[expression.function], *arguments)

    @staticmethod
    def _number(expression: Expression) -> str:
        item = expression.type.item
        return item.kind if item is not None else expression.type.kind

    def _macro(self, expression: Macro) -> ast.expr:
        rows = self.lower(expression.range)
        name = names.variable(expression.variable)
        hidden = self.rename.pop(expression.variable, None)
        self.scopes.append((expression.variable, expression.range))
        body = self._truth(expression.body) if expression.macro != "map" else self.lower(expression.body)
        self.scopes.pop()
        if hidden is not None:
            self.rename[expression.variable] = hidden
        target = ast.Name(name, ast.Store())
        if expression.macro in ("all", "exists"):
            loop = ast.comprehension(target, rows, [], 0)
            function = "all" if expression.macro == "all" else "any"
            return ast.Call(ast.Name(function), [ast.GeneratorExp(body, [loop])], [])
        if expression.macro == "filter":
            return ast.ListComp(ast.Name(name), [ast.comprehension(target, rows, [body], 0)])
        return ast.ListComp(body, [ast.comprehension(target, rows, [], 0)])

    def _old(self, expression: Old) -> ast.expr:
        used = free_variables(expression.operand)
        inner = [(name, rows) for name, rows in self.scopes if name in used]
        new = frozenset().union(*(free_variables(rows) for _, rows in inner)) & self.created
        if new:
            return ast.Constant(None)
        name = self._snapshot_name(expression.operand)
        value = self.lower(expression.operand)
        if expression.operand.type.kind == "list":
            value = self._apply("list", value)
        if not inner:
            return self._keep(name, value)
        loops = [
            ast.comprehension(ast.Name(names.variable(item), ast.Store()), self.lower(rows), [], 0)
            for item, rows in inner
        ]
        places: list[ast.expr] = [ast.Name(names.variable(item)) for item, _ in inner]
        key = places[0] if len(places) == 1 else ast.Tuple(places, ast.Load())
        kept = self._keep(name, ast.DictComp(key, value, loops))
        if self._may_be_new(inner):
            return ast.Call(ast.Attribute(kept, "get", ast.Load()), [key], [])
        return ast.Subscript(kept, key, ast.Load())

    def _may_be_new(self, loops: list[tuple[str, Expression]]) -> bool:
        """Whether a list may hold rows that were not there before."""
        return any(rows.type.item is not None and rows.type.item.entity in self.growing for _, rows in loops)

    def _snapshot_name(self, operand: Expression) -> str:
        accessed = [part.name for part in walk(operand) if isinstance(part, Access)]
        stem = f"old_{accessed[0]}" if accessed else "old_value"
        if isinstance(operand, Call) and operand.function == "size":
            stem = f"{stem}_size"
        taken = {snapshot.name for snapshot in self.snapshots}
        number = 1 + sum(1 for name in taken if name == stem or name.startswith(f"{stem}_"))
        name = stem if number == 1 else f"{stem}_{number}"
        while name in taken or name in self.reserved:
            name += "_"
        return name

    def _keep(self, name: str, value: ast.expr) -> ast.Name:
        text = source_of(value)
        for snapshot in self.snapshots:
            if snapshot.value == text:
                return ast.Name(snapshot.name)
        self.snapshots.append(Snapshot(name, text))
        return ast.Name(name)

    def _nullable(self, expression: Binary) -> bool:
        return self.nullable(expression.left) or self.nullable(expression.right)

    def nullable(self, expression: Expression) -> bool:
        """Whether null can come out, rows that are newer than a snapshot included."""
        if isinstance(expression, Old):
            used = free_variables(expression.operand)
            inner = [(name, rows) for name, rows in self.scopes if name in used]
            return expression.type.nullable or self._may_be_new(inner)
        if isinstance(expression, Binary) and expression.operator in ("+", "-", "*", "/", "%"):
            return expression.type.nullable or self._nullable(expression)
        return expression.type.nullable

    def _core(self, name: str, *arguments: ast.expr) -> ast.expr:
        self.calls.add(name)
        return self._apply(name, *arguments)

    @staticmethod
    def _apply(name: str, *arguments: ast.expr) -> ast.expr:
        return ast.Call(ast.Name(name), list(arguments), [])


def _negation(condition: ast.expr) -> ast.expr:
    """``not``, said by the operator itself where it can be."""
    flipped: dict[type[ast.cmpop], ast.cmpop] = {ast.In: ast.NotIn(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is()}
    if isinstance(condition, ast.Compare) and type(condition.ops[0]) in flipped:
        return ast.Compare(condition.left, [flipped[type(condition.ops[0])]], condition.comparators)
    return ast.UnaryOp(ast.Not(), condition)


_WHOLE = {"/": "whole_quotient", "%": "remainder"}
_FUNCTIONS = {
    "size": "length", "contains": "contains", "startsWith": "starts_with", "endsWith": "ends_with",
    "matches": "matches", "lowerAscii": "lower_ascii", "upperAscii": "upper_ascii", "timestamp": "timestamp",
    "duration": "duration", "days": "days", "hours": "hours", "minutes": "minutes",
}  # fmt: skip
