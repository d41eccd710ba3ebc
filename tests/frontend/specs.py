"""Small specs for tests: a frame with fields, options, endpoints and flows of one's own."""

from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Field

HEAD = "# Test\n\n"
THING = """## Entities

### Owner

| field | type      | rules    |
|-------|-----------|----------|
| name  | text(50)  | required |
| worth | decimal(8,2) | required |
| maybe | integer   |          |
| other | -> Owner  |          |

### Thing (part of Owner as things)

| field | type | rules |
|-------|------|-------|
| size  | integer | required |
| state | one of NEW, DONE, LOST | default NEW |
| tags  | many Tag | |
| day   | date | |
| at    | datetime | |

### Tag

| field | type | rules |
|-------|------|-------|
| label | text(20) | required |
"""


def application_of(text: str) -> ApplicationIR:
    """The application of a spec without errors."""
    application, found = read_spec(text, "test.md")
    assert application is not None, [diagnostic.render() for diagnostic in found]
    return application


def findings_of(text: str) -> list[str]:
    """``line:column code`` of each finding."""
    _, found = read_spec(text, "test.md")
    return [f"{diagnostic.span.line}:{diagnostic.span.column} {diagnostic.code}" for diagnostic in found]


def codes_of(text: str) -> list[str]:
    """The codes of the findings, in the order of the text."""
    _, found = read_spec(text, "test.md")
    return [diagnostic.code for diagnostic in found]


def fixes_of(text: str) -> list[str | None]:
    """What the findings propose, in the order of the text."""
    _, found = read_spec(text, "test.md")
    return [diagnostic.fix for diagnostic in found]


def with_fields(*rows: str, options: str = "") -> str:
    """A spec with an entity Probe of these rows."""
    table = "\n".join(["| field | type | rules |", "|---|---|---|", *rows])
    return f"{HEAD}{THING}\n### Probe\n\n{table}\n\n{options}\n"


def field_of(row: str, name: str = "probe", options: str = "") -> Field:
    """A field declared by one row."""
    return application_of(with_fields(row, options=options)).field("Probe", name)


def with_statements(*statements: str, answer: str = "", on: str = "thing: Thing") -> str:
    """A spec with a flow of these bullets on a Thing under its Owner."""
    bullets = "\n".join(statements)
    path = "/owners/{id}/things/{thing_id}/try"
    head = (
        f"`POST {path}` on `owner: Owner`{answer}" if on == "thing: Thing" else f"`POST /owners/{{id}}/try` on `{on}`"
    )
    bind = "- with `thing: Thing` by `thing_id`\n" if on == "thing: Thing" else ""
    return f"{HEAD}{THING}\n## Flows\n\n### Try\n{head}\n\n{bind}{bullets}\n"
