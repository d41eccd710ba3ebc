"""Types of the application as Python annotations, columns and checks."""

import ast
from collections.abc import Mapping

from devmatrix.backend.fastapi.limits import bounds_of, integer_bounds_of, lengths_of
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern

Choices = Mapping[tuple[str, ...], str]

_PLAIN = {
    "text": "str", "email": "str", "url": "str", "slug": "str", "password": "str", "integer": "int",
    "decimal": "Decimal", "boolean": "bool", "date": "dt.date", "datetime": "dt.datetime", "uuid": "UUID",
    "json": "Json",
}  # fmt: skip


class Typing:
    """Spells types. ``keys``: entity -> type of its key; ``choices``: members of a choice -> its enumeration."""

    def __init__(self, keys: Mapping[str, Type], choices: Choices) -> None:
        self.keys = keys
        self.choices = choices

    def plain(self, kind: Type) -> str:
        """The Python type of a value, e.g. ``Decimal`` or ``list[UUID]``."""
        match kind:
            case Scalar():
                return _PLAIN[kind.name]
            case Choice():
                return self.choices[tuple(member.name for member in kind.members)]
            case Reference():
                return self.plain(self.keys[kind.entity])
            case Many():
                return f"list[{self.plain(self.keys[kind.entity])}]"
            case ListOf():
                return f"list[{self.plain(kind.item)}]"

    def mapped(self, field: Field) -> str:
        """The annotation of a mapped column."""
        return _optional(self.plain(field.type), nullable=field.nullable)

    def shown(self, kind: Type, *, nullable: bool) -> str:
        """The annotation of a member of an answer."""
        if isinstance(kind, Scalar) and kind.name == "decimal" and (kind.scale is None or kind.precision is None):
            return _optional("AnyDecimal", nullable=nullable)
        if isinstance(kind, Scalar) and kind.name == "decimal":
            exact = _call("ExactDecimal", kind.precision, kind.scale)
            return _optional(f"Annotated[Decimal, {exact}]", nullable=nullable)
        if isinstance(kind, Scalar) and kind.name == "datetime":
            return _optional("Moment", nullable=nullable)
        return _optional(self.plain(kind), nullable=nullable)

    def computed(self, kind: Type, *, nullable: bool) -> str:
        """The annotation of a computed member of an answer: a number has to fit."""
        if isinstance(kind, Scalar) and kind.name == "integer":
            return _optional("Whole", nullable=nullable)
        if isinstance(kind, Scalar) and kind.name == "decimal" and None not in (kind.precision, kind.scale):
            exact = _call("ExactDecimal", kind.precision, kind.scale)
            return _optional(f"Annotated[Decimal, {exact}, WORKED_OUT]", nullable=nullable)
        return self.shown(kind, nullable=nullable)

    def given(self, item: Input) -> str:
        """The annotation of a member of a body."""
        return _optional(self._given(item.type, item.constraints), nullable=item.nullable)

    def _given(self, kind: Type, constraints: tuple[Constraint, ...]) -> str:
        match kind:
            case Scalar(name="text" | "password"):
                return self._text(kind, constraints)
            case Scalar(name="email" | "url" | "slug"):
                return self._special(kind, constraints)
            case Scalar(name="integer"):
                return f"Annotated[int, {_call('Field', strict=True, **integer_bounds_of(kind, constraints))}]"
            case Scalar(name="decimal"):
                bounds = {name: _Code(f'Decimal("{value}")') for name, value in bounds_of(constraints).items()}
                return f"Annotated[Decimal, {_call('ExactDecimal', kind.precision, kind.scale, **bounds)}]"
            case Scalar(name="date" | "datetime"):
                return self._time(kind, constraints)
            case Scalar(name="json"):
                return "Json"
            case Scalar():
                return {"boolean": "Boolean", "uuid": "Uuid"}[kind.name]
            case Choice():
                return self.plain(kind)
            case Reference():
                return self._given(self.keys[kind.entity], ())
            case Many():
                each = self._given(self.keys[kind.entity], ())
                length = lengths_of(constraints, 0, kind.max_items)
                field = _call("Field", **length, json_schema_extra=_UNIQUE_ITEMS)
                return f"Annotated[list[{each}], {field}, DISTINCT]"
            case ListOf():
                length = lengths_of(constraints, 0, kind.max_items)
                return f"Annotated[list[{self._given(kind.item, ())}], {_call('Field', **length)}]"

    def _text(self, kind: Scalar, constraints: tuple[Constraint, ...]) -> str:
        length = lengths_of(constraints, kind.min_length, kind.max_length)
        patterns = [c.regex for c in constraints if isinstance(c, Pattern)]
        shown: dict[str, object] = {"pattern": patterns[0]} if patterns else {"pattern": _Code("NO_NUL")}
        more = "".join(f", {_call('Field', pattern=regex)}" for regex in patterns[1:])
        return f"Annotated[str, {_call('Field', strict=True, **length, **shown)}{more}, STORABLE]"

    def _special(self, kind: Scalar, constraints: tuple[Constraint, ...]) -> str:
        name = {"email": "Email", "url": "Url", "slug": "Slug"}[kind.name]
        if not constraints:
            return name
        lengths = [c for c in constraints if isinstance(c, Length)]
        fields: list[str] = []
        if lengths:
            fields.append(_call("Field", **lengths_of(constraints, kind.min_length, kind.max_length)))
        fields.extend(_call("Field", pattern=c.regex) for c in constraints if isinstance(c, Pattern))
        return f"Annotated[{name}, {', '.join(fields)}]"

    def _time(self, kind: Scalar, constraints: tuple[Constraint, ...]) -> str:
        name = {"date": "Date", "datetime": "DateTime"}[kind.name]
        bounds = bounds_of(constraints)
        if not bounds:
            return name
        reader = f"dt.{kind.name}.fromisoformat"
        values = {key: _Code(f'{reader}("{value}")') for key, value in bounds.items()}
        return f"Annotated[{name}, {_call('Within', **values)}]"

    def asked(self, item: Input) -> tuple[str, str]:
        """The annotation and the default of a query parameter of a list that narrows by a field."""
        each = self._asked(item.type)
        return (f"tuple[{each}, ...]", "()") if item.repeated else (f"{each} | SkipJsonSchema[None]", "None")

    def _asked(self, kind: Type) -> str:
        match kind:
            case Reference():
                return self._asked(self.keys[kind.entity])
            case Scalar(name="integer"):
                return f"Annotated[int, {_call('Field', ge=kind.minimum, le=kind.maximum)}, INTEGER_TEXT]"
            case Scalar(name="boolean"):
                return "Annotated[bool, Field(strict=True), BOOLEAN_TEXT]"
            case Scalar(name="text" | "password"):
                return (
                    f"Annotated[str, {_call('Field', max_length=kind.max_length, pattern=_Code('NO_NUL'))}, STORABLE]"
                )
            case _:
                return self._given(kind, ())

    def column(self, kind: Type) -> str:
        """The column's type as the models spell it."""
        match kind:
            case Scalar(name="text" | "email" | "url" | "slug"):
                return _call("words", kind.max_length)
            case Scalar(name="password"):
                return _call("words", 300)
            case Scalar(name="decimal"):
                return _call("Numeric", kind.precision, kind.scale)
            case Scalar(name="datetime"):
                return _call("DateTime", timezone=True)
            case Scalar(name="json"):
                return _call("JSONB", none_as_null=True)
            case Scalar():
                return _COLUMNS[kind.name]
            case Choice():
                return f"choice({self.plain(kind)})"
            case Reference():
                return self.column(self.keys[kind.entity])
            case ListOf():
                return _call("Items", _Code(self.plain(kind.item)))
            case Many():
                raise TypeError("a many list has a table of its own")

    def migrated(self, kind: Type) -> str:
        """The column's type as a migration spells it."""
        match kind:
            case Scalar(name="text" | "email" | "url" | "slug"):
                return _call("sa.String", length=kind.max_length, collation="C")
            case Scalar(name="password"):
                return _call("sa.String", length=300, collation="C")
            case Scalar(name="decimal"):
                return _call("sa.Numeric", precision=kind.precision, scale=kind.scale)
            case Scalar(name="datetime"):
                return _call("sa.DateTime", timezone=True)
            case Scalar(name="json"):
                return "JSONB()"
            case Scalar():
                return f"sa.{_COLUMNS[kind.name]}()"
            case Choice():
                return _call("sa.String", length=LONGEST_MEMBER)
            case Reference():
                return self.migrated(self.keys[kind.entity])
            case _:
                return "JSONB()"


LONGEST_MEMBER = 255
"""A column's room for the members of a choice, whatever they are called."""

_COLUMNS = {"integer": "BigInteger", "boolean": "Boolean", "date": "Date", "uuid": "Uuid", "json": "JSONB"}


class _Code(str):
    """Source that stands as it is."""

    __slots__ = ()


_UNIQUE_ITEMS = _Code('{"uniqueItems": True}')


def _call(function: str, *arguments: object, **keywords: object) -> str:
    """A call as source; keywords whose value is None are left out."""
    node = ast.Call(
        ast.parse(function, mode="eval").body,
        [_value(argument) for argument in arguments],
        [ast.keyword(name, _value(value)) for name, value in keywords.items() if value is not None],
    )
    return ast.unparse(ast.fix_missing_locations(node))


def _value(value: object) -> ast.expr:
    if isinstance(value, _Code):
        return ast.parse(value, mode="eval").body
    if isinstance(value, str | int | bool) or value is None:
        return ast.Constant(value)
    raise TypeError(f"{value!r} is no constant")


def _optional(annotation: str, *, nullable: bool) -> str:
    return f"{annotation} | None" if nullable else annotation
