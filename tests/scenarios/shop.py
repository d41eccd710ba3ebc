"""A small application in the spec language, refined, for the tests of the model."""

from functools import lru_cache

from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine

SPEC = """# Depot

## Entities

### Tag
- key: code

| field | type     | rules                 |
|-------|----------|-----------------------|
| code  | text(20) | required, length 1..20 |

### Bin

| field  | type                  | rules                                |
|--------|-----------------------|--------------------------------------|
| label  | text(30)              | required, unique, length 1..30, searchable, sortable |
| room   | integer               | required, between 0 and 100, filterable, sortable |
| weight | decimal(8,2)          | default 1.50, sortable               |
| mode   | one of FREE, HELD, GONE | default FREE, filterable           |
| note   | text(50)              |                                      |
| spare  | -> Bin                | clears                               |
| tags   | many Tag              |                                      |
| load   | decimal(10,2)         | computed `sum(slots.map(s, s.amount)) / 3` |

- states: mode: FREE -> HELD -> GONE; HELD -> FREE
- rule: `room > 0 || mode != HELD` else "a held bin has room"

### Slot (part of Bin as slots)

| field  | type         | rules                          |
|--------|--------------|--------------------------------|
| amount | decimal(6,2) | required, >= 0                 |
| rank   | integer      | required, >= 1                 |
| heavy  | decimal(8,2) | read-only, copied from bin.weight |

- unique: bin, rank

### Pledge

| field | type     | rules                |
|-------|----------|----------------------|
| bin   | -> Bin   | required, immutable  |
| until | datetime | required, filterable |

## Flows

### Split
`POST /bins/{id}/split` on `bin: Bin`, answers 201 with `half`

- takes `parts: integer, required`, `note: text(50)`
- requires `bin.mode == FREE` else 409 "this bin is not free"
- creates `half: Bin` with `label = bin.label + "/2"`, `room = bin.room / parts`, `weight = bin.weight / parts`,
  `note = note`
- for each `slot` in `bin.slots`
  - creates `Slot` with `bin = half`, `amount = slot.amount / parts`, `rank = slot.rank`
- sets `bin.room -= half.room`
- ensures `size(half.slots) == size(bin.slots)`

### Drop
`POST /bins/{id}/drop` on `bin: Bin`

- requires `bin.mode != FREE` else 422 "a free bin is not dropped"
- sets `bin.note = "gone"`
- deletes `bin`
"""


@lru_cache(maxsize=1)
def depot() -> ApplicationIR:
    """The application; it has no findings."""
    application, findings = read_spec(SPEC, "depot.md")
    assert application is not None, findings
    return refine(application)
