"""Types and rules of fields."""

import pytest

from devmatrix.ir.types import SAFE_INTEGER, Choice, ListOf, Many, Reference, Scalar
from devmatrix.ir.validation import Length, Pattern, Range
from tests.frontend.specs import application_of, codes_of, field_of, fixes_of, with_fields


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("text", Scalar(name="text", max_length=10_000)),
        ("text(7)", Scalar(name="text", max_length=7)),
        ("integer", Scalar(name="integer", minimum=-SAFE_INTEGER, maximum=SAFE_INTEGER)),
        ("decimal(10,2)", Scalar(name="decimal", precision=10, scale=2)),
        ("email", Scalar(name="email", max_length=254)),
        ("url", Scalar(name="url", max_length=2048)),
        ("password", Scalar(name="password", min_length=1, max_length=128)),
        ("json", Scalar(name="json", max_bytes=64_000, max_depth=32)),
        ("-> Owner", Reference(entity="Owner")),
        ("many Owner", Many(entity="Owner", max_items=1000)),
        ("list of text(5)", ListOf(item=Scalar(name="text", max_length=5), max_items=1000)),
    ],
)
def test_every_type_has_its_bound(written: str, expected: object) -> None:
    """After reading, every text, number and list has a bound."""
    assert field_of(f"| probe | {written} | |").type == expected


def test_members_of_a_choice_keep_their_order() -> None:
    """Members sort as declared, whatever their letters."""
    field = field_of("| probe | one of ZULU, alpha, Mike_2 | |")
    assert isinstance(field.type, Choice)
    assert [member.name for member in field.type.members] == ["ZULU", "alpha", "Mike_2"]


def test_members_end_where_the_first_rule_begins() -> None:
    """In a bullet the rules follow the members; a member spelled like a rule is quoted."""
    text = with_fields("| a | text | |", options='- probe: one of A, "required", B, default B, filterable')
    field = application_of(text).field("Probe", "probe")
    assert isinstance(field.type, Choice)
    assert [member.name for member in field.type.members] == ["A", "required", "B"]
    assert (field.default, field.filterable, field.required) == ("B", True, False)


def test_a_bullet_says_the_same_as_a_row() -> None:
    """`- name: type, rules` is another way to write a row."""
    row = field_of("| probe | text(9) | required, matches /^[a-z]{2,4}(,[a-z]+)?$/, searchable |")
    text = with_fields(
        "| a | text | |", options="- probe: text(9), required, matches /^[a-z]{2,4}(,[a-z]+)?$/, searchable"
    )
    bullet = application_of(text).field("Probe", "probe")
    places = {"span", "constraints"}
    assert row.model_dump(exclude=places) == bullet.model_dump(exclude=places)


def test_columns_stand_in_any_order() -> None:
    """A table may have its columns in any order, and none for rules."""
    text = "# T\n\n## Entities\n\n### A\n\n| Rules | type | FIELD |\n|---|---|---|\n| required | integer | n |\n"
    assert application_of(text).field("A", "n").required
    text = "# T\n\n## Entities\n\n### A\n\n| type | field |\n|---|---|\n| integer | n |\n"
    assert not application_of(text).field("A", "n").required


def test_bounds_are_canonical() -> None:
    """Bounds of decimals have all places, those of times their canonical form."""
    (range_,) = field_of("| probe | decimal(5,2) | > 0, <= 9.5 |").constraints
    assert isinstance(range_, Range)
    assert (range_.minimum, range_.minimum_open, range_.maximum, range_.maximum_open) == ("0.00", True, "9.50", False)
    (range_,) = field_of("| probe | datetime | >= 2026-01-01T00:00:00+01:00 |").constraints
    assert isinstance(range_, Range)
    assert range_.minimum == "2025-12-31T23:00:00Z"
    (range_,) = field_of("| probe | date | between 2026-01-01 and 2026-12-31 |").constraints
    assert isinstance(range_, Range)
    assert (range_.minimum, range_.maximum) == ("2026-01-01", "2026-12-31")


def test_lengths_and_patterns() -> None:
    """`length 1..` is open; a pattern is rewritten to sets that every target reads alike."""
    length, pattern = field_of(r"| probe | text | length 1.., matches /^\d+\/\w.$/ |").constraints
    assert isinstance(length, Length)
    assert (length.minimum, length.maximum) == (1, None)
    assert isinstance(pattern, Pattern)
    assert pattern.regex == r"^[0-9]+/[A-Za-z0-9_][^\n\r]$"


def test_a_long_text_says_its_length() -> None:
    """`length` raises the bound of a text without one."""
    field = field_of("| probe | text | length 1..20000 |")
    assert isinstance(field.type, Scalar)
    assert field.type.max_length == 20_000


@pytest.mark.parametrize(
    ("row", "default"),
    [
        ("| probe | integer | default -3 |", -3),
        ("| probe | decimal(5,2) | default 0.9 |", "0.90"),
        ("| probe | boolean | default false |", False),
        ('| probe | text | default "a, b \\"c\\"" |', 'a, b "c"'),
        ("| probe | date | default 2026-02-28 |", "2026-02-28"),
        ("| probe | datetime | default 2026-02-28T12:00:00Z |", "2026-02-28T12:00:00Z"),
        ("| probe | list of integer | default [1, 2] |", (1, 2)),
        ("| probe | list of one of A, B | default [B] |", ("B",)),
        ("| probe | one of A, B | default B |", "B"),
    ],
)
def test_defaults_are_canonical_and_never_null(row: str, default: object) -> None:
    """A field with a default is never null."""
    field = field_of(row)
    assert (field.default, field.has_default, field.nullable) == (default, True, False)


def test_who_writes_a_field() -> None:
    """Immutable and read-only are consequences of who writes a field, and when."""
    assert field_of("| probe | integer | |").given_at_change
    assert field_of("| probe | integer | immutable |").immutable
    assert field_of("| probe | integer | read-only |").read_only
    hidden = field_of("| probe | password | required |")
    assert (hidden.shown, hidden.keeping) == ("never", "slow hash")
    assert field_of("| probe | text | write-only |").shown == "never"


def test_references_travel_as_keys() -> None:
    """A reference is a key on the wire, filterable and indexed without a word."""
    field = field_of("| probe | -> Owner | deletes with it |")
    assert (field.wire, field.column, field.on_delete) == ("probe_id", "probe_id", "deletes with it")
    assert field.filterable
    assert field.indexed
    many = field_of("| probe | many Tag | |")
    assert (many.wire, many.column, many.default) == ("probe_ids", None, ())
    assert many.association is not None
    assert many.association.table == "probes_probe"


def test_a_client_given_key() -> None:
    """`- key: code`: no id, and references name the code."""
    text = (
        "# T\n\n## Entities\n\n### Country\n\n- name: text\n- code: text(2), matches /^[A-Z]{2}$/\n- key: code\n\n"
        "### City\n\n- country: -> Country, required\n"
    )
    application = application_of(text)
    country = application.entity("Country")
    assert [field.name for field in country.fields] == ["code", "name", "created_at", "updated_at"]
    assert (country.key.field, country.key.generated, country.key_field.required) == ("code", None, True)
    assert application.field("City", "country").wire == "country_code"
    assert application.operation("operation:read_country").addresses[0].key_fields == ("code",)


def test_copied_and_computed() -> None:
    """Copied fields are as nullable as their source; computed ones have no column."""
    text = with_fields(
        "| owner | -> Owner | required |",
        "| worth | decimal(8,2) | read-only, copied from owner.worth |",
        "| maybe | integer | read-only, copied from owner.maybe |",
        "| twice | decimal(9,2) | computed worth * 2 |",
        '| label | text | computed `owner.name + ", " + "x"` |',
        "| most  | integer | computed max(1, 2) |",
    )
    application = application_of(text)
    fields = {field.name: field for field in application.entity("Probe").fields}
    assert not fields["worth"].nullable
    assert fields["maybe"].nullable
    assert fields["twice"].column is None
    assert fields["twice"].computed is not None
    assert not fields["label"].nullable
    relation = next(r for r in application.domain.relationships if r.name == "owner" and r.source == "Probe")
    assert [mapping.path for mapping in relation.field_mappings] == [("owner", "worth"), ("owner", "maybe")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("| probe | integer | default 1.5 |", "DM123"),
        ("| probe | decimal(4,2) | default 100 |", "DM123"),
        ("| probe | decimal(4,2) | >= 0.005 |", "DM123"),
        ('| probe | text(3) | default "abcd" |', "DM123"),
        ('| probe | text | matches /^a$/, default "b" |', "DM123"),
        ("| probe | integer | between 3 and 2 |", "DM123"),
        ("| probe | integer | > 3, < 3 |", "DM123"),
        ("| probe | date | >= 2026-02-30 |", "DM123"),
        ("| probe | datetime | default 2026-02-28T12:00:00 |", "DM123"),
        ("| probe | text(3) | length 1..4 |", "DM123"),
        ("| probe | integer | >= 1, >= 2 |", "DM122"),
        ("| probe | integer | >= 1, > 2 |", "DM122"),
        ("| probe | -> Owner | restricts, clears |", "DM122"),
        ("| probe | -> Owner | required, clears |", "DM122"),
        ("| probe | json | filterable |", "DM121"),
        ('| probe | json | default "x" |', "DM121"),
        ("| probe | list of text | sortable |", "DM121"),
        ("| probe | -> Owner | > 3 |", "DM121"),
        ("| probe | password | unique |", "DM121"),
        ("| probe | list of list of text | |", "DM113"),
        ("| probe | list of -> Owner | |", "DM113"),
        ("| probe | text(0) | |", "DM113"),
        ("| probe | integer(3) | |", "DM113"),
        ("| probe | decimal | |", "DM113"),
        ("| probe | decimal(2,3) | |", "DM113"),
        ("| probe | one of A, B, A | |", "DM114"),
        ("| probe | one of true, B | |", "DM114"),
        ("| probe | one of A, default A | |", "DM115"),
        ("| probe | Owner | |", "DM112"),
        ("| probe | int | |", "DM112"),
        ("| probe | text | matches /a(?=b)/ |", "DM124"),
        ("| probe | text | matches /a+?/ |", "DM124"),
        ("| probe | text | required,, unique |", "DM120"),
        ("| probe | text | Required |", "DM120"),
        ("| probe | text | length |", "DM120"),
        ("| cr\u0435ated | text | |", "DM110"),
        ("| created_at | text | |", "DM111"),
        ("| id | uuid | |", "DM111"),
        ("| probe | integer | computed nowhere + 1 |", "DM503"),
        ('| probe | integer | computed `"a"` |', "DM414"),
        ("| probe | text | copied from created_at |", "DM125"),
    ],
)
def test_rules_that_cannot_hold(row: str, code: str) -> None:
    """What does not fit is one finding."""
    assert codes_of(with_fields("| a | text | |", row)) == [code]


@pytest.mark.parametrize(
    "name",
    [
        "metadata",
        "registry",
        "model_config",
        "copy",
        "json",
        "schema",
        "dict",
        "class",
        "def",
        "import",
        "None",
        "type",
    ],
)
def test_names_that_python_uses_are_names(name: str) -> None:
    """What a target language cannot spell is the backend's business."""
    assert field_of(f"| {name} | text | |", name).wire == name


def test_fields_named_like_options_stand_in_a_table() -> None:
    """The names of options are reserved in bullets only."""
    assert field_of("| path | text | |", "path").name == "path"


def test_one_bad_rule_does_not_hide_the_others() -> None:
    """Every rule of a cell is looked at."""
    assert codes_of(with_fields("| probe | text | requird, uniqe, length 5..1 |")) == ["DM120", "DM120", "DM123"]


def test_bounds_written_with_dots_lead_to_the_rule() -> None:
    """Who writes `1..900` means a range; the fix says how a range is written."""
    assert fixes_of(with_fields("| probe | integer | 1..900 |")) == ["write 'between 1 and 900'"]


def test_what_could_not_be_read_is_not_missed_elsewhere() -> None:
    """A field with an unknown type is there for expressions and options."""
    text = with_fields(
        "| probe | strin | |", options='- unique: probe\n- rule: `probe == 3` else "x"\n- sorted by: probe'
    )
    assert codes_of(text) == ["DM112"]


@pytest.mark.parametrize(
    "rows",
    [
        ("| box | -> Owner | |", "| box_id | text | |"),
        ("| limit | integer | filterable |",),
        ("| q | text | filterable |",),
        ("| size | integer | filterable |", "| size_gte | integer | |"),
        ("| day | date | filterable |", "| day_lte | text | |"),
    ],
)
def test_names_that_meet_on_the_wire(rows: tuple[str, ...]) -> None:
    """A name that travels means one thing."""
    assert codes_of(with_fields(*rows)) == ["DM127"]


@pytest.mark.parametrize(
    "rows",
    [
        ("| limit | integer | |",),
        ("| size | integer | |", "| size_gte | integer | |"),
        ("| size | text | filterable |", "| size_gte | integer | |"),
    ],
)
def test_names_that_do_not_meet(rows: tuple[str, ...]) -> None:
    """What is not filterable is no parameter of a list."""
    assert codes_of(with_fields(*rows)) == []
