"""Whole specs out of the catalogue's examples: a frame that says the rest, and the example in its place."""

from devmatrix.diagnostics.catalogue_ir import Entry

FRAME = """# Storeroom

{settings}## Entities

### Box

| field  | type               | rules          |
|--------|--------------------|----------------|
| name   | text(200)          | required       |
| weight | decimal(10,2)      | required, > 0  |
| count  | integer            | required, >= 0 |
| lost   | integer            |                |
| state  | one of FULL, EMPTY | default FULL   |
| secret | password           |                |

### Shelf

| field | type    | rules        |
|-------|---------|--------------|
| open  | boolean | default true |
| until | date    |              |

### Slot (part of Shelf as slots)

| field  | type    | rules          |
|--------|---------|----------------|
| box    | -> Box  | required       |
| amount | integer | required, >= 1 |
{entities}{endpoints}{flows}"""
"""The application that examples stand in."""

_FLOW_HEAD = "\n## Flows\n\n### Try\n`POST /shelves/{id}/try` on `shelf: Shelf`, answers 200 with `shelf`\n\n"
_TABLE_HEAD = "\n### Thing\n\n| field | type | rules |\n|---|---|---|\n"
_ENDPOINT_HEAD = "\n## Endpoints\n\n| endpoint | does |\n|---|---|\n| GET /boxes | list Box |\n"


def spec_of(entry: Entry) -> str:
    """The example of a code as a whole spec."""
    text = entry.example + "\n"
    parts = dict.fromkeys(("settings", "entities", "endpoints", "flows"), "")
    match entry.place:
        case "whole":
            return text
        case "setting":
            parts["settings"] = f"## Settings\n\n{text}\n"
        case "entity":
            parts["entities"] = f"\n{text}"
        case "field":
            parts["entities"] = _TABLE_HEAD + text
        case "option":
            parts["entities"] = f"{_TABLE_HEAD}| size | integer | |\n| state | one of NEW, DONE | |\n\n{text}"
        case "endpoint":
            parts["endpoints"] = _ENDPOINT_HEAD + text
        case "flow":
            parts["flows"] = f"\n## Flows\n\n{text}"
        case "statement":
            parts["flows"] = _FLOW_HEAD + text
        case place:
            raise ValueError(f"{entry.code} stands nowhere: {place!r}")
    return FRAME.format(**parts)
