"""A change of one rendering becomes a codemod for all of them, or nothing."""

from devmatrix.backend.codemods import rewrite
from devmatrix.repair.grafting import generalise
from devmatrix.repair.hunk import Hunk

KNOWN = frozenset({"require", "body", "self"})


def hunk(old: str, new: str) -> Hunk:
    """A statement that becomes another."""
    return Hunk(file="a.py", old=(old,), new=(new,))


def test_words_of_the_application_become_holes() -> None:
    """The same holes in both texts, and the codemod does in another domain what it did in this one."""
    found = generalise(hunk("parcel.weight -= 2 * body.grams\n", "parcel.weight -= body.grams\n"), KNOWN)
    assert found == ("_1._2 -= 2 * body._3\n", "_1._2 -= body._3\n")
    elsewhere = "def take(body):\n    shelf.room -= 2 * body.size\n    return shelf\n"
    assert rewrite(elsewhere, *found) == "def take(body):\n    shelf.room -= body.size\n    return shelf\n"


def test_a_name_stands_for_the_same_thing_everywhere() -> None:
    """Where one name occurs twice, only places with one expression twice are meant."""
    found = generalise(hunk("require(a == a)\n", "require(a)\n"), KNOWN)
    assert found is not None
    assert rewrite("require(x.y == x.y)\n", *found) == "require(x.y)\n"
    assert rewrite("require(x.y == x.z)\n", *found) == "require(x.y == x.z)\n"


def test_what_must_be_said_in_words_of_the_application_is_no_codemod() -> None:
    """A new name that the old text does not hold, or a text in quotes, nobody can say elsewhere."""
    assert generalise(hunk("_ = body.title\n", "task.title = body.title\n"), KNOWN) is None
    assert generalise(hunk('require(a, "no such parcel")\n', 'require(not a, "no such parcel")\n'), KNOWN) is None
