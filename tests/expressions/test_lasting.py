"""Which answers change by a write of the application alone is decided by structure."""

import pytest

from devmatrix.expressions.lasting import answer_lasts
from devmatrix.frontend import read_spec
from devmatrix.passes import refine

SPEC = """# Shop

## Entities

### Town (external, table towns)
- people: integer, required

### Shelf
- room: integer, required
- town: -> Town
- since: date, required
{shelf}

### Box (part of Shelf as boxes)
- size: integer, required
- twice: integer, computed `size * 2`
{box}
"""


def lasting(*, shelf: str = "", box: str = "") -> set[str]:
    """The operations of a shop with these fields whose answers last."""
    application, findings = read_spec(SPEC.format(shelf=shelf, box=box), "shop.md")
    assert application is not None, [finding.render() for finding in findings]
    refined = refine(application)
    return {operation.wire for operation in refined.api.operations if answer_lasts(refined, operation)}


def test_reads_of_own_rows_last() -> None:
    """Lists, writes and rows of others are something else."""
    assert lasting() == {"read_shelf", "read_box"}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"shelf": "- held: integer, computed `size(boxes)`"}, {"read_shelf", "read_box"}),
        ({"shelf": "- old: boolean, computed `since < today()`"}, {"read_box"}),
        ({"shelf": "- crowd: integer, computed `town == null ? 0 : town.people`"}, {"read_box"}),
        ({"shelf": "- crowd: boolean, computed `towns.exists(t, t.people > room)`\n- towns: many Town"}, {"read_box"}),
        ({"box": "- old: boolean, computed `shelf.since < today()`"}, {"read_shelf"}),
        ({"box": "- old: boolean, computed `shelf.old`", "shelf": "- old: boolean, computed `since < today()`"}, set()),
        ({"box": "- crowd: boolean, computed `shelf.town != null && shelf.town.people > size`"}, {"read_shelf"}),
    ],
)
def test_what_a_computed_field_reads_counts(fields: dict[str, str], left: set[str]) -> None:
    """The clock and rows of other services, by whatever way they are reached."""
    assert lasting(**fields) == left
