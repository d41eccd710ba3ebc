"""The results as text: every measure with its interval and promise, and by name what went wrong."""

from devmatrix.interfaces.cli.labelling import flaws, show_lab, table
from devmatrix.lab.measuring import by_family, measures
from devmatrix.lab.results import Case, LabReport, Point
from tests.lab.records import case, generation


def report(cases: list[Case], pairs: list[Case] | None = None, curve: tuple[Point, ...] = ()) -> LabReport:
    """A lab with some cases."""
    return LabReport(
        seed=7,
        applications=("one", "two"),
        scenarios=(10, 20),
        faults=len(cases),
        families=("guards",),
        measures=measures(cases, pairs or ()),
        by_family=by_family(cases),
        cases=tuple(cases),
        pairs=tuple(pairs or ()),
        curve=curve,
        seconds=1.0,
    )


def test_each_measure_stands_in_a_line() -> None:
    """Share, interval, number, promise and verdict."""
    text = show_lab(report([case("a"), case("b", detected=False, cause_right=False, file_right=False)]))
    (line,) = (line for line in text.splitlines() if line.startswith("detection"))
    assert line.split() == ["detection", "50.0%", "9.5%", "to", "90.5%", "2", ">=", "95%", "MISSED"]
    assert text.startswith("2 faults of 1 families in 2 applications (one, two), seed 7, 1 s\n")
    assert "  b in one: not seen" in text


def test_what_was_not_measured_is_said_to_be_so() -> None:
    """A promise that nothing was asked about is not kept."""
    (line,) = (line for line in show_lab(report([case("a")])).splitlines() if line.startswith("recurs, same"))
    assert line.split()[-2:] == ["not", "measured"]


def test_a_lab_without_flaws_names_nobody() -> None:
    """There is no list of what went wrong."""
    assert "missed or wrong" not in show_lab(report([case("a")]))


def test_flaws_are_named() -> None:
    """Each by itself; a case without reach or with a problem has only that."""
    cases = {
        ("reaches no application",): case(reached=False),
        ("ValueError",): case(problem="ValueError", detected=False),
        ("does not start",): case(valid=False),
        ("not seen",): case(detected=False, cause_right=False, file_right=False),
        ("cause LOST_UPDATE",): case(cause_right=False, found=("LOST_UPDATE",)),
        ("wrong file",): case(file_right=False),
        ("not repaired",): case(repaired=False),
        ("came again",): case(generations=(generation("memory", 1), generation("no memory", 1))),
        ("harmed",): case(harmed=("one",)),
        (): case(generations=(generation("no memory", 1), generation("placebo", 1))),
    }
    assert {flaws(one): one for one in cases.values()} == cases


def test_pairs_and_the_curve_have_their_place() -> None:
    """The pair that was not repaired by name, and a column for each generation."""
    curve = tuple(
        Point(arm=arm, generation=number, application="one", passed=number, asked=10)
        for arm in ("memory", "placebo")
        for number in (1, 2)
    )
    lines = show_lab(report([case("a")], [case("p+q", repaired=False)], curve)).splitlines()
    assert "pairs not repaired:" in lines
    assert [line.split() for line in lines if line.startswith(("memory ", "placebo "))] == [
        ["memory", "1/10", "2/10"],
        ["placebo", "1/10", "2/10"],
    ]


def test_columns_stand_under_each_other() -> None:
    """The first stands left, all others right."""
    assert table([("a", "bb", "c"), ("dddd", "e", "ff")]) == ["a     bb   c", "dddd   e  ff"]
