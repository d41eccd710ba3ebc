"""The only ways in which a user's text enters a file, each safe for one kind of place."""

import json
import math
import re
from collections.abc import Callable, Mapping

from patternbank.values import Json

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|\r")
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


class UserText(str):
    """A text of the user: a template may print it through a filter only."""

    __slots__ = ()


def literal(value: Json) -> str:
    """Write a JSON value as a Python literal, on one line."""
    match value:
        case None | bool() | int():
            return repr(value)
        case str():
            return repr(str(value))
        case float() if math.isfinite(value):
            return repr(value)
        case Mapping():
            return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(literal(item) for item in value) + "]"
    raise ValueError(f"{type(value).__name__} has no literal")


def docstring(value: str) -> str:
    """Make a text safe between triple double quotes; line breaks stay, control characters are escaped."""
    text = str(value).replace("\r\n", "\n").replace("\\", "\\\\")
    text = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
    text = text.replace('"""', '\\"\\"\\"').strip()
    return text[:-1] + '\\"' if text.endswith('"') else text


def comment(value: str) -> str:
    """Make a text safe after a comment sign: one line, without control characters."""
    return " ".join(_UNSEEN.sub(" ", str(value)).split())


def quoted(value: Json) -> str:
    """Write a JSON value so that JSON, YAML and TOML read it alike; a text gets double quotes."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}" if ord(found[0]) < 0xD800 else "\ufffd", text)


def markdown(value: str) -> str:
    """Make a text safe in a line of Markdown: it is shown as it is, and marks nothing up."""
    return _MARKS.sub(r"\\\1", comment(value))


FILTERS: dict[str, Callable[..., str]] = {
    "comment": comment,
    "docstring": docstring,
    "literal": literal,
    "markdown": markdown,
    "quoted": quoted,
}
