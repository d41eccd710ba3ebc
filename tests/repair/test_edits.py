"""Edits of a person are taken back one by one, and a repair goes into edited files only where nobody else is."""

from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.repair.differences import blamed, unified
from devmatrix.repair.edits import changed, edits, merged, without

BODY = "def f():\n    a()\n    b()\n    c()\n\n\ndef g():\n    d()\n"
ORIGINS = (
    Origin(qualified_name="", pattern="p", version="1.0.0", fragment="module", node=""),
    Origin(qualified_name="f", pattern="q", version="2.0.0", fragment="function", node="operation:x"),
)


def tree(**files: str) -> FileTree:
    """Files by name without suffix, ``readme`` apart."""
    paths = {name: "README.md" if name == "readme" else f"{name}.py" for name in files}
    made = (GeneratedFile(path=paths[name], text=text, origins=ORIGINS) for name, text in files.items())
    return FileTree(files=tuple(sorted(made, key=lambda file: file.path)))


def test_one_of_two_edits_in_a_function_is_taken_back() -> None:
    """The other stays where it is, and so does every other byte."""
    standing = tree(one=BODY.replace("a()", "x()").replace("c()", "y()"), readme="mine\n")
    made = edits(tree(one=BODY, readme="theirs\n"), standing)
    assert [hunk.file for hunk in made] == ["README.md", "one.py", "one.py"]
    for undone, left in ((made[1], BODY.replace("c()", "y()")), (made[2], BODY.replace("a()", "x()"))):
        found = without(standing, [undone])
        assert found is not None
        assert (found.text("one.py"), found.text("README.md")) == (left, "mine\n")


def test_all_edits_taken_back_give_what_was_generated() -> None:
    """A file that a person added is gone, one that was deleted is there again."""
    generated, standing = tree(one=BODY, two="x = 1\n"), tree(one=BODY.replace("a()", ""), three="y = 1\n")
    found = without(standing, edits(generated, standing))
    assert found is not None
    assert {file.path: file.text for file in found.files if file.text} == {"one.py": BODY, "two.py": "x = 1\n"}


def test_a_place_that_is_not_there_is_none() -> None:
    """Nothing is changed where one hunk of several has no place."""
    made = edits(tree(one=BODY), tree(one=BODY.replace("a()", "x()").replace("d()", "y()")))
    assert changed(tree(one=BODY.replace("d()", "z()")), made) is None


def test_a_repair_goes_in_beside_an_edit() -> None:
    """Both changes are there, and the origins are those of what was repaired."""
    repaired = BODY.replace("b()", "e()")
    found = merged(tree(one=BODY.replace("a()", "x()")), tree(one=BODY), tree(one=repaired))
    assert found is not None
    assert found.text("one.py") == repaired.replace("a()", "x()")
    assert found.files[0].origins == ORIGINS


def test_a_repair_and_an_edit_in_one_place_are_a_conflict() -> None:
    """Nobody decides which of the two is right."""
    assert merged(tree(one=BODY.replace("b()", "x()")), tree(one=BODY), tree(one=BODY.replace("b()", "e()"))) is None


def test_a_repair_that_puts_something_in_finds_an_edited_function() -> None:
    """A function comes after another, whatever a person made of that."""
    new = BODY.replace("\n\n\ndef g", "\n\n\ndef h():\n    e()\n\n\ndef g")
    found = merged(tree(one=BODY.replace("c()", "x()")), tree(one=BODY), tree(one=new))
    assert found is not None
    assert found.text("one.py") == new.replace("c()", "x()")


def test_the_difference_names_each_file_that_differs() -> None:
    """It is a patch; what is only on one side comes from nowhere or goes there."""
    text = unified(tree(one="a\n", two="b", four="same\n"), tree(one="c\n", three="d\n", four="same\n"))
    assert text == (
        "--- a/one.py\n+++ b/one.py\n@@ -1 +1 @@\n-a\n+c\n--- /dev/null\n+++ b/three.py\n@@ -0,0 +1 @@\n+d\n"
        "--- a/two.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"
    )


def test_what_a_repair_changes_is_to_blame() -> None:
    """The innermost name that is known says which fragment it is and what it was rendered for; each is named once."""
    before, after = tree(one=BODY), tree(one=BODY.replace("a()", "x()").replace("c()", "y()").replace("d()", "z()"))
    found = blamed(before, after)
    assert [(one.fragment, one.pattern, one.version, one.node, one.line, one.proved) for one in found] == [
        ("function", "q", "2.0.0", "operation:x", 2, True),
        ("module", "p", "1.0.0", "", 8, True),
    ]
