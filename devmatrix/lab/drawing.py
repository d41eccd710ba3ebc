"""Draws the learning curve as SVG: the share of scenarios green in the first pass, generation by generation."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from devmatrix.lab.results import Arm, Point

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 140, 40, 48
COLOURS: dict[Arm, str] = {"memory": "#0a7d4b", "no memory": "#b3261e", "placebo": "#8a6d00"}
DASHES: dict[Arm, str] = {"memory": "", "no memory": "6 4", "placebo": "2 4"}


def draw_curve(points: Sequence[Point]) -> str:
    """The picture; an empty frame without points."""
    shares = [point.passed / point.asked for point in points if point.asked]
    least = min(shares, default=0.0)
    low = max(0.0, int(least * 20) / 20 - 0.05)
    last = max((point.generation for point in points), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12" role="img" aria-label="first-pass smoke by generation">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="15">Scenarios green in the first pass, by generation</text>',
    ]
    for step in range(5):
        share = low + (1 - low) * step / 4
        y = _y(share, low)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#e0e0e0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{share:.0%}</text>')
    for generation in range(1, last + 1):
        x = _x(generation, last)
        names = sorted({point.application for point in points if point.generation == generation})
        parts.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{generation}</text>')
        label = escape(", ".join(names))
        parts.append(
            f'<text x="{x}" y="{HEIGHT - BOTTOM + 34}" text-anchor="middle" font-size="9" fill="#555">{label}</text>'
        )
    for number, arm in enumerate(COLOURS):
        parts += _line(arm, [point for point in points if point.arm == arm], low, last, number)
    return "\n".join((*parts, "</svg>")) + "\n"


def _line(arm: Arm, points: Sequence[Point], low: float, last: int, number: int) -> list[str]:
    if not points:
        return []
    colour, dash = COLOURS[arm], DASHES[arm]
    style = f' stroke-dasharray="{dash}"' if dash else ""
    places = [(_x(point.generation, last), _y(point.passed / point.asked, low)) for point in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    y = TOP + 16 + 20 * number
    x = WIDTH - RIGHT + 16
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{style}/>',
        *(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places),
        f'<line x1="{x}" y1="{y - 4}" x2="{x + 22}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{style}/>',
        f'<text x="{x + 28}" y="{y}">{arm}</text>',
    ]


def _x(generation: int, last: int) -> float:
    width = WIDTH - LEFT - RIGHT
    return round(LEFT + width * (generation - 0.5) / max(last, 1), 1)


def _y(share: float, low: float) -> float:
    height = HEIGHT - TOP - BOTTOM
    return round(TOP + height * (1 - (share - low) / (1 - low if low < 1 else 1)), 1)
