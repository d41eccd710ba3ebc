"""The figures as a table and as a plot."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from benchmarks.retrieval.evaluation import by_kind
from benchmarks.retrieval.measures import (
    Outcome,
    abstention_precision,
    abstention_recall,
    among_five,
    answered,
    gain,
    mean,
    reciprocal,
)

COLOURS = ("#4c6ef5", "#f59f00", "#12b886", "#868e96", "#212529", "#e64980")
HEADS = ("queries", "recall@1", "recall@5", "MRR", "nDCG")


def kinds_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One line for each kind of query that has an answer, and one for all."""
    yield f"| kind | {' | '.join(HEADS)} |"
    yield "|---|---:|---:|---:|---:|---:|"
    answerable = [outcome for outcome in outcomes if outcome.right]
    for kind, each in (*by_kind(answerable).items(), ("**all**", answerable)):
        figures = (f"{mean(each, measure)}" for measure in (answered, among_five, reciprocal, gain))
        yield f"| {kind} | {len(each)} | {' | '.join(figures)} |"


def legs_table(legs: Mapping[str, Sequence[Outcome]]) -> Iterator[str]:
    """One line for each leg, over all queries."""
    yield "| leg | recall@1 | recall@5 | MRR | nDCG | abstention precision | abstention recall |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for leg, outcomes in legs.items():
        figures = [mean(outcomes, measure) for measure in (answered, among_five, reciprocal, gain)]
        figures += [abstention_precision(outcomes), abstention_recall(outcomes)]
        yield f"| {leg} | {' | '.join('–' if figure.value != figure.value else str(figure) for figure in figures)} |"


def plot(legs: Mapping[str, Sequence[Outcome]]) -> str:
    """Recall at 1 by kind of query, a bar for each leg with its interval, as SVG."""
    kinds = list(by_kind([outcome for each in legs.values() for outcome in each if outcome.right]))
    width, height, left, bar = 110 * len(kinds) + 60, 300, 45, 90 // max(1, len(legs))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 75}" font-family="sans-serif" '
        'font-size="11">',
        f'<rect width="{width}" height="{height + 75}" fill="#fff"/>',
    ]
    for tenth in range(0, 11, 2):
        y = height - tenth * 25
        lines.append(f'<line x1="{left}" y1="{y}" x2="{width - 10}" y2="{y}" stroke="#dee2e6"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{tenth / 10:.1f}</text>')
    for place, kind in enumerate(kinds):
        start = left + 10 + place * 110
        lines.append(f'<text x="{start + 45}" y="{height + 18}" text-anchor="middle">{escape(kind)}</text>')
        for number, outcomes in enumerate(legs.values()):
            figure = mean([outcome for outcome in outcomes if outcome.kind == kind], answered)
            x, tall = start + number * bar, figure.value * 250
            lines.append(
                f'<rect x="{x}" y="{height - tall:.1f}" width="{bar - 3}" height="{tall:.1f}" '
                f'fill="{COLOURS[number % len(COLOURS)]}"/>'
            )
            middle, low, high = x + (bar - 3) / 2, height - figure.low * 250, height - figure.high * 250
            lines.append(f'<line x1="{middle}" y1="{low:.1f}" x2="{middle}" y2="{high:.1f}" stroke="#000"/>')
    for number, leg in enumerate(legs):
        x = left + 10 + number * 130
        lines.append(
            f'<rect x="{x}" y="{height + 42}" width="12" height="12" fill="{COLOURS[number % len(COLOURS)]}"/>'
        )
        lines.append(f'<text x="{x + 17}" y="{height + 52}">{escape(leg)}</text>')
    return "\n".join([*lines, "</svg>", ""])
