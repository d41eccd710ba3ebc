"""The checks of one pattern, and of a set of patterns that are to work together."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from patternbank.checking.examples import expected_example, rendered_example
from patternbank.checking.findings import Finding
from patternbank.checking.lint import lint
from patternbank.errors import PatternBankError
from patternbank.patterns import PatternVersion, Status, read_pattern
from patternbank.patterns.folder import MANIFEST, pattern_folders
from patternbank.rendering.templates import compiled

TOGETHER = ("requires", "conflicts")
"""What depends on which other patterns there are."""
USED = (Status.CANDIDATE, Status.GOLDEN)


def check_folder(folder: Path) -> tuple[tuple[PatternVersion, ...], tuple[Finding, ...]]:
    """Read and judge every pattern below a folder."""
    patterns: list[PatternVersion] = []
    findings: list[Finding] = []
    for place in pattern_folders(folder):
        try:
            patterns.append(read_pattern(place))
        except PatternBankError as error:
            found = Finding(pattern=place.name, code="manifest", place=MANIFEST, text=str(error), hint=error.hint)
            findings.append(found)
    for pattern in patterns:
        findings += check_pattern(pattern)
    return tuple(patterns), (*findings, *check_together(patterns))


def check_pattern(pattern: PatternVersion) -> tuple[Finding, ...]:
    """Judge one pattern: its templates compile, its example becomes what is expected, its Python is clean."""
    faults = tuple(_template_faults(pattern))
    return faults or tuple(_example_faults(pattern))


def check_together(patterns: Sequence[PatternVersion]) -> tuple[Finding, ...]:
    """Judge a set: what one requires another provides, and a conflict is declared on both sides."""
    in_use = [pattern for pattern in patterns if pattern.manifest.status in USED]
    return (*_missing(patterns), *_doubled(patterns), *_one_sided(in_use))


def check_beside(new: Sequence[PatternVersion], held: Sequence[PatternVersion]) -> tuple[Finding, ...]:
    """Judge new versions together with those that a bank holds; give what concerns the new ones."""
    references = {pattern.reference for pattern in new}
    others = [pattern for pattern in held if pattern.reference not in references]
    return tuple(found for found in check_together([*new, *others]) if found.pattern in references)


def _template_faults(pattern: PatternVersion) -> Iterator[Finding]:
    for entry in pattern.entries:
        if entry.template.endswith(".j2"):
            label = f"{pattern.reference} files/{entry.template}"
            try:
                compiled(label, pattern.template(entry))
            except PatternBankError as error:
                yield _finding(pattern, "template", f"files/{entry.template}", str(error), error.hint)


def _example_faults(pattern: PatternVersion) -> Iterator[Finding]:
    try:
        found = rendered_example(pattern)
    except PatternBankError as error:
        yield _finding(pattern, "example", "example", str(error), error.hint)
        return
    expected = expected_example(pattern)
    for path in sorted(set(found) | set(expected)):
        if found.get(path) != expected.get(path):
            text = _difference(expected.get(path), found.get(path))
            hint = "correct the template, or accept it: `patternbank check --accept`"
            yield _finding(pattern, "expected", f"example/expected/{path}", text, hint)
    for place, message in lint({path: text for path, text in found.items() if path.endswith(".py")}):
        yield _finding(pattern, "lint", place, message, "correct the template")


def _difference(expected: str | None, found: str | None) -> str:
    if expected is None:
        return "is rendered, and not expected"
    if found is None:
        return "is expected, and not rendered"
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected", "rendered", lineterm="", n=1)
    return "is rendered otherwise:\n" + "\n".join(list(lines)[:40])


def _missing(patterns: Sequence[PatternVersion]) -> Iterator[Finding]:
    given = _given(patterns)
    for pattern in patterns:
        for wanted in pattern.manifest.requires:
            if wanted not in given:
                text = f"requires {wanted}, which no pattern provides"
                yield _finding(pattern, "requires", MANIFEST, text, "add the pattern, or correct the name")


def _doubled(patterns: Sequence[PatternVersion]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for pattern in patterns:
        if seen.setdefault(pattern.reference, pattern.digest) != pattern.digest:
            yield _finding(pattern, "version", MANIFEST, "stands twice, with other contents", "raise one version")


def _one_sided(patterns: Sequence[PatternVersion]) -> Iterator[Finding]:
    given = _given(patterns)
    for pattern in patterns:
        own = {pattern.name, *pattern.manifest.capabilities}
        for named in pattern.manifest.conflicts:
            if named not in given:
                text = f"conflicts with {named}, which no pattern provides"
                yield _finding(pattern, "conflicts", MANIFEST, text, "correct the name")
            for other in given.get(named, ()):
                if other.name != pattern.name and not own & set(other.manifest.conflicts):
                    text = f"conflicts with {other.name}, which does not say so"
                    yield _finding(pattern, "conflicts", MANIFEST, text, f"name {pattern.name} in {other.name} as well")


def _given(patterns: Sequence[PatternVersion]) -> dict[str, list[PatternVersion]]:
    """Give who answers to each name and capability."""
    given: dict[str, list[PatternVersion]] = {}
    for pattern in patterns:
        for name in dict.fromkeys((pattern.name, *pattern.manifest.capabilities)):
            given.setdefault(name, []).append(pattern)
    return given


def _finding(pattern: PatternVersion, code: str, place: str, text: str, hint: str) -> Finding:
    return Finding(pattern=pattern.reference, code=code, place=place, text=text, hint=hint)
