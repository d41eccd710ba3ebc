"""Bound the texts that are keys, so that every row has an address.

Before: ``key: code`` takes any text
After:  it takes what can stand alone between two slashes: no slash, not points alone, not nothing
"""

import re

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Scalar
from devmatrix.ir.validation import Length, Pattern

ADDRESSABLE = r"^[^/]*[^/.][^/]*$"
"""No slash, and not points alone."""
_PLAIN = re.compile(r"\^(?:(?:\[(?:\w-\w|\w|:)+-?\]|[\w:@!-])(?:\{\d+(?:,\d*)?\}|[+*?])?)+\$", re.ASCII)
"""Anchored patterns of letters, digits and a few signs, none of which an address changes."""


def bound_keys(application: ApplicationIR) -> ApplicationIR:
    """Keys that clients give and that travel in paths as texts."""
    entities = tuple(_with_key(entity) for entity in application.domain.entities)
    return application.model_copy(update={"domain": application.domain.model_copy(update={"entities": entities})})


def _with_key(entity: Entity) -> Entity:
    key = entity.key_field
    if entity.external or entity.key.generated is not None or not _is_open(key):
        return entity
    bound = Pattern(id=f"{key.id}/pattern:address", regex=ADDRESSABLE, span=key.span)
    changed = key.model_copy(update={"constraints": (*key.constraints, bound)})
    fields = tuple(changed if field.name == key.name else field for field in entity.fields)
    return entity.model_copy(update={"fields": fields})


def _is_open(key: Field) -> bool:
    """Whether a text that is no address may be a key."""
    if not isinstance(key.type, Scalar) or key.type.name not in ("text", "email"):
        return False
    patterns = [item.regex for item in key.constraints if isinstance(item, Pattern)]
    if ADDRESSABLE in patterns:
        return False
    filled = any(isinstance(item, Length) and item.minimum > 0 for item in key.constraints)
    return not any(_PLAIN.fullmatch(regex) and (filled or not re.search(regex, "")) for regex in patterns)
