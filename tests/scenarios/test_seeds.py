"""Seeds keep the rules, whatever they ask of the rows that a row refers to."""

from devmatrix.artifacts.terms import Given
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.scenarios import derive_seeds

SPEC = """# Moves

## Entities

### Place

- name: text(40), required

### Move

- source: -> Place, required
- target: -> Place, required
- rule: `source != target` else "nothing moves"
"""


def test_two_references_that_must_differ() -> None:
    """Rows that are linked to the same row of everything would break such a rule."""
    application, findings = read_spec(SPEC, "moves.md")
    assert application is not None, findings
    rows = [row for row in derive_seeds(refine(application)) if row.table == "moves"]
    assert len(rows) == 2
    for row in rows:
        held = {item.column: item.value for item in row.values}
        assert isinstance(held["source_id"], Given)
        assert held["source_id"] != held["target_id"]
