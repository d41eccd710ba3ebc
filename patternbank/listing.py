"""Say in words what the bank holds and finds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from patternbank.lifecycle import HistoryEntry
from patternbank.patterns import PatternVersion
from patternbank.patterns.version import EXPECTED
from patternbank.ports import Entry
from patternbank.retrieval import Ranking
from patternbank.values import Json

if TYPE_CHECKING:
    from patternbank.checking import Finding
    from patternbank.curation.moving import Moved
    from patternbank.past import Use


def summary(entry: Entry) -> dict[str, Json]:
    """Give what a list says of a version."""
    return {
        "name": entry.name,
        "version": entry.version,
        "status": entry.status.value,
        "title": entry.manifest.title,
        "category": entry.manifest.category,
        "provides": list(entry.manifest.capabilities),
        "stack": list(entry.manifest.stack),
        "origin": entry.origin,
        "digest": entry.digest,
        "scores": entry.scores.model_dump() if entry.scores else None,
    }


def details(entry: Entry, version: PatternVersion, history: Sequence[HistoryEntry]) -> dict[str, Json]:
    """Give everything that the bank itself says of a version."""
    return {
        **summary(entry),
        "manifest": version.manifest.model_dump(mode="json", by_alias=True),
        "files": {file.path: file.text for file in version.files},
        "history": [entry.model_dump(mode="json") for entry in history],
    }


def table(entries: Sequence[Entry]) -> str:
    """Write versions as a table."""
    if not entries:
        return "no pattern"
    rows = [("pattern", "status", "category", "provides", "title")]
    rows += [
        (
            entry.reference,
            entry.status.value,
            entry.manifest.category,
            " ".join(entry.manifest.capabilities),
            entry.manifest.title,
        )
        for entry in entries
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + f"\n{len(entries)} patterns"


def description(entry: Entry, version: PatternVersion, history: Sequence[HistoryEntry], *, with_files: bool) -> str:
    """Write a version in full."""
    lines = [f"{entry.reference}  {entry.status}", entry.manifest.title, ""]
    if entry.manifest.description:
        lines += [entry.manifest.description.strip(), ""]
    lines += [f"{name:<12}{value}" for name, value in _facts(entry, version) if value]
    lines += ["", "history"]
    for past in history:
        ways = " -> ".join(state[:20] for state in (past.before, past.after) if state)
        lines.append(f"  {past.change.at:%Y-%m-%d %H:%M} {past.kind} {ways} by {past.change.by}: {past.change.why}")
    if with_files:
        for file in version.files:
            if not file.path.startswith(EXPECTED):
                lines += ["", f"--- {file.path}", file.text.rstrip("\n")]
    return "\n".join(lines)


def example(files: Mapping[str, str]) -> str:
    """Write what the example becomes."""
    lines = []
    for path, text in sorted(files.items()):
        lines += ["", f"+++ {path}", text.rstrip("\n")]
    return "\n".join(lines).lstrip("\n")


def use(found: "Use") -> str:
    """Write where a version was used and what failed there."""
    lines = [f"used in {found.runs} runs of {len(found.applications)} applications, {found.red} of them with failures"]
    lines += [f"  {used.title}: {used.runs} runs, the last {used.last:%Y-%m-%d %H:%M}" for used in found.applications]
    return "\n".join(lines)


def moved(found: "Moved") -> str:
    """Write the gates of a move, the scores, and what became of it."""
    lines = [f"{found.reference}: {found.before} -> {found.after}"]
    for gate in found.gates:
        lines.append(f"  {'ok  ' if gate.passed else 'FAIL'}  {gate.name:<12} {gate.text}")
        if not gate.passed and gate.hint:
            lines.append(f"        do: {gate.hint}")
    failing = sum(not gate.passed for gate in found.gates)
    if not found.allowed:
        lines.append(f"nothing was changed: {failing} of {len(found.gates)} gates fail")
    else:
        lines.append("done" if found.written else "nothing was changed: a dry run")
    return "\n".join(lines)


def ranking(found: Ranking) -> str:
    """Write a ranking with its reasons."""
    lines = []
    for number, candidate in enumerate(found.candidates, 1):
        lines += [f"{number}. {candidate.pattern}  {candidate.score:.3f}", f"   {'; '.join(candidate.reasons)}"]
    lines += [f"-  {rejection.pattern}: {rejection.reason}" for rejection in found.rejected]
    if found.abstained:
        lines.append(f"no answer: {found.reason}")
    return "\n".join(lines)


def findings(found: Sequence["Finding"], *, checked: int) -> str:
    """Write findings, and how many patterns were looked at."""
    lines = []
    for finding in found:
        lines.append(f"{finding.pattern}: {finding.place}: [{finding.code}] {finding.text}")
        if finding.hint:
            lines.append(f"  fix: {finding.hint}")
    return "\n".join([*lines, f"{checked} patterns checked, {len(found)} findings"])


def _facts(entry: Entry, version: PatternVersion) -> Iterator[tuple[str, str]]:
    manifest = entry.manifest
    yield "category", manifest.category
    yield "provides", ", ".join(manifest.capabilities)
    yield "requires", ", ".join(manifest.requires)
    yield "conflicts", ", ".join(manifest.conflicts)
    yield "stack", ", ".join(manifest.stack)
    yield "view", manifest.view
    yield "slots", ", ".join(f"{slot.name}={slot.default!r}" for slot in manifest.slots)
    yield "renders", ", ".join(f"{part.path} ({part.kind})" for part in version.entries)
    yield "when", manifest.when.model_dump_json(by_alias=True, exclude_defaults=True).strip("{}")
    yield "scores", entry.scores.model_dump_json().strip("{}") if entry.scores else "not measured"
    yield "origin", entry.origin
    yield "digest", entry.digest
