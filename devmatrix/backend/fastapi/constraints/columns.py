"""The checks that hold a column's values, as SQL."""

from devmatrix.backend.fastapi.limits import bounds_of, integer_bounds_of, lengths_of
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Choice, Scalar
from devmatrix.ir.validation import Constraint, Pattern


def checks(field: Field) -> tuple[tuple[str, str], ...]:
    """(suffix, SQL) of the checks that hold a field's values."""
    column = quoted(field.column or field.name)
    found: list[tuple[str, str]] = []
    match field.type:
        case Choice():
            members = ", ".join(literal(member.name) for member in field.type.members)
            found.append(("choice", f"{column} IN ({members})"))
        case Scalar(name="integer"):
            found.append(("range", _integer_check(column, field.type, field.constraints)))
        case Scalar(name="decimal" | "date" | "datetime"):
            found.extend(("range", text) for text in _range_checks(column, field.type, field.constraints))
        case Scalar(name="text" | "email" | "url" | "slug"):
            least = lengths_of(field.constraints, field.type.min_length, None)["min_length"]
            if least:
                found.append(("length", f"char_length({column}) >= {least}"))
            most = lengths_of(field.constraints, None, field.type.max_length)["max_length"]
            if most is not None and most != field.type.max_length:
                found.append(("most", f"char_length({column}) <= {most}"))
        case _:
            pass
    found.extend(
        ("pattern", f"{column} ~ {literal(constraint.regex)}")
        for constraint in field.constraints
        if isinstance(constraint, Pattern)
    )
    return tuple(found)


def _integer_check(column: str, kind: Scalar, constraints: tuple[Constraint, ...]) -> str:
    bounds = {name: int(str(value)) for name, value in integer_bounds_of(kind, constraints).items()}
    low = bounds.get("ge", bounds.get("gt", -1) + 1)
    high = bounds.get("le", bounds.get("lt", 1) - 1)
    return f"{column} BETWEEN {low} AND {high}"


def _range_checks(column: str, kind: Scalar, constraints: tuple[Constraint, ...]) -> list[str]:
    operators = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
    parts = []
    for name, value in bounds_of(constraints).items():
        shown = (
            value if kind.name == "decimal" else f"{'DATE' if kind.name == 'date' else 'TIMESTAMPTZ'} {literal(value)}"
        )
        parts.append(f"{column} {operators[name]} {shown}")
    return [" AND ".join(parts)] if parts else []


def literal(text: str) -> str:
    """A text as an SQL literal."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def quoted(name: str) -> str:
    """A column as SQL: quoted where SQL would read it as something else."""
    return name if name.isidentifier() and name.islower() and name not in _RESERVED else f'"{name}"'


_RESERVED = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "between",
        "binary",
        "both",
        "case",
        "cast",
        "check",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "false",
        "fetch",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "group",
        "having",
        "ilike",
        "in",
        "initially",
        "inner",
        "intersect",
        "into",
        "is",
        "isnull",
        "join",
        "lateral",
        "leading",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "natural",
        "not",
        "notnull",
        "null",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "outer",
        "overlaps",
        "placing",
        "primary",
        "references",
        "returning",
        "right",
        "select",
        "session_user",
        "similar",
        "some",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "variadic",
        "verbose",
        "when",
        "where",
        "window",
        "with",
    ]
)
