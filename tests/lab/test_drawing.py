"""The learning curve is a picture that every reader of XML can open, with a line for each arm."""

from xml.etree import ElementTree

from devmatrix.lab.drawing import HEIGHT, WIDTH, draw_curve
from devmatrix.lab.results import Arm, Point

SVG = "{http://www.w3.org/2000/svg}"


def point(arm: Arm, generation: int, passed: int, application: str = "one") -> Point:
    """A generation."""
    return Point(arm=arm, generation=generation, application=application, passed=passed, asked=100)


POINTS = [
    *(point("memory", number, 80 + 5 * number, "a & <b>") for number in (1, 2, 3)),
    *(point("no memory", number, 85, "a & <b>") for number in (1, 2, 3)),
]


def test_each_arm_has_a_line_with_its_points() -> None:
    """Better is higher, later is further right, and all lies within the frame."""
    root = ElementTree.fromstring(draw_curve(POINTS))
    lines = [
        [tuple(map(float, pair.split(","))) for pair in line.get("points", "").split()]
        for line in root.iter(f"{SVG}polyline")
    ]
    assert [len(line) for line in lines] == [3, 3]
    memory, none = lines
    assert [x for x, _ in memory] == sorted(x for x, _ in memory) == [x for x, _ in none]
    assert [y for _, y in memory] == sorted((y for _, y in memory), reverse=True)
    assert len({y for _, y in none}) == 1
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for line in lines for x, y in line)
    assert len(list(root.iter(f"{SVG}circle"))) == 6


def test_names_are_text() -> None:
    """What stands in a name is no markup; the arms are named."""
    texts = [text.text for text in ElementTree.fromstring(draw_curve(POINTS)).iter(f"{SVG}text")]
    assert texts.count("a & <b>") == 3
    assert {"memory", "no memory"} <= set(texts)
    assert "placebo" not in texts


def test_a_curve_without_points_is_a_frame() -> None:
    """Nothing is drawn, and nothing fails; nor with everything green from the start, nor with nothing."""
    assert not list(ElementTree.fromstring(draw_curve([])).iter(f"{SVG}polyline"))
    for passed in (0, 100):
        root = ElementTree.fromstring(draw_curve([point("memory", 1, passed)]))
        (circle,) = root.iter(f"{SVG}circle")
        assert 0 < float(circle.get("cy", "")) < HEIGHT
