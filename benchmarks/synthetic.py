"""Specs of any size: entities with fields of every kind, references among neighbours, a state machine, a flow each."""


def synthetic_spec(entities: int) -> str:
    """A spec with so many entities."""
    parts = ["# Synthetic API", "", "## Entities", ""]
    parts += [entity(number) for number in range(entities)]
    parts += ["## Flows", ""]
    parts += [flow(number) for number in range(entities)]
    return "\n".join(parts)


def entity(number: int) -> str:
    """An entity that refers to the one before it."""
    rows = [
        ("label", "text(80)", "required, length 1..80, unique, searchable, sortable"),
        ("amount", "decimal(10,2)", "required, >= 0, sortable"),
        ("count", "integer", "default 0, >= 0, read-only"),
        ("phase", "one of FIRST, SECOND, THIRD", "default FIRST, read-only, filterable"),
        ("on_day", "date", ""),
        ("flag", "boolean", "default false, filterable"),
    ]
    if number:
        rows.append(("before", f"-> Thing{number - 1}", ""))
    table = "\n".join(f"| {name} | {kind} | {rules} |" for name, kind, rules in rows)
    head = f"### Thing{number}\n\n| field | type | rules |\n|---|---|---|\n"
    return f"{head}{table}\n\n- states: phase: FIRST -> SECOND -> THIRD\n"


def flow(number: int) -> str:
    """A flow with a condition and two effects."""
    return f"""### Advance thing {number}
`POST /thing{number}s/{{id}}/advance` on `thing: Thing{number}`, answers 200 with `thing`

- takes `step: integer, required, >= 1, <= 100`
- requires `thing.phase == FIRST` else 409 "it has moved on"
- sets `thing.count += step`
- sets `thing.phase = SECOND`
- ensures `thing.count == old(thing.count) + step`
"""
