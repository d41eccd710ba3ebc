"""Where deleted rows are kept, scenarios look for each that went: what it held, its links and its time."""

from functools import lru_cache

from devmatrix.artifacts.scenarios import DatabaseCheck, ScenarioSuite
from devmatrix.artifacts.terms import Near
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios

SPEC = """# Boxes

## Settings

- deletes: archived

## Entities

### Deleted row
- table: deleted_rows

| field | type | rules |
|---|---|---|
| name | text(40) | required |

### Box

| field | type | rules |
|---|---|---|
| name | text(40) | required |
| marks | many Mark | |
| state | one of OPEN, SHUT | default OPEN |

### Mark

| field | type | rules |
|---|---|---|
| name | text(40) | required |

### Item (part of Box as items)

| field | type | rules |
|---|---|---|
| mark | -> Mark | clears |
| amount | integer | required |

## Flows

### Scrap
`POST /boxes/{id}/scrap` on `box: Box`

- sets `box.state = SHUT`
- deletes `box`
""".replace("### Deleted row", "### DeletedRow")


@lru_cache
def suite(deletes: str) -> ScenarioSuite:
    """The scenarios of the boxes."""
    application, findings = read_spec(SPEC.replace("archived", deletes), "boxes.md")
    assert application is not None, findings
    return derive_scenarios(refine(application))


def archived(scenario: str, deletes: str = "archived") -> list[DatabaseCheck]:
    """What a scenario looks for in the archive."""
    steps = [step for found in suite(deletes).scenarios if found.id == scenario for step in found.steps]
    assert steps
    return [step for step in steps if isinstance(step, DatabaseCheck) and step.archive is not None]


def test_every_row_that_goes_is_looked_for() -> None:
    """Under its key, with all that can be known of it, and a time close to now; the archive's name is its own."""
    found = archived("delete_box/happy")
    assert {check.archive for check in found} == {("public", "deleted_rows_")}
    (box,) = (check for check in found if check.table == "boxes")
    assert [item.column for item in box.where] == ["id"]
    assert box.columns == ("id", "name", "state")
    assert [(len(row), row[-1]) for row in box.expected] == [(4, Near())]
    assert not any(scenario.alone for scenario in suite("archived").scenarios if scenario.id == "delete_box/happy")


def test_rows_that_go_along_and_links_are_looked_for() -> None:
    """Parts of the row, and its places in lists."""
    consequences = {s.id for s in suite("archived").scenarios if s.operation == "operation:delete_box"}
    tables = {check.table for name in consequences for check in archived(name)}
    assert tables == {"boxes", "items"}
    went = {s.id for s in suite("archived").scenarios if s.operation == "operation:delete_mark"}
    assert {check.table for name in went for check in archived(name)} == {"marks", "boxes_marks"}


def test_what_the_call_changed_first_is_left_open() -> None:
    """A value that was set before its row went may be kept either way."""
    (box,) = (check for check in archived("scrap/happy") if check.table == "boxes")
    assert box.columns == ("id", "name")


def test_where_rows_are_gone_nobody_looks_for_them() -> None:
    """The same scenarios, without the archive."""
    assert archived("delete_box/happy", "hard") == []
    assert {s.id for s in suite("hard").scenarios} == {s.id for s in suite("archived").scenarios}
    assert suite("archived").tables[0] == '"public"."deleted_rows_"'
    assert '"public"."deleted_rows_"' not in suite("hard").tables
