"""A pattern is judged before anybody relies on it."""

from pathlib import Path

import pytest

from patternbank.checking import accept_folder, check_folder, check_together, rendered_example
from tests.patternbank.shelf_texts import write_shelf
from tests.patternbank.shelves import pattern, shelf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shelf with accepted examples."""
    write_shelf(tmp_path)
    list(accept_folder(tmp_path))
    return tmp_path


def codes(folder: Path) -> list[tuple[str, str, str]]:
    """The findings without their words."""
    return [(finding.pattern, finding.code, finding.place) for finding in check_folder(folder)[1]]


def test_good_patterns_have_no_findings(folder: Path) -> None:
    """Accepted examples are what is expected, and accepting again changes nothing."""
    assert codes(folder) == []
    assert list(accept_folder(folder)) == []


def test_an_example_shows_the_whole_work() -> None:
    """The method is in its class, the import in the head, the filler and the marks are gone."""
    rendered = rendered_example(shelf()["service.create"])
    assert rendered["src/repositories/parcels.py"] == (
        '"""Rows of one table."""\n\nfrom sqlalchemy import text\n\nfrom src.models import Parcel, ParcelCreate\n\n\n'
        'class ParcelRepository:\n    """The only place with queries."""\n\n'
        "    async def insert(self, given: ParcelCreate) -> Parcel:\n"
        '        """Write one row and return it."""\n'
        '        statement = """\ninsert into things\nvalues (:value)\n"""\n'
        "        return await self.one(text(statement), given)\n"
    )
    assert 'raise Refused(409, "weight must be positive")\n    log("created")' in rendered["src/services/parcels.py"]
    assert rendered_example(shelf()["service.module"])["src/services/parcels.py"] == '"""Flows of parcels."""\n'


def test_each_fault_is_found(folder: Path) -> None:
    """Manifest, template, example, expectation and lint each have their finding."""
    create, module = folder / "service.create", folder / "service.module"
    template = create / "files/src/services/__resource__.create.py.j2"
    good = template.read_text()
    place = "files/src/services/__resource__.create.py.j2"

    template.write_text(good + "{{ title | upper }}")
    assert codes(folder) == [("service.create@1.0.0", "template", place)]
    template.write_text(good.replace("title | docstring", "absent | docstring"))
    assert codes(folder) == [("service.create@1.0.0", "example", "example")]
    template.write_text(good.replace('log("created")', 'log("made")'))
    assert codes(folder) == [("service.create@1.0.0", "expected", "example/expected/src/services/parcels.py")]
    template.write_text(good.replace('log("created")', 'value = log("created")'))
    list(accept_folder(create))
    assert codes(folder) == [("service.create@1.0.0", "lint", "src/services/parcels.py:13")]
    template.write_text(good)
    list(accept_folder(create))
    (module / "pattern.yaml").write_text("name: [")
    found = codes(folder)
    assert found[0] == ("service.module", "manifest", "pattern.yaml")
    assert found[1] == ("service.create@1.0.0", "requires", "pattern.yaml")
    (module / "example/view.json").unlink()


def test_a_pattern_without_an_example_is_not_finished(folder: Path) -> None:
    """What it makes must be shown."""
    (folder / "service.module/example/view.json").unlink()
    assert ("service.module@1.0.0", "example", "example") in codes(folder)


def test_patterns_are_judged_together() -> None:
    """Requirements are met, conflicts are said by both sides, versions are single."""
    together = [
        pattern("a", requires=["absent", "do"], conflicts=["b"]),
        pattern("b", capability="do"),
        pattern("c", conflicts=["do", "nothing"]),
        pattern("b", {"a.txt": "other"}, capability="do", conflicts=["c", "a"]),
    ]
    assert [(finding.pattern, finding.code, finding.text) for finding in check_together(together)] == [
        ("a@1.0.0", "requires", "requires absent, which no pattern provides"),
        ("b@1.0.0", "version", "stands twice, with other contents"),
        ("a@1.0.0", "conflicts", "conflicts with b, which does not say so"),
        ("c@1.0.0", "conflicts", "conflicts with b, which does not say so"),
        ("c@1.0.0", "conflicts", "conflicts with nothing, which no pattern provides"),
    ]
    assert check_together([pattern("a", conflicts=["b"]), pattern("b", conflicts=["a"])]) == ()
