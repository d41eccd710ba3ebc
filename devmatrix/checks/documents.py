"""Whether two OpenAPI documents say the same: paths, parameters, bodies, bounds and statuses."""

from collections.abc import Iterator, Mapping
from typing import Any

WORDS = frozenset({"title", "description", "summary", "tags", "example", "examples"})


def document_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """Each place where the documents differ, ours first; words, titles and names of schemas do not count."""
    paths = sorted({*ours["paths"], *theirs["paths"]})
    found: list[str] = []
    for path in paths:
        one = {m: _operation(ours, o) for m, o in ours["paths"].get(path, {}).items()}
        other = {m: _operation(theirs, o) for m, o in theirs["paths"].get(path, {}).items()}
        found.extend(_compare(one, other, path))
    return tuple(found)


def _operation(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    plain = dict(operation)
    parameters = plain.pop("parameters", [])
    plain["parameters"] = {f"{p['in']}:{p['name']}": p for p in parameters}
    return _plain(document, plain, ())


def _plain(document: Mapping[str, Any], value: Any, trail: tuple[str, ...], *, named: bool = False) -> Any:
    if isinstance(value, Mapping):
        if "$ref" in value:
            name = value["$ref"].rsplit("/", 1)[1]
            if name in trail:
                return {"recursive": True}
            beside = {key: item for key, item in value.items() if key != "$ref"}
            return _plain(document, {**document["components"]["schemas"][name], **beside}, (*trail, name))
        return _object(document, value, trail, named=named)
    if isinstance(value, list):
        items = [_plain(document, item, trail) for item in value]
        return sorted(items, key=repr) if all(isinstance(item, str) for item in items) else items
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _object(document: Mapping[str, Any], value: Mapping[str, Any], trail: tuple[str, ...], *, named: bool) -> Any:
    kept = {
        key: _plain(document, item, trail, named=key in ("properties", "parameters", "headers"))
        for key, item in value.items()
        if named or key not in WORDS
    }
    if not named and kept.get("required") is False:
        kept.pop("required")
    return kept


def _compare(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if key not in one:
                yield f"{place}/{key}: only the application says {other[key]!r}"[:400]
            elif key not in other:
                yield f"{place}/{key}: only openapi.json says {one[key]!r}"[:400]
            else:
                yield from _compare(one[key], other[key], f"{place}/{key}")
    elif one != other:
        yield f"{place}: openapi.json says {one!r}, the application {other!r}"[:400]
