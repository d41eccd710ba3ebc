"""Expressions: what they parse to, which types they have, and what is wrong with those that have none."""

import pytest

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.check import read_condition, read_expression
from devmatrix.expressions.fitting import describe
from devmatrix.expressions.schema import EntityShape, MemberShape, Schema, Scope, rows_of
from devmatrix.ir.expressions import Access, Binary, Call, Expression, ListLiteral, LiteralValue, Macro, Old, walk
from devmatrix.ir.values import ValueType

CHOICE = ValueType(kind="choice", members=("OPEN", "SHUT"))


def of(kind: str, *, nullable: bool = False, **more: object) -> MemberShape:
    """A stored value of a kind."""
    return MemberShape("value", ValueType.model_validate({"kind": kind, "nullable": nullable, **more}))


SCHEMA = Schema(
    {
        "Box": EntityShape(
            "Box",
            {
                "id": of("uuid"),
                "state": MemberShape("value", CHOICE),
                "count": of("integer"),
                "lost": of("integer", nullable=True),
                "weight": of("decimal", scale=2),
                "label": of("text"),
                "day": of("date"),
                "at": of("datetime"),
                "open": of("boolean"),
                "raw": of("json", nullable=True),
                "secret": MemberShape("value", ValueType(kind="text"), hidden=True),
                "slots": MemberShape("rows", rows_of("Slot")),
                "tags": MemberShape("members", rows_of("Tag")),
                "words": of("list", item={"kind": "text"}),
                "next": MemberShape("row", ValueType(kind="entity", entity="Box", nullable=True)),
            },
        ),
        "Slot": EntityShape(
            "Slot",
            {
                "box": MemberShape("row", ValueType(kind="entity", entity="Box")),
                "size": of("integer"),
                "share": of("decimal", nullable=True, scale=3),
            },
        ),
        "Tag": EntityShape("Tag", {"label": of("text")}),
    }
)
BOX = ValueType(kind="entity", entity="Box")
SCOPE = Scope({"box": BOX, "n": ValueType(kind="integer"), "maybe": ValueType(kind="integer", nullable=True)}, old=True)


def read(text: str, scope: Scope = SCOPE) -> tuple[Expression | None, list[str]]:
    """The expression, and the codes of what is wrong."""
    findings = Findings()
    found = read_expression(Fragment.at("spec.md", 1, 1, text), scope, SCHEMA, findings)
    return found, [f"{finding.span.column} {finding.code}" for finding in findings.ordered()]


def type_of(text: str) -> str:
    """The type in words, with a question mark where null can come out."""
    found, wrong = read(text)
    assert found is not None, wrong
    return describe(found.type) + ("?" if found.type.nullable else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * n", "an integer"),
        ("1 + 2.5", "a decimal"),
        ("n / 2", "an integer"),
        ("n / 2.0", "a decimal"),
        ("n % 2", "an integer"),
        ("-n", "an integer"),
        ("maybe + 1", "an integer?"),
        ("maybe > 1", "a boolean"),
        ("maybe == null", "a boolean"),
        ("box.next.count", "an integer?"),
        ("box.next.slots", "a list of Slot?"),
        ("size(box.slots)", "an integer"),
        ("box.slots.size()", "an integer"),
        ("size(box.label)", "an integer"),
        ("size(box.next.slots)", "an integer?"),
        ("sum(box.slots.map(s, s.size))", "an integer"),
        ("sum(box.slots.map(s, s.share * s.size))", "a decimal"),
        ("max(box.slots.map(s, s.size))", "an integer?"),
        ("max(n, 3)", "an integer"),
        ("min(maybe, maybe)", "an integer?"),
        ("max(maybe, 1.5)", "a decimal"),
        ("avg(box.slots.map(s, s.size))", "a decimal?"),
        ("box.slots.filter(s, s.size > 1)", "a list of Slot"),
        ("box.slots.filter(s, s.size > 1).map(t, t.box.label)", "a list of a text"),
        ("box.slots.all(s, s.box == box)", "a boolean"),
        ("box.slots.exists(n, n.size > 1)", "a boolean"),
        ("has(box.lost)", "a boolean"),
        ('box.label + "!"', "a text"),
        ("box.label.contains('x') && box.label.startsWith(\"y\")", "a boolean"),
        ("box.label.lowerAscii()", "a text"),
        ("box.label.matches('^[a-z]+$')", "a boolean"),
        ("now() - box.at", "a duration"),
        ("box.at + hours(2) - duration('30m')", "a datetime"),
        ("box.day + days(n) - days(1)", "a date"),
        ("today() - box.day", "an integer"),
        ("timestamp('2026-01-01T00:00:00+01:00')", "a datetime"),
        ("box.open ? 1 : 2.5", "a decimal"),
        ("box.open ? null : n", "an integer?"),
        ("n in [1, 2, 3]", "a boolean"),
        ("box in [box, box.next]", "a boolean"),
        ("box.state in [OPEN, SHUT]", "a boolean"),
        ("'x' in box.words", "a boolean"),
        ("old(box.count) + 1", "an integer"),
        ("box.state == OPEN || SHUT == box.state", "a boolean"),
        ("box.day >= '2026-01-01'", "a boolean"),
        ("box.raw == null", "a boolean"),
        ("(box.open ? OPEN : SHUT) == box.state", "a boolean"),
        ("[]", "an empty list"),
        ("[1, 2.5]", "a list of a decimal"),
    ],
)
def test_types(text: str, expected: str) -> None:
    """Every operator and function has one typing rule."""
    assert type_of(text) == expected


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ["1 DM501"]),
        ("n +", ["3 DM501"]),
        ("n = 1", ["3 DM501"]),
        ("n & 1", ["3 DM501"]),
        ("n and 1", ["3 DM501"]),
        ("n \u2260 1", ["3 DM501"]),
        ("n[0]", ["2 DM501"]),
        ("1e5", ["2 DM501"]),
        ("'open", ["1 DM501"]),
        ("m + 1", ["1 DM503"]),
        ("m + k", ["1 DM503", "5 DM503"]),
        ("box.cuont", ["5 DM504"]),
        ("n.count", ["1 DM504"]),
        ("box.slots.size + 1", ["1 DM504"]),
        ("box.state == OPN", ["14 DM505"]),
        ("box.state == 'OPN'", ["14 DM505"]),
        ("box.state == n", ["1 DM506"]),
        ("box.state < OPEN", ["1 DM506"]),
        ("box.open > true", ["1 DM506"]),
        ("n == 'x'", ["1 DM506"]),
        ("n > null", ["1 DM506"]),
        ("box == box.slots", ["1 DM506"]),
        ("box.raw == 'x'", ["1 DM506"]),
        ("box.slots == box.slots", ["1 DM506"]),
        ("n && true", ["1 DM506"]),
        ("n ? 1 : 2", ["1 DM506"]),
        ("n in n", ["1 DM506"]),
        ("'x' in [1]", ["1 DM506"]),
        ("true ? 1 : 'x'", ["1 DM507"]),
        ("[1, 'x']", ["1 DM507"]),
        ("max(1, 'x')", ["1 DM507"]),
        ("n + 'x'", ["1 DM508"]),
        ("box.open + 1", ["1 DM508"]),
        ("box.day + hours(1)", ["1 DM508"]),
        ("box.day + 1", ["1 DM508"]),
        ("1.5 % 2", ["1 DM508"]),
        ("-box.label", ["1 DM508"]),
        ("sum(box.slots)", ["1 DM508"]),
        ("size(n)", ["1 DM508"]),
        ("n.contains('x')", ["1 DM508"]),
        ("n.all(x, true)", ["1 DM508"]),
        ("days(1.5)", ["1 DM508"]),
        ("len(box.slots)", ["1 DM509"]),
        ("box.slots.any(s, true)", ["11 DM509"]),
        ("size()", ["1 DM509"]),
        ("box.slots.map(s)", ["1 DM509"]),
        ("box.slots.map(1, s)", ["15 DM509"]),
        ("99999999999999999999", ["1 DM510"]),
        ("box.day == '31.12.2026'", ["12 DM510"]),
        ("timestamp('2026-01-01')", ["1 DM510"]),
        ("duration('soon')", ["1 DM510"]),
        ("box.label.matches(box.label)", ["19 DM511"]),
        ("box.label.matches('(?i)x')", ["19 DM511"]),
        ("box.secret == 'x'", ["5 DM512"]),
        ("!" * 70 + "true", ["7 DM502"]),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text: str, wrong: list[str]) -> None:
    """Code and column of the finding."""
    assert read(text) == (None, wrong)


def test_forms_are_canonical() -> None:
    """The tree has one form for each meaning."""
    smallest = read("min(n, 3)")[0]
    assert isinstance(smallest, Call)
    assert isinstance(smallest.arguments[0], ListLiteral)
    instant = read("timestamp('2026-01-01T00:00:00+01:00')")[0]
    assert isinstance(instant, LiteralValue)
    assert instant.value == "2025-12-31T23:00:00Z"
    length = read("duration('1h30m')")[0]
    assert isinstance(length, Call)
    assert isinstance(length.arguments[0], LiteralValue)
    assert length.arguments[0].value == "5400s"
    negative = read("-1.50")[0]
    assert isinstance(negative, LiteralValue)
    assert negative.value == "-1.50"
    pattern = read(r"box.label.matches('\\d.')")[0]
    assert isinstance(pattern, Call)
    assert isinstance(pattern.arguments[1], LiteralValue)
    assert pattern.arguments[1].value == r"[0-9][^\n\r]"


def test_places_are_those_of_the_text() -> None:
    """Every node has its span."""
    found = read("box.slots.all(s, s.size > 1)")[0]
    assert isinstance(found, Macro)
    body = found.body
    assert isinstance(body, Binary)
    assert isinstance(body.left, Access)
    assert body.left.span is not None
    assert (body.left.span.column, body.left.span.end_column) == (18, 24)
    assert all(node.span is not None for node in walk(found))


def test_inner_names_hide_outer_ones() -> None:
    """The variable of a macro hides a variable and a member of its name."""
    found = read("box.slots.exists(box, box.size > n)")[0]
    assert found is not None
    assert read("box.slots.exists(box, box.count > n)") == (None, ["27 DM504"])


def test_own_fields_are_bare_names() -> None:
    """In rules and computed fields names are those of the own row."""
    found, wrong = read("count > 1 && state == OPEN && size(slots) > 0", Scope(self_entity="Box"))
    assert found is not None, wrong
    assert read("cuont > 1", Scope(self_entity="Box")) == (None, ["1 DM503"])


def test_old_values_of_new_rows_may_be_null() -> None:
    """Inside a macro over rows that the flow makes, `old` may be null; elsewhere it is as its operand."""
    scope = Scope({"box": BOX}, old=True, made=frozenset({"Slot"}))
    found = read("box.slots.map(s, old(s.size))", scope)[0]
    assert found is not None
    assert found.type.item is not None
    assert found.type.item.nullable
    plain = read("box.slots.map(s, old(s.size))")[0]
    assert plain is not None
    assert isinstance(plain, Macro)
    assert isinstance(plain.body, Old)
    assert not plain.body.type.nullable


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("!(box.lost < 3)", True),
        ("!(box.open && maybe > n)", True),
        ("!box.slots.exists(s, s.share > 0.5)", True),
        ("box.lost < 3", False),
        ("!(box.count < 3)", False),
        ("box.lost == null || !(box.lost < 3)", False),
        ("has(box.lost) && !(box.lost < 3)", False),
        ("!(box.lost == null)", False),
        ("!!(box.lost < 3)", False),
    ],
)
def test_nulls_that_were_not_thought_of(text: str, *, warned: bool) -> None:
    """A negated comparison with something that may be null is warned of, unless null is asked for."""
    findings = Findings()
    found = read_condition(Fragment.at("spec.md", 1, 1, text), SCOPE, SCHEMA, findings)
    assert found is not None
    assert [finding.code for finding in findings.ordered()] == (["DM601"] if warned else [])
