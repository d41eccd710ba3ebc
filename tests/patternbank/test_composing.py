"""Pieces become files, and every name remembers where it came from."""

import itertools

import pytest

from patternbank.errors import CompositionError, FormattingError
from patternbank.rendering import RenderedPiece, compose, format_tree


def whole(text: str, path: str = "a.py", pattern: str = "base@1.0.0") -> RenderedPiece:
    """A whole file."""
    return RenderedPiece(pattern=pattern, fragment="a", kind="file", path=path, text=text)


def part(text: str, fragment: str = "f", path: str = "a.py", **more: object) -> RenderedPiece:
    """A fragment."""
    given = {"pattern": "part@1.0.0", "fragment": fragment, "kind": "fragment", "path": path, "text": text, **more}
    return RenderedPiece.model_validate(given)


def test_imports_are_united() -> None:
    """Each import stands once, future ones first, typing ones in their block."""
    pieces = [
        whole('"""Doc."""\n\nimport os\nfrom a import b\n\nX = 1\n'),
        part("from __future__ import annotations\nfrom a import b, c\n\ndef f():\n    return os, b, c\n"),
        part("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from d import e\n\ndef g(x: e): ...\n", "g"),
    ]
    text = format_tree({"a.py": compose(pieces)[0].text})["a.py"]
    assert text == (
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\nfrom typing import TYPE_CHECKING\n\n'
        "from a import b, c\n\nif TYPE_CHECKING:\n    from d import e\n\nX = 1\n\n\n"
        "def f():\n    return os, b, c\n\n\ndef g(x: e): ...\n"
    )


def test_an_import_with_a_remark_stays_as_it_is() -> None:
    """What a remark says to a tool is not lost."""
    text = compose([whole("import os  # noqa: F401\n"), part("X = 1\n")])[0].text
    assert "import os  # noqa: F401\n" in text


def test_fragments_stand_in_order_whatever_the_order_of_arrival() -> None:
    """Order, place, key, pattern, fragment decide; arrival does not."""
    pieces = [
        part("C = 3\n", "c", order=30),
        part("A = 1\n", "a", order=10, key="2"),
        part("B = 2\n", "b", order=10, key="10"),
        part("D = 4\n", "d", order=10, key="2", node="n"),
    ]
    texts = {compose(arrival)[0].text for arrival in itertools.permutations(pieces)}
    assert len(texts) == 1
    assert [line[0] for line in texts.pop().splitlines() if line] == ["B", "A", "D", "C"]


def test_fragments_stand_where_their_place_is_marked() -> None:
    """A mark inside a function indents what is put there; a mark without fragments disappears."""
    base = "X = 1\n# place: constants\n\ndef f():\n    # place: steps\n    # place: never\n    return X\n"
    pieces = [whole(base), part("Y = 2\n", "y", place="constants"), part("print(X)\n", "p", place="steps")]
    text = format_tree({"a.py": compose(pieces)[0].text})["a.py"]
    assert text == "X = 1\n\nY = 2\n\n\ndef f():\n\n    print(X)\n    return X\n"


def test_a_mark_within_a_string_is_text() -> None:
    """No text of a user can draw a fragment into itself."""
    base = 'X = """\n# place: body\n"""\n'
    assert compose([whole(base), part("Y = 1\n")])[0].text.startswith(base)


def test_methods_go_into_their_class_and_strings_are_not_shifted() -> None:
    """A lone pass gives way; decorators and remarks come along."""
    method = '# why\n@property\ndef m(self):\n    """Say.\n\n    More."""\n    return """\nraw\n"""\n'
    composed = compose(
        [
            whole("class A:\n    pass\n\nclass B: ...\n"),
            part(method, into="A"),
            part("def n(self): ...\n", "n", into="B"),
        ]
    )
    scope: dict[str, type] = {}
    exec(composed[0].text, scope)
    assert scope["A"]().m == "\nraw\n"
    assert "    # why\n    @property\n" in composed[0].text
    assert [(entry.name, entry.fragment) for entry in composed[0].sources] == [
        ("", "a"),
        ("A", "a"),
        ("B", "a"),
        ("A.m", "f"),
        ("B.n", "n"),
    ]


def test_the_source_map_leads_to_pattern_fragment_and_node() -> None:
    """Functions, classes, methods and constants know their fragment and node."""
    pieces = [whole('"""D."""\n'), part("class A:\n    def m(self): ...\n\nB: int = 1\n", node="node:1")]
    entries = {entry.name: (entry.pattern, entry.fragment, entry.node) for entry in compose(pieces)[0].sources}
    own = ("part@1.0.0", "f", "node:1")
    assert entries == {"": ("base@1.0.0", "a", ""), "A": own, "A.m": own, "B": own}


def test_two_pieces_may_not_claim_one_thing() -> None:
    """One name, one import, one file: the message names both sides."""
    cases = [
        [part("def f(): ...\n", "one"), part("def f(): return 1\n", "two")],
        [part("from a import x\nA = x\n", "one"), part("from b import x\nB = x\n", "two")],
        [whole("X = 1\n"), whole("X = 2\n", pattern="other@1.0.0")],
        [whole("x", "a"), whole("x", "a/b", "other@1.0.0")],
        [whole("x", "a.txt"), whole("x", "A.txt", "other@1.0.0")],
    ]
    for pieces in cases:
        with pytest.raises(CompositionError) as caught:
            compose(pieces)
        first, second = {piece.origin for piece in pieces}
        assert first in str(caught.value)
        assert second in str(caught.value)


def test_the_same_piece_stands_once() -> None:
    """What two tasks both need is written once."""
    same = part("def f(): ...\n")
    assert compose([same, same.model_copy(update={"node": "other"})])[0].text.count("def f") == 1


def test_a_method_needs_its_class() -> None:
    """A fragment without its class is refused by name."""
    with pytest.raises(CompositionError, match=r"goes into the class A, and a\.py has none"):
        compose([part("def m(self): ...\n", into="A")])


def test_what_is_no_python_is_refused() -> None:
    """A broken piece is named before anything is written."""
    with pytest.raises(CompositionError, match=r"part@1\.0\.0:f of a\.py is no Python, line 1"):
        compose([part("def (:\n")])
    with pytest.raises(CompositionError, match="no Python"):
        compose([whole("def (:\n")])


def test_other_texts_are_joined_at_their_marks() -> None:
    """Fragments of a Markdown or an environment file stand where they belong."""
    pieces = [
        whole("# T\n<!-- place: list -->\nend\n", "a.md"),
        part("- b\n", "b", "a.md", place="list", order=2),
        part("- a", "a", "a.md", place="list", order=1),
        part("last\n", "l", "a.md"),
    ]
    assert compose(pieces)[0].text == "# T\n- a\n- b\nend\nlast\n"


def test_formatting_prunes_and_sorts_python_alone() -> None:
    """Dead imports go, other files stay as they are, line ends included."""
    done = format_tree({"b.md": "x  \r\n", "src/a.py": "import sys\nimport os\nfrom src import b\nprint( os , b )\n"})
    assert done == {"b.md": "x  \r\n", "src/a.py": "import os\n\nfrom src import b\n\nprint(os, b)\n"}


def test_formatting_names_what_it_cannot_read() -> None:
    """A file that is no Python stops the build with its name."""
    with pytest.raises(FormattingError, match=r"a\.py"):
        format_tree({"a.py": "def (:\n"})
