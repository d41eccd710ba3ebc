"""Names of the spec as valid Python names that shadow nothing the application needs."""

import builtins
import hashlib
import keyword

from pydantic import BaseModel

from devmatrix.naming import class_name, snake_name, words

_TAKEN_ATTRIBUTES = (
    frozenset({"metadata", "registry", "query", "dt", "choice", "words", "relationship", "mapped_column", "left_out"})
    | frozenset({"annotations", "awaitable_attrs", "l"})
    | frozenset(name for name in dir(BaseModel) if not name.startswith("__"))
    | frozenset({"str", "int", "bool", "float", "list", "tuple", "dict", "set", "bytes", "object", "type", "property"})
)
_TAKEN_MEMBERS = frozenset(dir(str)) | frozenset({"name", "value", "mro"})
_TAKEN_VARIABLES = frozenset(dir(builtins)) | frozenset(
    {"self", "session", "request", "response", "body", "query", "dt", "now", "today", "page", "service", "kept"}
    | {
        "found",
        "require",
        "ensure",
        "changed",
        "present",
        "referred",
        "referred_all",
        "finish",
        "settle",
        "clock_of",
        "absent",
        "as_it_is",
    }
    | {"at_least", "at_most", "average", "contains", "days", "different", "duration", "ends_with", "equal"}
    | {"exact_sum", "greatest", "greatest_of", "hashed", "hours", "least", "least_of", "length", "less"}
    | {"lower_ascii", "matches", "minus", "minutes", "more", "negative", "plus", "quotient", "remainder", "rounded"}
    | {"rounded_or_none", "starts_with", "times", "timestamp", "upper_ascii", "whole", "whole_quotient", "whole_sum"}
    | {"in_order", "l"}
)
_TAKEN_FUNCTIONS = frozenset(dir(builtins)) | frozenset(
    {"dt", "finds", "refusals", "in_race", "in_reading", "in_transaction", "quote", "router", "session"}
)
_TAKEN_PARAMETERS = (
    _TAKEN_VARIABLES
    | _TAKEN_FUNCTIONS
    | frozenset(
        {
            "aliased",
            "any_of",
            "case",
            "cast",
            "conditions",
            "containing",
            "false",
            "func",
            "literal",
            "null",
            "ordering",
            "page_after",
        }
        | {"answer", "row", "select", "true"}
    )
)
_TAKEN_LOADERS = frozenset(
    {"name", "entity", "path", "path_types", "shown", "default_order", "session", "has", "row", "page", "generates"}
    | {"locks", "place", "lock", "lock_many", "add", "delete", "delete_all"}
)
_TAKEN_MODULES = frozenset({"base", "keys", "races", "reading"})
TAKEN_CLASSES = frozenset(
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
        "Body",
        "BOOLEAN_TEXT",
        "Column",
        "DISTINCT",
        "INTEGER_KEY",
        "INTEGER_TEXT",
        "LOCATION",
        "NO_NUL",
        "SkipJsonSchema",
        "STORABLE",
        "TEXT_KEY",
        "TYPE_CHECKING",
        "UUID_KEY",
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
    return _apart(name, _TAKEN_ATTRIBUTES, prefix="model_")


def variable(name: str) -> str:
    """A name of a flow as a local variable: keywords, builtins and names of the service get an underscore."""
    return _apart(name, _TAKEN_VARIABLES)


def function(name: str) -> str:
    """An operation as a function: keywords, builtins and names that routes import get an underscore."""
    return _apart(name, _TAKEN_FUNCTIONS)


def parameter(name: str) -> str:
    """A parameter of a path as an argument: names of routes, services and queries get an underscore."""
    return _apart(name, _TAKEN_PARAMETERS)


def member(name: str) -> str:
    """A member of a choice as a member of an enumeration: keywords and methods of texts get an underscore."""
    plain = name.rstrip("_")
    return f"{name}_" if keyword.iskeyword(plain) or plain in _TAKEN_MEMBERS else name


def loader(name: str) -> str:
    """A list as an attribute of its repository: what repositories have already gets an underscore."""
    return _apart(attribute(name), _TAKEN_LOADERS, prefix="list_")


def _apart(name: str, taken: frozenset[str], *, prefix: str = "_") -> str:
    """The name in small letters, apart from what is taken; two names never become one.

    ``taken`` gets an underscore, and so does what ends in one; ``unitPrice`` becomes ``unit_price_``.
    """
    small = snake_name(name) if name != name.lower() else name.strip("_")
    owned = keyword.iskeyword(small) or small in taken or name.startswith(("_", prefix))
    if name == name.lower():
        return f"{name.lstrip('_')}_" if owned or name.endswith("_") else name
    if not owned and "_" not in name and name[0].islower() and class_name(name)[1:] == name[1:]:
        return f"{small}_"
    return f"{small}_{hashlib.sha256(name.encode()).hexdigest()[:6]}_"


def class_of(name: str) -> str:
    """An entity's name as a class: names that the application imports get a suffix."""
    return f"{name}Row" if name in TAKEN_CLASSES or keyword.iskeyword(name) else name


def label(name: str) -> str:
    """A name as words, e.g. ``cart item``."""
    return " ".join(words(name))


def module(name: str) -> str:
    """The module of an entity, e.g. ``cart_item``."""
    spelled = "_".join(words(name))
    return f"{spelled}_" if keyword.iskeyword(spelled) or spelled in _TAKEN_MODULES else spelled


def identifier(*parts: str) -> str:
    """A name for the database, at most 63 bytes; longer ones end in a digest of the whole."""
    whole = "_".join(parts)
    if len(whole) <= 63:
        return whole
    return f"{whole[:54]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
