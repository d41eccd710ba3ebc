"""Names of the spec as valid Python names that shadow nothing the application needs."""

import builtins
import keyword

_TAKEN_ATTRIBUTES = frozenset({"metadata", "registry", "query", "type_annotation_map"})
_TAKEN_MEMBERS = frozenset(
    name for base in (object, str) for name in dir(base) if not name.startswith("__")
) | frozenset({"name", "value", "mro"})
_TAKEN_VARIABLES = frozenset(dir(builtins)) | frozenset(
    {"self", "session", "request", "given", "dt", "uuid", "now", "today", "values"}
)


def attribute(name: str) -> str:
    """A field's name as an attribute of a model: keywords and names that the mapper owns get an underscore."""
    taken = keyword.iskeyword(name) or name in _TAKEN_ATTRIBUTES or name.startswith(("_", "model_"))
    return f"{name.lstrip('_') or 'field'}_" if taken else name


def variable(name: str) -> str:
    """A name of a flow as a local variable: keywords, builtins and names of the service get an underscore."""
    taken = keyword.iskeyword(name) or name in _TAKEN_VARIABLES or name.startswith("_")
    return f"{name.lstrip('_') or 'value'}_" if taken else name


def member(name: str) -> str:
    """A member of a choice as a member of an enumeration: keywords and methods of texts get an underscore."""
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN_MEMBERS or name.startswith("_") else name
