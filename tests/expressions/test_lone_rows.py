"""Which operations touch a single row and read no other is decided by structure."""

from pathlib import Path

import pytest

from devmatrix.expressions.lone_rows import may_be_overtaken, touches_one_row
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine

ROOT = Path(__file__).parents[2]
CORNER = ROOT / "tests" / "behaviour" / "corners" / "variants.md"
SPEC = """# Shop

## Settings

- locking: optimistic

## Entities

### Shelf

| field | type | rules |
|---|---|---|
| name | text(20) | required |
| room | integer | required |
{options}

### Box

| field | type | rules |
|---|---|---|
| shelf | -> Shelf | {rules} |
| size | integer | required |
{box}

## Flows

### Work
`POST /{place}/{{id}}/work` on `{variable}: {entity}`, answers 200 with `{variable}`

{flow}
"""


def read(text: str) -> ApplicationIR:
    """The typed application of a text."""
    application, findings = read_spec(text, "shop.md")
    assert application is not None, [finding.render() for finding in findings]
    return refine(application)


def work(flow: str, *, on: str = "Shelf", options: str = "", rules: str = "required", box: str = "") -> bool:
    """Whether the flow of a shop with these parts touches one row."""
    place, variable = {"Shelf": ("shelves", "shelf"), "Box": ("boxes", "box")}[on]
    parts = {"options": options, "rules": rules, "box": box, "flow": flow}
    application = read(SPEC.format(place=place, variable=variable, entity=on, **parts))
    found = next(operation for operation in application.api.operations if operation.wire == "work")
    assert may_be_overtaken(application, found) == touches_one_row(application, found)
    return touches_one_row(application, found)


@pytest.mark.parametrize(
    "flow",
    [
        "- sets `shelf.room += 1`",
        '- requires `shelf.room > 0` else 409 "full"\n- let `n = shelf.room - 1`\n- sets `shelf.room = n`',
        "- when `shelf.room > 3`\n  - sets `shelf.room = 0`\n- otherwise\n  - sets `shelf.room = 1`",
        "- sets `shelf.room += 1`\n- ensures `shelf.room == old(shelf.room) + 1`",
    ],
)
def test_one_row_is_enough(flow: str) -> None:
    """Conditions and effects of the row of the path alone."""
    assert work(flow)


@pytest.mark.parametrize(
    ("flow", "parts"),
    [
        ('- requires `shelf.room > 0` else 409 "full"', {}),
        ("- creates `made: Shelf` with `name = shelf.name`, `room = 1`\n- sets `shelf.room = 1`", {}),
        ("- takes `box_id: uuid, required`\n- with `box: Box` by `box_id`\n- sets `shelf.room = box.size`", {}),
        ("- sets `box.size = box.shelf.room`", {"on": "Box"}),
        ('- requires `box.shelf.room > 0` else 409 "full"\n- sets `box.size = 1`', {"on": "Box"}),
        ("- sets `box.shelf.room = 1`", {"on": "Box"}),
        ("- sets `box.size = 1`", {"on": "Box", "rules": "clears"}),
        ("- sets `box.size = 1`", {"on": "Box", "rules": "required, deletes with it"}),
        ("- sets `box.size = 1`", {"on": "Box", "box": '\n- rule: `size <= shelf.room` else "no room"'}),
        ("- sets `shelf.room = 1`", {"box": '\n- rule: `size <= shelf.room` else "no room"'}),
        (
            "- sets `shelf.room = shelf.held`",
            {"options": "| held | integer | computed `size(likes)` |\n| likes | many Box | |"},
        ),
    ],
)
def test_other_rows_count(flow: str, parts: dict[str, str]) -> None:
    """Nothing is written, another row is read or written, or another one's fate hangs on it."""
    assert not work(flow, **parts)


def test_the_corner_has_both_kinds() -> None:
    """Rows that are part of others, and operations that bind rows, keep their locks."""
    application = read(CORNER.read_text())
    alone = {operation.wire for operation in application.api.operations if may_be_overtaken(application, operation)}
    locked = {operation.wire for operation in application.api.operations if operation.method != "GET"} - alone
    assert {"advance", "shut", "mark", "unmark", "scrap", "update_meter", "delete_meter", "delete_dial"} <= alone
    assert {"pour", "create_meter", "update_dial", "update_slot", "delete_slot"} <= locked


def test_locks_are_the_default() -> None:
    """Without the setting nothing is overtaken, whatever the structure."""
    application = read(CORNER.read_text().replace("- locking: optimistic\n", ""))
    touching = [operation for operation in application.api.operations if touches_one_row(application, operation)]
    assert touching
    assert not any(may_be_overtaken(application, operation) for operation in touching)
