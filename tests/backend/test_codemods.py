"""A rewrite changes each place that looks like its text, and nothing else."""

import ast

import pytest

from devmatrix.artifacts.steering import Rewrite
from devmatrix.backend.codemods import rewrite, rewritten
from patternbank.rendering import RenderedPiece

TEXT = '''"""A module."""

import os


async def one(a: int) -> int:
    # a remark that stays
    if a <= 0:  # and this one
        return a

    first(a)
    second(a)
    return a + b(a) * 2


class Two:
    def one(self) -> None:
        first( self )
        second(self)
'''

CASES = {
    "an expression": ("a <= 0", "a < 0", "if a <= 0:", "if a < 0:"),
    "layout does not count": ("first(self)", "third(self)", "first( self )", "third(self)"),
    "a hole": ("b(_1)", "c(_1, 1)", "b(a)", "c(a, 1)"),
    "two holes": ("_1 + _2", "_2 - _1", "a + b(a) * 2", "(b(a) * 2) - a"),
    "a statement": ("import os", "import sys", "import os", "import sys"),
    "a statement of several": (
        "if _1:\n    return a\n",
        "assert _1\n",
        "    if a <= 0:  # and this one\n        return a\n",
        "    assert a <= 0\n",
    ),
    "a deeper hole": ("_1 * 2", "_1", "a + b(a) * 2", "a + b(a)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_place_becomes_another(case: str) -> None:
    """What looks like the text is replaced; comments, blank lines and all else stay byte for byte."""
    find, put, old, new = CASES[case]
    assert TEXT.count(old) == 1
    assert rewrite(TEXT, find, put) == TEXT.replace(old, new)


def test_every_place_is_meant() -> None:
    """A run of statements is replaced wherever it stands, each time with what its holes hold there."""
    found = rewrite(TEXT, "first(_1)\nsecond(_1)\n", "both(_1)\n")
    assert "first" not in found
    assert [found.count(call) for call in ("both(a)", "both( self )", "both(self)")] == [1, 0, 1]


def test_a_hole_holds_one_thing() -> None:
    """The same hole twice is the same expression twice."""
    assert rewrite("x = a + a\ny = a + b\n", "_1 + _1", "2 * _1") == "x = 2 * a\ny = a + b\n"


@pytest.mark.parametrize(
    ("text", "find", "put", "found"),
    [
        ("f(a + b)", "f(_1)", "2 * _1", "2 * (a + b)"),
        ("f(a) * 2", "f(_1)", "_1 + 1", "(a + 1) * 2"),
        ("f(a if b else c)", "f(_1)", "_1.d", "(a if b else c).d"),
        ("f(await a)", "f(_1)", "_1[0]", "(await a)[0]"),
        ("g(f(a))", "f(_1)", "_1 + 1", "g(a + 1)"),
        ("f(a) + f(b)", "f(_1)", "_1", "a + b"),
        ("f((a, b))", "f(_1)", "_1.c", "(a, b).c"),
    ],
)
def test_what_is_put_in_stays_together(text: str, find: str, put: str, found: str) -> None:
    """Brackets come where an expression could mean something else: beside operators and dots, and in no call."""
    assert rewrite(f"x = {text}\n", find, put) == f"x = {found}\n"


def test_nothing_that_looks_like_it_is_nothing_done() -> None:
    """The text comes back as it was."""
    assert rewrite(TEXT, "absent(_1)", "x") == TEXT
    assert rewrite(TEXT, "if _1:\n    pass\n", "pass\n") == TEXT


def test_what_is_taken_out_leaves_a_block() -> None:
    """A function whose only statement is taken out does nothing, and is Python."""
    found = rewrite("def f():\n    g()\n\n\nclass C:\n    x = 1\n    g()\n", "g()\n", "")
    assert found == "def f():\n    pass\n\n\nclass C:\n    x = 1\n"
    ast.parse(found)


def test_a_function_is_a_statement() -> None:
    """A whole definition is found by its text and becomes another."""
    find, put = "def f(a):\n    return a\n", "def f(a):\n    return -a\n"
    assert rewrite(f"x = 1\n\n\n{find}", find, put) == f"x = 1\n\n\n{put}"


@pytest.mark.parametrize(
    ("text", "find", "put"),
    [
        ("a =", "a", "b"),
        ("a", "a +", "b"),
        ("a", "a", "b ?"),
        ("a", "b", "1 +"),
        ("a = 1\n", "a", "b()"),
        ("import a\n", "a", "b()"),
        ("def a(): pass\n", "a", "b + 1"),
        ("from x import y as a\n", "a", "b()"),
        ("f(a=1)\n", "a", "b()"),
    ],
)
def test_what_is_no_python_is_an_error(text: str, find: str, put: str) -> None:
    """What cannot be meant is refused, also where it would find nothing, or would put something impossible."""
    with pytest.raises(ValueError, match="no Python"):
        rewrite(text, find, put)


def piece(path: str = "app/a.py", fragment: str = "service") -> RenderedPiece:
    """A rendered text."""
    return RenderedPiece(path=path, text="a = 1\n", fragment=fragment, pattern="p@1.0.0", kind="file")


def told(fragment: str = "service", reference: str = "p@1.0.0", find: str = "1", put: str = "2") -> Rewrite:
    """A rewrite."""
    return Rewrite(reference=reference, fragment=fragment, find=find, put=put)


def test_only_the_fragment_that_is_meant_is_rewritten() -> None:
    """Another fragment, another version and a file that is no Python stay the same object."""
    for one, other in (
        (piece(), told("other")),
        (piece(), told(reference="p@1.0.1")),
        (piece("a.toml"), told()),
        (piece(), None),
    ):
        assert rewritten(one, [other] if other else []) is one


def test_rewrites_are_done_one_after_the_other() -> None:
    """The second finds what the first has put."""
    assert rewritten(piece(), [told(), told(find="2", put="3")]).text == "a = 3\n"
