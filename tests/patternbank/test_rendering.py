"""Templates loop, branch, and can do nothing else."""

import ast
import json
import time
import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from patternbank.errors import PatternBankError, TemplateError
from patternbank.rendering import UserText, render
from patternbank.rendering.filters import comment, docstring, literal, markdown, quoted
from tests.patternbank.shelves import pattern, shelf

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=60)


def text_of(template: str, **view: object) -> str:
    """Render one template alone."""
    return render(pattern(texts={"a.txt.j2": template}), view)[0].text  # type: ignore[arg-type]


def test_a_template_loops_and_branches() -> None:
    """Lists, conditions, macros and loop variables are enough."""
    template = (
        "{% macro shown(x) %}<{{ x.name }}>{% endmacro %}"
        "{% for x in xs if x.on %}{{ shown(x) }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )
    assert (
        text_of(template, xs=[{"name": "a", "on": True}, {"name": "b", "on": False}, {"name": "c", "on": 1}])
        == "<a>, <c>"
    )


def test_keys_win_over_methods() -> None:
    """A key may be called like a method of a mapping; methods cannot be reached."""
    assert text_of("{{ x.items }} {{ x.keys }}", x={"items": "a", "keys": "b"}) == "a b"
    with pytest.raises(TemplateError, match="has no attribute 'values'"):
        text_of("{{ x.values }}", x={"items": "a"})


def test_a_missing_name_is_named_with_file_and_line() -> None:
    """The message leads to pattern, file and line."""
    with pytest.raises(TemplateError, match=r"a\.pattern@1\.0\.0 files/a\.txt\.j2:3: 'absent' is undefined") as caught:
        text_of("one\ntwo\n{{ absent }}\n")
    assert "must give this name" in caught.value.hint


def test_a_syntax_error_is_named_with_its_line() -> None:
    """A template that cannot be read says where."""
    with pytest.raises(TemplateError, match=r"files/a\.txt\.j2:2: "):
        text_of("one\n{% if %}\n")


@pytest.mark.parametrize(
    "template",
    [
        "{{ x.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ x['__class__'] }}",
        "{{ x | attr('a') }}",
        "{{ x | upper }}",
        "{{ range(9) }}",
        "{{ x.append(1) }}",
        "{{ 1 + 1 }}",
        "{{ 'a' * 9 }}",
        "{{ 'a' ~ 'b' }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ self.x() }}",
        "{{ lipsum() }}",
        "{{ _budget }}",
        "{% for a in x recursive %}{{ loop(a) }}{% endfor %}",
        "{{ x.real }}",
    ],
)
def test_templates_reach_nothing_else(template: str) -> None:
    """Attributes, calls, arithmetic, other filters and other templates are refused."""
    with pytest.raises(TemplateError):
        text_of(template, x=[1])


def test_work_is_bounded() -> None:
    """Neither loops nor macros nor long texts run away."""
    many = list(range(1000))
    with pytest.raises(TemplateError, match="steps"):
        text_of("{% for a in x %}{% for b in x %}{% endfor %}{% endfor %}", x=many)
    with pytest.raises(TemplateError, match="longer than"):
        text_of("{% for a in x %}{{ y }}{% endfor %}", x=many, y="y" * 10_000)
    with pytest.raises(TemplateError):
        text_of("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}")


def test_text_of_the_user_needs_a_filter() -> None:
    """A user's text is not printed as it is, wherever it hides."""
    assert text_of("{{ t | literal }}", t=UserText('"; DROP')) == "'\"; DROP'"
    for template in ("{{ t }}", "{% set u = t %}{{ u }}", "{% for u in [t] %}{{ u }}{% endfor %}"):
        with pytest.raises(TemplateError, match="without a filter"):
            text_of(template, t=UserText("x"))


def test_only_plain_values_are_printed() -> None:
    """A forgotten filter on None or a list is an error, not the word None."""
    assert text_of("{{ a }} {{ b }} {{ c }}", a=True, b=2, c="x") == "True 2 x"
    for value in (None, [1], {"a": 1}):
        with pytest.raises(TemplateError, match="without a filter"):
            text_of("{{ a }}", a=value)


def test_paths_are_filled_from_the_view() -> None:
    """Path slots are replaced; dunder names of Python stay; nothing leaves the tree."""
    one = pattern(texts={"src/__resource__/__init__.py": "", "src/__resource__/x.py": "X = 1\n"})
    assert [piece.path for piece in render(one, {"path": {"resource": "a_b"}})] == [
        "src/a_b/__init__.py",
        "src/a_b/x.py",
    ]
    for wrong in ({}, {"path": {"resource": ".."}}, {"path": {"resource": "a/b"}}, {"path": {"resource": "a\n"}}):
        with pytest.raises(PatternBankError):
            render(one, wrong)


def test_slots_have_defaults_and_no_strangers() -> None:
    """A slot is what the caller says, else its default; an unknown one is refused."""
    one = pattern(texts={"a.txt.j2": "{{ slots.size }}"}, slots={"size": 3})
    assert render(one, {})[0].text == "3"
    assert render(one, {}, {"size": 4})[0].text == "4"
    with pytest.raises(PatternBankError, match="no slot 'sise'"):
        render(one, {}, {"sise": 4})


def test_an_empty_fragment_is_no_piece() -> None:
    """A fragment of white space disappears, a whole file stays."""
    files = [{"template": "a.py.j2", "kind": "fragment"}, {"template": "b.py"}]
    one = pattern(texts={"a.py.j2": "{% if x %}A = 1{% endif %}\n", "b.py": ""}, files=files)
    assert [piece.path for piece in render(one, {"x": False})] == ["b.py"]
    assert [piece.path for piece in render(one, {"x": True})] == ["a.py", "b.py"]


@given(ANY_TEXT)
def test_a_literal_is_the_text_itself(text: str) -> None:
    """Python reads back what went in."""
    assert ast.literal_eval(literal(text)) == text
    assert "\n" not in literal(text)


@given(ANY_TEXT)
def test_a_docstring_ends_where_it_should(text: str) -> None:
    """No text closes the docstring that it stands in."""
    source = f'def f():\n    """{docstring(text)}"""\n    return 1\n'
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 2 or not text.strip()


@given(ANY_TEXT)
def test_a_comment_stays_on_its_line(text: str) -> None:
    """No text leaves its comment."""
    assert len(f"# {comment(text)}\n".splitlines()) == 1
    assert ast.parse(f"# {comment(text)}\n").body == []
    assert len(markdown(text).splitlines()) <= 1


@given(st.text(max_size=40))
def test_quoted_text_is_the_same_for_json_yaml_and_toml(text: str) -> None:
    """Three readers read back what went in."""
    plain = text.replace("\ud800", "")
    assert json.loads(quoted(plain)) == plain
    assert tomllib.loads(f"a = {quoted(plain)}")["a"] == plain
    assert yaml.safe_load(quoted(plain)) == plain


def test_many_renderings_are_quick() -> None:
    """Three hundred warm renderings take well under a tenth of a second of this process."""
    one = shelf()["service.create"]
    view = json.loads(one.texts["example/view.json"])
    render(one, view)
    begun = time.process_time()
    for _ in range(300):
        render(one, view)
    assert time.process_time() - begun < 0.1
