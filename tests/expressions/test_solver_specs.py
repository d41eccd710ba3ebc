"""Whole specs: every goal of every operation is met as the model says, or excluded with a reason."""

from pathlib import Path

import pytest

from devmatrix.expressions.situations import Situation
from devmatrix.expressions.solver import Break, Goal, Succeed, Unreachable, boundaries, branches, breakable, solve
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import walk_statements
from devmatrix.passes import refine
from tests.expressions.solver_play import SUCCESS, outcome

SPECS = sorted((Path(__file__).parents[2] / "seeds" / "specs").glob("*.md"))

ODD = """# Odd things

Lists of values, client-given keys, rows that refer to each other, and instants.

## Entities

### Region
- key: code

| field  | type      | rules                            |
|--------|-----------|----------------------------------|
| code   | text(8)   | required, matches /^[A-Z]{2,8}$/ |
| parent | -> Region | clears                           |
| quota  | integer   | default 3, >= 0                  |

### Tag

| field | type    | rules            |
|-------|---------|------------------|
| name  | slug    | required, unique |
| heat  | integer | default 0        |

### Box

| field  | type                  | rules                   |
|--------|-----------------------|-------------------------|
| region | -> Region             | required                |
| label  | text(30)              | required, length 3..30  |
| tags   | many Tag              |                         |
| colors | list of text(10)      | length 1..4             |
| opened | datetime              |                         |
| stage  | one of NEW, FULL, GONE | default NEW            |
| weight | decimal(8,3)          | >= 0                    |
| best   | integer               | computed `size(slots)`  |

- states: stage: NEW -> FULL -> GONE; FULL -> NEW
- rule: `stage != GONE || size(slots) == 0` else "gone boxes are empty"
- rule: `weight == null || weight < 1000` else "too heavy"

### Slot (part of Box as slots)

| field  | type         | rules                      |
|--------|--------------|----------------------------|
| number | integer      | required, between 1 and 99 |
| holds  | -> Slot      | clears                     |
| worth  | decimal(6,2) |                            |

- unique: box, number

## Flows

### Age out
`POST /boxes/{id}/age-out` on `box: Box`, answers 200 with `box`

- requires `now() - box.created_at > days(30)` else 409 "too young"
- sets `box.opened = now()`

### Fill
`POST /boxes/{id}/fill` on `box: Box`, answers 200 with `box`

- takes `number: integer, required, >= 1, <= 99`, `worth: decimal(6,2)`
- requires `size(box.slots) < box.region.quota` else 409 "full"
- requires `box.slots.all(s, s.number < number)` else 409 "number too low"
- creates `slot: Slot` with `box = box`, `number = number`, `worth = worth`
- when `avg(box.slots.map(s, s.worth)) > 10.5`
  - sets `box.stage = FULL`

### Tag it
`POST /boxes/{id}/tag` on `box: Box`, answers 200 with `box`

- takes `tag_id: uuid, required`
- with `tag: Tag` by `tag_id`
- requires `!(tag in box.tags)` else 409 "tagged"
- requires `box.tags.filter(t, t.heat > 0).all(t, t.heat + tag.heat <= 10)` else 409 "too hot"
- adds `tag` to `box.tags`
- ensures `size(box.tags) == old(size(box.tags)) + 1`

### Merge
`POST /merges`

- takes `from_id: uuid, required`, `to_id: uuid, required`
- with `source: Box` by `from_id`
- with `target: Box` by `to_id`
- requires `source != target` else 409 "the same"
- requires `source.region == target.region || source.region.parent == target.region` else 409 "too far"
- let `moved = sum(source.slots.map(s, s.number))`
- for each `slot` in `source.slots.filter(s, s.number > 5)`
  - sets `slot.number -= 5`
- requires `min(source.slots.map(s, s.number)) >= 1` else 409 "nothing left"
- ensures `sum(source.slots.map(s, s.number)) <= moved`

### Label it
`POST /boxes/{id}/label` on `box: Box`, answers 200 with `box`

- takes `label: text(40), required`
- requires `label.startsWith(box.region.code)` else 409 "wrong start"
- requires `"red" in box.colors` else 409 "not red"
- sets `box.label = label`

### Wipe
`DELETE /boxes/{id}/slots` on `box: Box`, answers 204

- deletes `box.slots.filter(s, s.worth == null || s.worth / 4 < 1.1)`
- ensures `box.slots.all(s, s.worth >= 4.4)`
"""


def application(text: str, name: str) -> ApplicationIR:
    """The application of a spec."""
    found, diagnostics = read_spec(text, name)
    assert found is not None, [diagnostic.render() for diagnostic in diagnostics]
    return refine(found)


def goals(of: ApplicationIR, operation: str) -> list[Goal]:
    """Everything that may be asked about an operation."""
    found: list[Goal] = [Succeed(), *breakable(of, operation), *branches(of, operation)]
    for statement in walk_statements(of.statements(of.operation(operation))):
        if statement.kind in ("require", "when"):
            found += boundaries(of, operation, statement.id)
    return found


def confirm(of: ApplicationIR) -> tuple[int, list[Unreachable]]:
    """How many goals were met, and what was excluded; each met as the model says."""
    met, excluded = 0, []
    for operation in of.api.operations:
        for goal in goals(of, operation.id):
            found = solve(of, operation.id, goal)
            if isinstance(found, Unreachable):
                excluded.append(found)
                continue
            assert isinstance(found, Situation), (goal, found)
            ended = outcome(of, found)
            met += 1
            if isinstance(goal, Break):
                assert ended == goal.key, goal
            elif isinstance(goal, Succeed):
                assert ended == SUCCESS, goal
    return met, excluded


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_shipped_specs(spec: Path) -> None:
    """Each goal of the shipped examples has a situation, or nodes that exclude it."""
    met, excluded = confirm(application(spec.read_text(encoding="utf-8"), spec.name))
    assert met > 0
    assert all(found.implied_by for found in excluded)


def test_odd_things() -> None:
    """Lists of values, client-given keys, circles of references, instants and averages."""
    met, _ = confirm(application(ODD, "odd.md"))
    assert met > 80


def test_long_lists_are_honest() -> None:
    """A length beyond what is tried is unsolved, never called unreachable."""
    text = ODD.replace("size(box.slots) < box.region.quota", "size(box.slots) < 500")
    of = application(text, "odd.md")
    operation = next(item.id for item in of.api.operations if item.wire == "fill")
    key = next(item.id for item in of.statements(of.operation(operation)) if item.kind == "require")
    found = solve(of, operation, Break(key=key))
    assert not isinstance(found, Situation | Unreachable)
    assert "60 rows" in found.reason
