"""Names of the spec as valid Python names that shadow nothing the application needs."""

import builtins
import hashlib
import keyword

from pydantic import BaseModel

from devmatrix.naming import words

_TAKEN_ATTRIBUTES = (
    frozenset({"metadata", "registry", "query", "dt", "choice", "words", "relationship", "mapped_column"})
    | frozenset({"annotations", "awaitable_attrs", "l", "I", "O"})
    | frozenset(name for name in dir(BaseModel) if not name.startswith("__"))
    | frozenset({"str", "int", "bool", "float", "list", "tuple", "dict", "set", "bytes", "object", "type", "property"})
)
_TAKEN_MEMBERS = frozenset(dir(str)) | frozenset({"name", "value", "mro"})
_TAKEN_VARIABLES = frozenset(dir(builtins)) | frozenset(
    {"self", "session", "request", "response", "body", "query", "dt", "now", "today", "page", "service", "kept"}
    | {"found", "require", "ensure", "changed", "present", "referred", "referred_all", "finish", "clock_of", "absent"}
    | {"at_least", "at_most", "average", "contains", "days", "different", "duration", "ends_with", "equal"}
    | {"exact_sum", "greatest", "greatest_of", "hashed", "hours", "least", "least_of", "length", "less"}
    | {"lower_ascii", "matches", "minus", "minutes", "more", "negative", "plus", "quotient", "remainder", "rounded"}
    | {"rounded_or_none", "starts_with", "times", "timestamp", "upper_ascii", "whole_quotient", "whole_sum"}
    | {"l", "I", "O"}
)
_TAKEN_CLASSES = frozenset(
    [
        "Annotated",
        "TextKey",
        "IntegerKey",
        "Within",
        "AnyDecimal",
        "Moment",
        "Json",
        "Items",
        "Any",
        "Base",
        "BigInteger",
        "Boolean",
        "Cause",
        "CheckConstraint",
        "Clock",
        "Collection",
        "Conditions",
        "Database",
        "Date",
        "DateTime",
        "Decimal",
        "Depends",
        "Email",
        "Enum",
        "ExactDecimal",
        "Field",
        "ForeignKey",
        "ForeignKeyConstraint",
        "Identity",
        "Index",
        "Input",
        "Integer",
        "Iterable",
        "Iterator",
        "JSONB",
        "Mapped",
        "Mapping",
        "None",
        "False",
        "True",
        "NoInput",
        "Numeric",
        "Output",
        "Page",
        "PageQuery",
        "Path",
        "Problem",
        "Query",
        "Refused",
        "Repository",
        "Request",
        "Response",
        "Route",
        "Router",
        "Sequence",
        "Settings",
        "Slug",
        "StrEnum",
        "String",
        "Table",
        "TAKES_NO_INPUT",
        "Text",
        "Timestamped",
        "TypeVar",
        "Url",
        "Uuid",
        "UUID",
        "UniqueConstraint",
        "Violation",
        "AsyncSession",
        "APIRouter",
        "Health",
        "Location",
        "Select",
    ]
)


def attribute(name: str) -> str:
    """A field's name as an attribute of a model: keywords and names that the models own get an underscore."""
    taken = keyword.iskeyword(name) or name in _TAKEN_ATTRIBUTES or name.startswith(("_", "model_"))
    return f"{name.lstrip('_') or 'field'}_" if taken else name


def variable(name: str) -> str:
    """A name of a flow as a local variable: keywords, builtins and names of the service get an underscore."""
    taken = keyword.iskeyword(name) or name in _TAKEN_VARIABLES or name.startswith("_")
    return f"{name.lstrip('_') or 'value'}_" if taken else name


def member(name: str) -> str:
    """A member of a choice as a member of an enumeration: keywords and methods of texts get an underscore."""
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN_MEMBERS or name.startswith("_") else name


def class_of(name: str) -> str:
    """An entity's name as a class: names that the application imports get a suffix."""
    return f"{name}Row" if name in _TAKEN_CLASSES or keyword.iskeyword(name) else name


def label(name: str) -> str:
    """A name as words, e.g. ``cart item``."""
    return " ".join(words(name))


def module(name: str) -> str:
    """The module of an entity, e.g. ``cart_item``."""
    return variable("_".join(words(name)))


def identifier(*parts: str) -> str:
    """A name for the database, at most 63 bytes; longer ones end in a digest of the whole."""
    whole = "_".join(parts)
    if len(whole) <= 63:
        return whole
    return f"{whole[:54]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
