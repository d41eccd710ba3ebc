"""The results of the lab as text: a table of all measures, one by family, and what went wrong by name."""

from collections.abc import Iterable, Iterator, Sequence

from devmatrix.lab.results import Case, LabReport, Measure

FAMILY_COLUMNS = (
    ("detection", "seen"),
    ("cause right", "cause"),
    ("right file, after the repair", "file"),
    ("right file, first guess", "guess"),
    ("repair proved", "repaired"),
    ("recurs, same application", "again here"),
    ("recurs, other applications", "elsewhere"),
)


def show_lab(report: LabReport) -> str:
    """The whole text."""
    lines = [
        f"{report.faults} faults of {len(report.families)} families in {len(report.applications)} applications"
        f" ({', '.join(report.applications)}), seed {report.seed}, {report.seconds:.0f} s",
        "",
        *table([("measure", "share", "95 % interval", "of", "promised", ""), *map(_measure, report.measures)]),
        "",
        *table(list(_families(report))),
        "",
        *_curve(report),
        *_wrong("missed or wrong", [case for case in report.cases if flaws(case)]),
        *_wrong("pairs not repaired", [case for case in report.pairs if case.reached and not case.repaired]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def flaws(case: Case) -> tuple[str, ...]:
    """What was not as it should be."""
    if not case.reached:
        return ("reaches no application",)
    if case.problem:
        return (case.problem,)
    found = {
        "does not start": not case.valid,
        "not seen": not case.detected,
        f"cause {', '.join(case.found) or 'none'}": case.detected and not case.cause_right,
        "wrong file": case.detected and not case.file_right,
        "not repaired": not case.repaired,
        "came again": any(one.red for one in case.generations if one.arm == "memory"),
        "harmed": bool(case.harmed) or any(one.worse for one in case.generations),
    }
    return tuple(words for words, holds in found.items() if holds)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns; all but the first stand right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _measure(one: Measure) -> tuple[str, ...]:
    verdict = "" if not one.promised else "not measured" if not one.total else "kept" if one.kept else "MISSED"
    interval = f"{one.low:.1%} to {one.high:.1%}"
    return one.name, f"{one.share:.1%}" if one.total else "-", interval, str(one.total), one.promised, verdict


def _families(report: LabReport) -> Iterator[tuple[str, ...]]:
    yield ("family", "faults", *(title for _, title in FAMILY_COLUMNS))
    for family, found in report.by_family:
        known = {measure.name: measure for measure in found}
        shares = (known[name] for name, _ in FAMILY_COLUMNS)
        cases = sum(family in case.families for case in report.cases)
        yield (family, str(cases), *(f"{one.hits}/{one.total}" for one in shares))


def _curve(report: LabReport) -> Iterator[str]:
    generations = sorted({point.generation for point in report.curve})
    if not generations:
        return
    arms = list(dict.fromkeys(point.arm for point in report.curve))
    found = {(point.arm, point.generation): point for point in report.curve}
    rows = [("green in the first pass", *(str(number) for number in generations))]
    rows += [(arm, *(f"{found[arm, n].passed}/{found[arm, n].asked}" for n in generations)) for arm in arms]
    yield from table(rows)
    yield ""


def _wrong(title: str, cases: Iterable[Case]) -> Iterator[str]:
    found = list(cases)
    if found:
        yield f"{title}:"
        yield from (f"  {case.id} in {case.application or 'none'}: {'; '.join(flaws(case))}" for case in found)
        yield ""
