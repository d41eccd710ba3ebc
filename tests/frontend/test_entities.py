"""Entities: ownership, options, storage and state machines."""

import pytest

from tests.frontend.specs import application_of, codes_of, with_fields

NESTED = """# T

## Entities

### Zint
- n: integer

### Gob (part of Zint)
- n: integer

### Pip (part of Gob as inner_pips)
- n: integer, unique
- unique: gob, n
"""


def test_a_nested_entity_has_everything_spelled_out() -> None:
    """Owner reference, relationship, collection and path come from `part of` alone."""
    application = application_of(NESTED)
    pip = application.entity("Pip")
    assert [field.name for field in pip.fields] == ["id", "n", "gob", "created_at", "updated_at"]
    assert (pip.owner, pip.collection, pip.path) == ("Gob", "inner_pips", "/inner-pips")
    assert application.entity("Gob").collection == "gobs"
    owner = pip.owner_field
    assert owner is not None
    assert (owner.wire, owner.nullable, owner.read_only, owner.on_delete) == ("gob_id", False, True, "deletes with it")
    relation = next(r for r in application.domain.relationships if r.source == "Pip")
    assert relation.is_nested_resource
    assert (relation.fk_field, relation.path_segment, relation.child_id_param) == ("gob_id", "inner-pips", "pip_id")


def test_uniqueness_may_name_the_owner() -> None:
    """Rules come first, then options, numbered in their order."""
    uniques = application_of(NESTED).uniques_of("Pip")
    assert [(unique.id, unique.fields) for unique in uniques] == [
        ("entity:Pip/unique:1", ("n",)),
        ("entity:Pip/unique:2", ("gob", "n")),
    ]
    assert uniques[1].constraint == "uq_pips_gob_id_n"


def test_settings_reach_the_entities() -> None:
    """Keys, timestamps and schema of the settings hold unless an entity says otherwise."""
    application = application_of(
        "# T\n\n## Settings\n\n- keys: integer\n- Timestamps: none\n- schema: kept\n- base path: /api/v1\n"
        "- page size: 20\n\n"
        "## Entities\n\n### A\n- n: integer\n\n### B\n- timestamps: on\n- table: bees\n- schema: other\n- n: integer\n"
        "- sorted by: -n\n- path: /bee-hives\n"
    )
    first, second = application.domain.entities
    assert [field.name for field in first.fields] == ["id", "n"]
    assert first.key.generated == "integer"
    assert first.storage.schema_name == "kept"
    assert [sorting.field for sorting in first.order] == ["id"]
    assert second.timestamps
    assert (second.storage.schema_name, second.storage.table) == ("other", "bees")
    assert [(sorting.field, sorting.descending) for sorting in second.order] == [("n", True), ("id", False)]
    assert application.operation("operation:list_bs").path == "/api/v1/bee-hives"
    assert application.infrastructure.wire.page_size == 20


def test_an_external_entity_is_only_referred_to() -> None:
    """It has its key and the declared fields and nothing else, and no endpoints."""
    application = application_of(
        "# T\n\n## Entities\n\n### Job (external, schema shared, table design_jobs)\n- n: integer\n\n"
        "### A\n- job: -> Job, required, deletes with it\n"
    )
    job = application.entity("Job")
    assert [field.name for field in job.fields] == ["id", "n"]
    assert (job.external, job.storage.schema_name, job.storage.table) == (True, "shared", "design_jobs")
    assert {operation.entity for operation in application.api.operations} == {"A"}


@pytest.mark.parametrize(("rules", "initial"), [("", "A"), ("default B", "B")])
def test_the_initial_state(rules: str, initial: str) -> None:
    """The initial state is the field's default, else the first of the line; the field is never null."""
    row = f"| state | one of A, B, C | {rules} |"
    application = application_of(with_fields(row, options="- states: state: A -> B -> C; C -> A"))
    machine = application.machine("Probe", "state")
    assert machine is not None
    assert machine.initial == initial
    assert [(edge.source, edge.target) for edge in machine.edges] == [("A", "B"), ("B", "C"), ("C", "A")]
    assert machine.edges[0].id == "entity:Probe/states:state/edge:A>B"
    field = application.field("Probe", "state")
    assert (field.default, field.has_default, field.nullable) == (initial, True, False)


def test_a_rule_is_a_condition_over_the_own_row() -> None:
    """Bare names are fields of the row; the message is the author's, or a default."""
    text = with_fields("| n | integer | required |", options='- rule: `n > 1 || n == 0` else "no one"\n- rule: `n < 9`')
    first, second = application_of(text).rules_of("Probe")
    assert (first.id, first.text) == ("entity:Probe/rule:1", "no one")
    assert second.text == "the rule does not hold: n < 9"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("### A (part of B)\n- n: integer\n", ["DM102"]),
        ("### A (part of A)\n- n: integer\n", ["DM104"]),
        ("### A (part off B)\n- n: integer\n", ["DM101"]),
        ("### A (external, external)\n- n: integer\n", ["DM101"]),
        ("### a_b\n- n: integer\n", ["DM101"]),
        ("### Self\n- n: integer\n", ["DM101"]),
        ("### A\n- n: integer\n- key: m\n", ["DM107"]),
        ("### A\n- n: integer\n- key: n, m\n", ["DM107"]),
        ("### A\n- n: json\n- key: n\n", ["DM107"]),
        ("### A\n- n: integer\n- path: a\n", ["DM107"]),
        ("### A\n- n: integer\n- path: /a/{id}\n", ["DM107"]),
        ("### A\n- n: integer\n- path: /a\n- path: /b\n", ["DM107"]),
        ("### A\n- n: integer\n- timestamps: off\n", ["DM107"]),
        ("### A\n- n: integer\n- table: A-b\n", ["DM107"]),
        ("### A\n- n: integer\n- sorted by: m\n", ["DM107"]),
        ("### A\n- n: json\n- sorted by: n\n", ["DM107"]),
        ("### A\n- n: integer\n- unique: n\n- unique: n\n", ["DM107"]),
        ("### A\n- n: integer\n- states: n: X -> Y\n", ["DM128"]),
        ("### A\n- n: one of X, Y\n- states: n: X -> X\n", ["DM128"]),
        ("### A\n- n: one of X, Y\n- states: n: X -> Y\n- states: n: Y -> X\n", ["DM128"]),
        ('### A\n- n: integer\n- rule: `n` else "x"\n', ["DM506"]),
        ("### A\n- n: integer\n- Unique: n\n", ["DM106"]),
        ("### A\n- n: integer\n  - m: integer\n", ["DM018"]),
        ("### A (part of B as id)\n- n: integer\n\n### B\n- n: integer\n", ["DM109"]),
        ("### A (part of B as n)\n- n: integer\n\n### B\n- n: integer\n", ["DM111"]),
        ("### A\n- n: integer\n\n### B\n- a: text\n\n### C (part of A)\n- a: integer\n", ["DM111"]),
    ],
)
def test_entities_that_cannot_be(text: str, codes: list[str]) -> None:
    """One cause, one finding."""
    assert codes_of(f"# T\n\n## Entities\n\n{text}") == codes


def test_prose_is_documentation() -> None:
    """Paragraphs, fences and comments are kept and never interpreted."""
    application = application_of(
        "# T\n\nAll about it.\n\n- a bullet of the description\n\n## Entities\n\nHere they come.\n\n### A\nIs *one*.\n"
        "\n"
        "- n: integer\n\n```\n- m: integer\n```\n\n> - quoted: text\n"
    )
    assert application.description == "All about it."
    assert application.entity("A").documentation == "Is *one*.\n\n```\n- m: integer\n```\n\n> - quoted: text"
    assert [field.name for field in application.entity("A").fields] == ["id", "n", "created_at", "updated_at"]


@pytest.mark.parametrize(
    ("setting", "paging"), [("", "offset"), ("- paging: offset\n", "offset"), ("- Paging: keyset\n", "keyset")]
)
def test_paging_is_a_setting(setting: str, paging: str) -> None:
    """Offset unless the spec says otherwise; each has its own parameters."""
    application = application_of(f"# T\n\n## Settings\n\n{setting}\n## Entities\n\n### A\n- n: integer\n")
    assert application.infrastructure.wire.paging == paging


@pytest.mark.parametrize(
    ("setting", "reads"), [("", "plain"), ("- reads: plain\n", "plain"), ("- Reads: cached\n", "cached")]
)
def test_keeping_answers_is_a_setting(setting: str, reads: str) -> None:
    """Nothing is kept unless the spec says so; a wrong value or name is a finding."""
    text = "# T\n\n## Settings\n\n{}\n## Entities\n\n### A\n- n: integer\n"
    assert application_of(text.format(setting)).infrastructure.storage.reads == reads
    assert codes_of(text.format("- reads: redis\n")) == ["DM021"]
    assert codes_of(text.format("- read: cached\n")) == ["DM020"]


def test_a_wrong_paging_is_a_finding() -> None:
    """With what may be written instead."""
    assert codes_of("# T\n\n## Settings\n\n- paging: cursor\n\n## Entities\n\n### A\n- n: integer\n") == ["DM021"]
    assert codes_of("# T\n\n## Settings\n\n- pagin: keyset\n\n## Entities\n\n### A\n- n: integer\n") == ["DM020"]


@pytest.mark.parametrize(("paging", "name"), [("offset", "offset"), ("keyset", "after")])
def test_what_lists_take_depends_on_the_paging(paging: str, name: str) -> None:
    """A filterable field may have the name of a parameter that the lists do not take."""
    spec = "# T\n\n## Settings\n\n- paging: {}\n\n## Entities\n\n### A\n- {}: integer, filterable\n"
    assert codes_of(spec.format(paging, name)) == ["DM127"]
    assert codes_of(spec.format(paging, "after" if name == "offset" else "offset")) == []
