"""Flows: head lines, statements, names and answers."""

import pytest

from devmatrix.ir.behavior import Add, Bind, Create, Delete, Ensure, ForEach, Let, Remove, Require, Set, Statement, When
from devmatrix.ir.expressions import Binary, LiteralValue
from devmatrix.ir.types import Scalar
from tests.frontend.specs import HEAD, THING, application_of, codes_of, findings_of, with_statements


def statements_of(text: str) -> tuple[Statement, ...]:
    """The statements of the flow Try."""
    application = application_of(text)
    return application.statements(application.operation("operation:try"))


def test_every_statement() -> None:
    """Each statement of the language, in order, with ids that count the author's list."""
    text = with_statements(
        "- takes `note: text(50)`, `count: integer, required, >= 1`",
        "- takes `tag_id: uuid, required`",
        '- with `tag: Tag` by `tag_id` else 410 "gone"',
        '- requires `thing.state == NEW && count > thing.size` else 422 "too few"',
        "- let `twice = count * 2`",
        "- for each `t` in `owner.things`",
        "  - when `t.size > twice`",
        "    - sets `t.size -= 1`",
        "    - deletes `t`",
        "  - otherwise",
        "    - sets `t.state = DONE`",
        "- creates `made: Thing` with `owner = owner`, `size = twice`",
        '- creates `Tag` with `label = "x"`',
        "- adds `tag` to `thing.tags`",
        "- removes `tag` from `made.tags`",
        "- deletes `owner.things`",
        "- ensures `size(owner.things) == 0 && old(thing.size) >= 0`",
        "- answers 201 with `made.size`",
    )
    found = statements_of(text)
    kinds = [Bind, Require, Let, ForEach, Create, Create, Add, Remove, Delete, Ensure]
    assert [type(statement) for statement in found] == kinds
    assert [statement.id.removeprefix("operation:try/statement:") for statement in found] == [
        "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
    ]  # fmt: skip
    (when,) = found[3].children
    assert isinstance(when, When)
    assert [type(statement) for statement in when.body] == [Set, Delete]
    assert when.body[1].id == "operation:try/statement:5.1.2"
    assert when.otherwise[0].id == "operation:try/statement:5.1.else.1"
    operation = application_of(text).operation("operation:try")
    assert [(r.key, r.status, r.text) for r in operation.refusals[:2]] == [
        ("absent reference:tag", 410, "gone"),
        ("operation:try/statement:3", 422, "too few"),
    ]
    assert operation.answers[0].status == 201


def test_a_change_holds_the_whole_value() -> None:
    """`+=` is written out."""
    (statement,) = statements_of(with_statements("- sets `thing.size += 2`"))
    assert isinstance(statement, Set)
    assert isinstance(statement.value, Binary)
    assert (statement.value.operator, statement.target.name) == ("+", "size")


def test_inputs_have_the_rules_of_fields() -> None:
    """Type, bounds, default and presence; without `required` an input may be null, unless it has a default."""
    operation = application_of(
        with_statements(
            "- takes `a: text(5), required`, `b: integer, default 3`, `c: one of X, Y, required`, `d: list of date`"
        )
    ).operation("operation:try")
    first, second, third, fourth = operation.inputs
    assert first.type == Scalar(name="text", max_length=5)
    assert (first.required, first.nullable, first.source, first.pointer) == (True, False, "body", ("a",))
    assert (second.default, second.has_default, second.nullable) == (3, True, False)
    assert third.required
    assert fourth.nullable
    assert first.id == "operation:try/input:a"


def test_other_keys_of_the_path_are_addresses() -> None:
    """`with` by a parameter is an address, and a nested row must belong to its owner."""
    operation = application_of(with_statements("- sets `thing.size = 1`")).operation("operation:try")
    assert [(a.variable, a.parameter, a.owner) for a in operation.addresses] == [
        ("owner", "id", None),
        ("thing", "thing_id", "owner"),
    ]
    (statement,) = statements_of(with_statements("- sets `thing.size = 1`"))
    assert statement.id == "operation:try/statement:2"


def test_an_input_hides_a_row_of_the_path() -> None:
    """The inner name hides the outer one; the row keeps its place under another name."""
    text = with_statements("- takes `owner: text(5), required`", '- let `x = owner + "!"`')
    operation = application_of(text).operation("operation:try")
    assert [(a.variable, a.owner) for a in operation.addresses] == [("owner_row", None), ("thing", "owner_row")]


def test_a_flow_without_a_row() -> None:
    """A flow may have no `on`, and answers nothing unless it says so."""
    text = f'{HEAD}{THING}\n## Flows\n\n### Try\n`POST /transfers`\n\n- creates `Tag` with `label = "x"`\n'
    operation = application_of(text).operation("operation:try")
    assert (operation.addresses, operation.row, operation.answers) == ((), None, ())


def test_members_are_hidden_by_names() -> None:
    """A variable hides a member of its name; in quotes the member is itself again."""
    hidden = with_statements("- let `DONE = 1`", "- sets `thing.state = DONE`")
    assert codes_of(hidden) == ["DM414"]
    (_, statement) = statements_of(with_statements("- let `DONE = 1`", '- sets `thing.state = "DONE"`'))
    assert isinstance(statement, Set)
    assert isinstance(statement.value, LiteralValue)
    assert statement.value.value == "DONE"


def test_old_of_a_new_row_in_a_macro_may_be_null() -> None:
    """Rows that the flow made have no value before it."""
    made = with_statements(
        "- creates `Thing` with `owner = owner`, `size = 1`",
        "- ensures `owner.things.all(t, old(t.size) == null || t.size >= old(t.size))`",
    )
    ensure = statements_of(made)[1]
    assert isinstance(ensure, Ensure)


@pytest.mark.parametrize(
    ("bullets", "codes"),
    [
        (["- requires `thing.size > 1`"], ["DM405"]),
        (['- requires `thing.size > 1` else "no"'], ["DM401"]),
        (['- requires thing.size > 1 else 409 "no"'], ["DM401"]),
        (['- ensures `thing.size > 1` else 409 "no"'], ["DM405"]),
        (['- Requires `thing.size > 1` else 409 "no"'], ["DM401"]),
        (["- takes `a`"], ["DM406"]),
        (["- takes `a: text, unique`"], ["DM406"]),
        (["- takes `a: text`, `a: text`"], ["DM404"]),
        (["- takes `a: strin`", "- let `b = a`"], ["DM112"]),
        (["- with `x: Nothing` by `owner.id`", "- sets `x.y = 1`"], ["DM102"]),
        (["- with `tag: Tag` by `thing.size`"], ["DM412"]),
        (["- let `x = nowhere`", "- sets `thing.size = x`"], ["DM503"]),
        (["- let `x = null`"], ["DM401"]),
        (["- let `thing = 1`"], ["DM404"]),
        (["- let `x == 1`"], ["DM501"]),
        (["- for each `t` in `owner.things`"], ["DM413"]),
        (["- for each `t` in `owner`", "  - sets `t.size = 1`"], ["DM413"]),
        (["- when `true`"], ["DM413"]),
        (["- otherwise", "  - sets `thing.size = 1`"], ["DM413"]),
        (
            ["- when `thing.siz > 1`", "  - sets `thing.size = 1`", "- otherwise", "  - sets `thing.size = 2`"],
            ["DM504"],
        ),
        (["- sets `thing.size = 1`", "  - sets `thing.size = 2`"], ["DM410"]),
        (["- when `true`", "  - ensures `true`"], ["DM410"]),
        (["- creates `x: Thing` with `owner = owner`"], ["DM407"]),
        (["- creates `Thing` with `size = 1`"], ["DM407"]),
        (["- creates `Thing` with `owner = owner`, `size = 1`, `size = 2`"], ["DM407"]),
        (["- creates `Thing` with `owner = owner`, `size = 1`, `id = owner.id`"], ["DM407"]),
        (["- creates `Thing` with `owner = owner`, `size = 1`, `siz = 2`"], ["DM407"]),
        (["- creates `Thing` with `owner = thing`, `size = 1`"], ["DM414"]),
        (["- creates `Thing` with `owner = owner`, `size = null`"], ["DM414"]),
        (["- creates `Thong` with `size = 1`"], ["DM102"]),
        (["- sets `thing.id = owner.id`"], ["DM408"]),
        (["- sets `thing.created_at = now()`"], ["DM408"]),
        (["- sets `thing.tags = []`"], ["DM408"]),
        (["- sets `owner = owner`"], ["DM408"]),
        (["- sets `thing.size = 1.5`"], ["DM414"]),
        (["- sets `thing.size == 1`"], ["DM501"]),
        (["- sets `thing.state += NEW`"], ["DM408"]),
        (["- deletes `thing.size`"], ["DM409"]),
        (["- adds `thing` to `owner.things`"], ["DM409"]),
        (["- adds `owner` to `thing.tags`"], ["DM414"]),
        (["- deletes `thing`", "- sets `thing.size = 1`"], ["DM514"]),
        (["- when `true`", "  - deletes `thing`", "- ensures `thing.size > 1`"], ["DM514"]),
        (["- deletes `thing.owner`", '- sets `thing.owner.name = "x"`'], ["DM514"]),
        (['- creates `m: Tag` with `label = "x"`', '- ensures `old(m.label) == "x"`'], ["DM513"]),
        (["- answers 200 with `thing`", "- sets `thing.size = 1`"], ["DM411"]),
        (["- answers 404 with `thing`"], ["DM411"]),
        (["- answers 204 with `thing`"], ["DM411"]),
        (["- answers 200 with `thing` as Short"], ["DM090"]),
        (["- let `current = current_user`"], ["DM090"]),
    ],
)
def test_statements_that_cannot_be(bullets: list[str], codes: list[str]) -> None:
    """One cause, one finding."""
    assert codes_of(with_statements(*bullets)) == codes


def test_old_values_of_a_deleted_row_can_be_asked() -> None:
    """Before the flow it was there."""
    assert codes_of(with_statements("- deletes `thing`", "- ensures `old(thing.size) > 0`")) == []


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ("POST /x", ["DM402"]),
        ("`POST /x` on `thing: Thing`", ["DM403"]),
        ("`POST /owners/{id}/x`", ["DM403"]),
        ("`POST /owners/{id}/x` on `thing: Thing`", ["DM403"]),
        ("`POST /owners/{id}/x` on `owner: Ownr`", ["DM102"]),
        ("`POST /owners/{id}/x` on `owner`", ["DM501"]),
        ("`SEND /owners/{id}/x` on `owner: Owner`", ["DM301"]),
        ("`POST /owners/{id}/x` on `owner: Owner`, answers 200 `owner`", ["DM402"]),
        ("`POST /owners/{id}/x` on `owner: Owner`, answers 200", ["DM411"]),
        ("`POST /owners/{id}/x` on `owner: Owner`, answers 200 with `ownr`", ["DM503"]),
    ],
)
def test_head_lines_that_cannot_be(head: str, codes: list[str]) -> None:
    """One cause, one finding."""
    assert codes_of(f"{HEAD}{THING}\n## Flows\n\n### Try\n{head}\n\nprose\n") == codes


def test_two_flows_of_one_name() -> None:
    """Titles that spell the same operationId meet."""
    flow = '`POST /{}`\n\n- creates `Tag` with `label = "x"`\n'
    text = f"{HEAD}{THING}\n## Flows\n\n### Do it\n{flow.format('a')}\n### Do-It\n{flow.format('b')}"
    assert codes_of(text) == ["DM306"]


@pytest.mark.parametrize(
    "statements",
    [
        ("- let `_a = 1`", "- sets `thing.size = _a`"),
        ("- for each `_t` in `owner.things`", "  - deletes `_t`"),
        ('- creates `_made: Tag` with `label = "x"`',),
        ("- takes `tag_id: uuid, required`", "- with `_tag: Tag` by `tag_id`"),
        ('- requires `owner.things.all(_t, _t.size > 1)` else 409 "no"',),
        (f"- let `{'a' * 51} = 1`",),
    ],
)
def test_a_name_begins_with_a_letter_and_is_not_long(statements: tuple[str, ...]) -> None:
    """Whatever gives it; what uses it is not reproached as well."""
    assert codes_of(with_statements(*statements)) == ["DM415"]


def test_a_row_of_the_path_has_a_name_too() -> None:
    """Its name stands in the head line."""
    assert codes_of(with_statements('- sets `_it.name = "x"`', on="_it: Owner")) == ["DM415"]


def test_a_finding_in_a_later_line_of_a_statement_points_there() -> None:
    """However far that line is indented."""
    text = with_statements("- requires `thing.", "              size > 1` nonsense")
    lines = text.splitlines()
    line = next(number for number, content in enumerate(lines, 1) if "nonsense" in content)
    assert findings_of(text) == [f"{line}:{lines[line - 1].index('nonsense') + 1} DM401"]
