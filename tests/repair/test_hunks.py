"""The hunks of two texts make one of the other, each alone can be taken back, and none goes where it is not meant."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devmatrix.repair.hunk import Hunk, NoPlace
from devmatrix.repair.hunks import hunks
from devmatrix.repair.placing import applied

BASE = '''"""A module."""

import os
from x import y

LIMIT = 1


async def one(a: int, *, b: str = "") -> int:
    """Docs."""
    first(a)

    # a remark
    if a > 1:
        second(a)
        third(a)
    else:
        fourth(a)
    for item in a:
        fifth(item)
    return a


class Two(Base):
    """Docs."""

    x: int = 1
    y: int = 2

    @property
    def one(self) -> int:
        return self.x

    def other(self) -> int:
        with open(self.x) as file:
            return file.read()
'''

CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "a statement changed": (("    first(a)\n", "    first(b)\n"),),
    "a statement taken out": (("    first(a)\n", ""),),
    "the last statement taken out": (("    return a\n", ""),),
    "a statement put in": (("    return a\n", "    sixth(a)\n    return a\n"),),
    "a statement put in at the end": (("file.read()\n", "file.read()\n        x()\n"),),
    "two statements swapped": (("        second(a)\n        third(a)\n", "        third(a)\n        second(a)\n"),),
    "a statement changed within an if": (("        second(a)\n", "        second(-a)\n"),),
    "a condition": (("    if a > 1:\n", "    if a >= 1:\n"),),
    "a condition and what is inside": (("    if a > 1:\n        second(a)\n", "    if a >= 1:\n        second(b)\n"),),
    "an else": (("        fourth(a)\n", "        fourth(b)\n"),),
    "a loop": (("    for item in a:\n", "    for item in reversed(a):\n"),),
    "a signature": (("async def one(a: int,", "async def one(a: str,"),),
    "a decorator": (("    @property\n", "    @cached_property\n"),),
    "a decorator taken out": (("    @property\n", ""),),
    "a base": (("class Two(Base):", "class Two(Base, Other):"),),
    "a value of a class": (("    x: int = 1\n", "    x: int = 3\n"),),
    "a value of the module": (("LIMIT = 1\n", "LIMIT = 2\n"),),
    "an import put in": (("import os\n", "import os\nimport sys\n"),),
    "an import taken out": (("import os\n", ""),),
    "the docstring of the module": (('"""A module."""', '"""Another module."""'),),
    "a remark": (("    # a remark\n", "    # another remark\n"),),
    "a blank line": (("    first(a)\n\n", "    first(a)\n"),),
    "a remark at the end of a line": (("    first(a)\n", "    first(a)  # here\n"),),
    "a function renamed": (("    def other(self)", "    def another(self)"),),
    "a function taken out": (("    @property\n    def one(self) -> int:\n        return self.x\n\n", ""),),
    "a function put in": (("\n\nclass Two", "\n\ndef three() -> None:\n    pass\n\n\nclass Two"),),
    "all of a body": (("        return self.x\n", "        a = 1\n        b = 2\n        return a + b\n"),),
    "many at once": (
        ("from x import y\n", ""),
        ("    first(a)\n", "    first(b)\n"),
        ("    if a > 1:\n", "    if a:\n"),
        ("        third(a)\n", ""),
        ("class Two(Base):", "class Two:"),
        ("        return self.x\n", "        return self.y\n"),
        ("    y: int = 2\n", ""),
    ),
    "a remark at the end of a block": (("    return a\n", "    return a\n    # so\n"),),
    "a remark at the end of an inner block": (("        third(a)\n", "        third(a)\n        # so\n"),),
    "a remark at the end of the file": (("file.read()\n", "file.read()\n\n\n# so\n"),),
    "everything": ((BASE, "x = 1\n"),),
    "nothing left": ((BASE, ""),),
}  # fmt: skip


def changed(changes: tuple[tuple[str, str], ...], text: str = BASE) -> str:
    """The text with changes, each in its one place."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def lead(text: str, found: tuple[Hunk, ...]) -> str:
    """The text after hunks, from the top."""
    for hunk in found:
        text = applied(text, hunk)
    return text


@pytest.mark.parametrize("case", CHANGES)
def test_all_hunks_make_the_other_text(case: str) -> None:
    """From the top forth, from the end back: byte for byte."""
    new = changed(CHANGES[case])
    found = hunks("a.py", BASE, new)
    assert found
    assert lead(BASE, found) == new
    assert lead(new, tuple(hunk.reverse for hunk in reversed(found))) == BASE


@pytest.mark.parametrize("case", [name for name in CHANGES if name not in ("everything", "nothing left")])
def test_a_change_is_as_small_as_the_statement(case: str) -> None:
    """A hunk is never the file for a change that statements can say."""
    kinds = {hunk.kind for hunk in hunks("a.py", BASE, changed(CHANGES[case]))}
    assert kinds <= {"statements", "header"}


def test_each_hunk_alone_can_be_taken_back() -> None:
    """Of seven changes each is undone alone, and all others stay."""
    changes = CHANGES["many at once"]
    new = changed(changes)
    found = hunks("a.py", BASE, new)
    assert len(found) == len(changes)
    undone = {applied(new, hunk.reverse) for hunk in found}
    others = {changed((*changes[:at], *changes[at + 1 :])) for at in range(len(changes))}
    assert undone == others


def test_an_edit_beside_a_fault_stays() -> None:
    """Two changes next to each other in one function are two hunks."""
    both = changed((("        second(a)\n", "        second(b)\n"), ("        third(a)\n", "        third(c)\n")))
    fault, edit = hunks("a.py", BASE, both)
    assert applied(both, fault.reverse) == changed((("        third(a)\n", "        third(c)\n"),))
    assert applied(both, edit.reverse) == changed((("        second(a)\n", "        second(b)\n"),))


def test_a_hunk_names_where_it_is() -> None:
    """The classes and functions around, the names that it defines, and the line of the old text."""
    method, value = (hunks("a.py", BASE, changed(CHANGES[case])) for case in ("all of a body", "a value of a class"))
    assert (method[0].scope, BASE.splitlines()[method[0].line - 1]) == (("Two", "one"), "        return self.x")
    assert (value[0].scope, value[0].names) == (("Two",), ("x",))
    assert BASE.splitlines()[value[0].line - 1] == "    x: int = 1"


def test_a_place_that_is_there_twice_is_none() -> None:
    """Neither is changed where either could be meant; neighbours tell them apart."""
    (made,) = hunks("a.py", "def f():\n    x()\n    a()\n    y()\n", "def f():\n    x()\n    b()\n    y()\n")
    assert made.scope == ("f",)
    with pytest.raises(NoPlace, match="2 places"):
        applied("def f():\n    z()\n    a()\n    c()\n    a()\n    z()\n", made)
    with pytest.raises(NoPlace, match="0 places"):
        applied("def f():\n    c()\n", made)
    with pytest.raises(NoPlace, match="0 places"):
        applied("def g():\n    a()\n", made)
    found = applied("def f():\n    z()\n    a()\n    x()\n    a()\n    z()\n", made)
    assert found == "def f():\n    z()\n    a()\n    x()\n    b()\n    z()\n"


def test_a_header_that_is_there_twice_is_none() -> None:
    """The condition of one of two equal ifs cannot be told."""
    (made,) = hunks("a.py", "x()\nif a:\n    b()\n    c()\n", "x()\nif d:\n    b()\n    c()\n")
    assert made.kind == "header"
    with pytest.raises(NoPlace, match="2 places"):
        applied("y()\nif a:\n    b()\nif a:\n    c()\nz()\n", made)


def test_one_of_several_equal_places_is_changed() -> None:
    """A text with equal statements in equal company keeps all but the one that is meant, forth and back."""
    block = "    if a:\n        raise b\n"
    old = f"def f():\n{block * 3}"
    for place in range(3):
        blocks = [block] * 3
        blocks[place] = block.replace("raise b", "raise c")
        new = "def f():\n" + "".join(blocks)
        found = hunks("a.py", old, new)
        assert {hunk.kind for hunk in found} <= {"statements"}
        assert lead(old, found) == new
        assert lead(new, tuple(hunk.reverse for hunk in reversed(found))) == old


def test_what_is_put_in_finds_its_place_by_its_neighbours() -> None:
    """It goes after the statement that it came after, else before the one that it came before, else nowhere."""
    (made,) = hunks("a.py", "def f():\n    x()\n    y()\n", "def f():\n    x()\n    b()\n    y()\n")
    assert applied("def f():\n    x()\n    z()\n", made) == "def f():\n    x()\n    b()\n    z()\n"
    assert applied("def f():\n    z()\n    y()\n", made) == "def f():\n    z()\n    b()\n    y()\n"
    with pytest.raises(NoPlace, match="0 places"):
        applied("def f():\n    z()\n", made)


def test_what_is_put_in_or_taken_out_has_company() -> None:
    """The statement beside it stands in both texts, so that a codemod finds where to put it."""
    (made,) = hunks("a.py", "x()\ny()\n", "x()\nb()\ny()\n")
    assert made.anchored == (("x()\n",), ("x()\n", "b()\n"))
    assert made.reverse.anchored == (("x()\n", "b()\n"), ("x()\n",))
    (first,) = hunks("a.py", "y()\n", "b()\ny()\n")
    assert first.anchored == (("y()\n",), ("b()\n", "y()\n"))
    (other,) = hunks("a.py", "x()\na(1, 2)\n", "x()\na(1, 3)\n")
    assert other.anchored == (other.old, other.new)


def test_a_remark_at_an_end_and_a_fault_are_two_hunks() -> None:
    """Each is taken back alone."""
    both = changed((*CHANGES["a remark at the end of a block"], *CHANGES["a statement changed"]))
    fault, remark = hunks("a.py", BASE, both)
    assert applied(both, fault.reverse) == changed(CHANGES["a remark at the end of a block"])
    assert applied(both, remark.reverse) == changed(CHANGES["a statement changed"])


def test_hunks_show_no_marks() -> None:
    """What is said to others is Python as it stands."""
    for case in CHANGES:
        for hunk in hunks("a.py", BASE, changed(CHANGES[case])):
            assert "__end__" not in "".join(code for codes in hunk.anchored for code in codes)
            assert 1 <= hunk.line <= BASE.count("\n") + 1


def test_remarks_of_a_person_stay() -> None:
    """The lines above a statement that a repair changes are those that stand there."""
    (made,) = hunks("a.py", "x()\na()\n", "x()\nb()\n")
    assert applied("x()\n\n# mine\na()\n", made) == "x()\n\n# mine\nb()\n"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("a.toml", "a = 1\n", "a = 2\n"), ("a.py", "a =\n", "a = 1\n"), ("a.py", "a = 1\n", "a =\n"), ("a.md", "", "x")],
)
def test_what_is_no_python_is_a_whole(file: str, old: str, new: str) -> None:
    """It goes only where exactly the old text stands."""
    (made,) = hunks(file, old, new)
    assert (made.kind, made.names) == ("whole", ())
    assert applied(old, made) == new
    assert applied(new, made.reverse) == old
    with pytest.raises(NoPlace):
        applied(f"{old} ", made)


def test_a_text_that_is_no_python_has_no_place() -> None:
    """A statement goes into no broken file."""
    (made,) = hunks("a.py", "a = 1\n", "a = 2\n")
    with pytest.raises(NoPlace, match="no Python"):
        applied("a = (\n", made)


def test_equal_texts_have_no_hunks() -> None:
    """Nothing is to be done."""
    assert hunks("a.py", BASE, BASE) == ()


LEAVES = st.sampled_from(["a()", "b()", "x = 1", "x = 2", "return x", "del x", "assert a, b", "a(b, c)", "x: int = 3"])
HEADS = st.sampled_from(
    ["if a", "if b", "for x in a", "while a", "with a as b", "def f(a)", "def g()", "class C", "class D(C)"]
)


def indented(parts: list[str]) -> str:
    """The lines of a block."""
    return "".join(f"    {line}\n" if line else "\n" for part in parts for line in part.splitlines())


LINES = (
    LEAVES.map(lambda leaf: f"{leaf}\n")
    | LEAVES.map(lambda leaf: f"# why\n{leaf}\n")
    | LEAVES.map(lambda leaf: f"{leaf}\n\n# so\n")
)
STATEMENTS = st.recursive(
    LINES,
    lambda inner: st.builds(
        lambda head, body, rest: (
            f"{head}:\n{indented(body)}" + (f"else:\n{indented(rest)}" if rest and head[:2] in ("if", "fo") else "")
        ),
        HEADS,
        st.lists(inner, min_size=1, max_size=4),
        st.lists(inner, max_size=1),
    ),
    max_leaves=8,
)
BLOCKS = st.lists(STATEMENTS, max_size=6)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A module, and the same with statements shuffled, dropped, changed, put in and nested."""
    before = draw(BLOCKS)
    after = list(draw(st.permutations(before))) if draw(st.booleans()) else list(before)
    for at in reversed(range(len(after))):
        match draw(st.sampled_from(["keep", "keep", "drop", "change", "put in", "nest", "edit"])):
            case "drop":
                del after[at]
            case "change":
                after[at] = draw(STATEMENTS)
            case "put in":
                after.insert(at, draw(STATEMENTS))
            case "nest":
                after[at] = f"{draw(HEADS)}:\n{indented([after[at]])}"
            case "edit":
                after[at] = after[at].replace(draw(st.sampled_from(["a", "x", "1"])), "c")
    return "".join(before), "".join(after)


def python(text: str) -> bool:
    """Whether it parses."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(pairs())
def test_hunks_lead_from_any_module_to_any_other(pair: tuple[str, str]) -> None:
    """All hunks give the new text, byte for byte, and their way back the old one."""
    old, new = pair
    if not (python(old) and python(new)):
        return
    found = hunks("a.py", old, new)
    assert bool(found) is (old != new)
    assert lead(old, found) == new
    assert lead(new, tuple(hunk.reverse for hunk in reversed(found))) == old
