"""A hostile template is refused, and at once: before it takes memory, time, or anything that is not in its view."""

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patternbank.errors import TemplateError
from patternbank.rendering import render
from tests.patternbank.shelves import pattern

DOUBLING = "{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}"
BIG = [*range(500)]


def nest(times: int, inside: str, opened: str, closed: str) -> str:
    """Wrap a text many times."""
    return opened * times + inside + closed * times


def lists(name: str) -> str:
    """A list of two lists of two lists, forty deep: quickly written, and endless when it is walked."""
    return f"{{% set {name} = ['a', 'b'] %}}" + f"{{% set {name} = [{name}, {name}] %}}" * 40


REACHING = {
    "a class": "{{ x.__class__ }}",
    "a class by key": "{{ x['__class__'] }}",
    "a class by filter": "{{ x | attr('__class__') }}",
    "a class of a loop": "{% for a in x %}{{ loop.__class__ }}{% endfor %}",
    "the environment of a macro": "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "a function of a macro": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "the template itself": "{{ self }}",
    "the context": "{{ self._TemplateReference__context }}",
    "a method": "{{ x.append(1) }}",
    "a method as a value": "{{ x.append }}",
    "a method of a loop": "{% for a in x %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "a value of a loop that is a method": "{% for a in x %}{{ loop.cycle }}{% endfor %}",
    "the words of a caller": "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}a{% endcall %}",
    "the format of a text": "{{ '{0.__class__}'.format(x) }}",
    "the format by percent": "{{ '%s' % x }}",
    "the format by filter": "{{ '%s' | format(x) }}",
    "a global": "{{ cycler('a') }}",
    "a namespace": "{% set n = namespace(a=1) %}",
    "the budget": "{{ _budget }}",
    "the budget as a loop's variable": "{% for _budget in x %}{% endfor %}",
    "the budget by setting": "{% set _budget = 1 %}",
    "the budget as a macro": "{% macro _budget() %}{% endmacro %}",
    "an inner filter": "{{ x | _counted(-1000000) }}",
    "another file": "{% include 'other.j2' %}",
    "another file's macros": "{% from 'other.j2' import m %}",
    "a parent": "{% extends 'other.j2' %}",
    "a block": "{% block b %}{% endblock %}",
    "another escaping": "{% autoescape true %}{% endautoescape %}",
    "a filter with a keyword": "{{ 'a' | literal(value='b') }}",
    "a filter with arguments": "{{ 'a' | literal('b') }}",
    "a mapping as a key": "{{ x[{}] }}",
    "a computed key": "{% set d = {x: 1} %}",
    "a slice": "{{ x[0:1] }}",
    "extensions": "{% do x.append(1) %}",
}
RUNNING = {
    "a long text": "{{ 'a' * 1000000000 }}",
    "a centred text": "{{ 'a' | center(1000000000) }}",
    "batches": "{{ x | batch(1) | list }}",
    "a long range": "{% for a in range(1000000000) %}{% endfor %}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "nested loops": nest(6, "", "{% for a in big %}", "{% endfor %}"),
    "nested loops with a body": nest(2, "{% if x %}{% endif %}" * 500, "{% for a in big %}", "{% endfor %}"),
    "a loop over itself": "{% for a in x recursive %}{{ loop(x) }}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that calls itself twice": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "macros that call each other": "{% macro a() %}{{ b() }}{% endmacro %}"
    "{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "macros that double": DOUBLING + "{{ " + nest(40, "'aaaaaaaaaa'", "d(", ")") + " }}",
    "a macro that doubles a variable": DOUBLING + "{% set t = 'a' %}" + "{% set t = d(t) %}" * 40,
    "silent macros": "{% macro m() %}{% if x %}{% endif %}{% endmacro %}"
    + nest(2, "{% set t = m() %}", "{% for a in big %}", "{% endfor %}") * 40,
    "filters that double": "{{ '\\\\'" + " | literal" * 60 + " }}",
    "filters that double a variable": "{% set t = '\\\\' %}" + "{% set t = t | quoted %}" * 60,
    "lists in lists as a literal": lists("l") + "{{ l | literal }}",
    "lists in lists as JSON": lists("l") + "{{ l | quoted }}",
    "lists in lists that are compared": lists("l") + lists("k") + "{% if l == k %}a{% endif %}",
    "lists in lists that are looked through": lists("l") + lists("k") + "{% if l in [k] %}a{% endif %}",
    "lists in lists that are ordered": lists("l") + lists("k") + "{% if l < k %}a{% endif %}",
    "lists in lists as a key": lists("l") + "{{ x[l] }}",
    "comparisons without end": nest(2, "{% if big == big %}{% endif %}", "{% for a in big %}", "{% endfor %}"),
    "too much text": "{% for a in big %}{% for b in big %}{{ text }}{% endfor %}{% endfor %}",
    "a deep expression": "{{ " + nest(3000, "x", "(", ")") + " }}",
    "a deep list": "{{ " + nest(3000, "x", "[", "]") + " }}",
    "many negations": "{{ " + "not " * 3000 + "x }}",
    "deep blocks": nest(300, "", "{% if x %}", "{% endif %}"),
    "deep loops": nest(60, "", "{% for a in x %}", "{% endfor %}"),
    "a number without end": "{{ " + "9" * 10_000 + " }}",
    "an endless number": "{{ 1e999 | literal }}",
    "a long template": "a" * 300_000,
    "many parts": "{{ x }}" * 20_000,
}
HOSTILE = {**REACHING, **RUNNING}


def run(template: str) -> str:
    """Render one template with a small view, and a list of some length."""
    return render(pattern(texts={"a.txt.j2": template}), {"x": [1], "big": BIG, "text": "t" * 1000})[0].text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_at_once(name: str) -> None:
    """With a message and a hint, in a few seconds of this process at the very most."""
    begun = time.process_time()
    with pytest.raises(TemplateError) as caught:
        run(HOSTILE[name])
    assert time.process_time() - begun < 5
    assert str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("name", [name for name in RUNNING if "doubl" in name or "text" in name])
def test_no_hostile_template_takes_memory(name: str) -> None:
    """What would double forty times is stopped long before."""
    tracemalloc.start()
    try:
        with pytest.raises(TemplateError):
            run(HOSTILE[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200_000_000


def test_the_limit_is_the_same_every_time() -> None:
    """Steps are counted, not seconds: the same template stops at the same place."""
    said = set()
    for _ in range(3):
        with pytest.raises(TemplateError) as caught:
            run("{% for a in big %}{% for b in big %}{{ a }}{% for c in big %}{% endfor %}{% endfor %}{% endfor %}")
        said.add(str(caught.value))
    assert len(said) == 1


PARTS = (
    *("{{ ", " }}", "{% ", " %}", "{# ", " #}", "for a in x", "endfor", "if x", "else", "endif", "macro m(a)", "m(a)"),
    *("endmacro", "set b = ", "x", "big", "loop", "loop.index", ".", "[", "]", "(", ")", "|", "literal", "quoted"),
    *(
        "comment",
        "'a'",
        "1",
        "-",
        "not ",
        "==",
        "in",
        "is",
        "defined",
        ",",
        "{",
        "}",
        ":",
        "__class__",
        "self",
        "\n",
        " ",
    ),
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=24).map("".join))
def test_any_template_is_rendered_or_refused(template: str) -> None:
    """Whatever is written: a text, or an error of templates with a way out; never anything else."""
    with contextlib.suppress(TemplateError):
        assert "<" not in run(template)
