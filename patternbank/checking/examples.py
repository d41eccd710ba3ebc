"""Render the example that a pattern brings along."""

import json
from collections.abc import Iterator
from pathlib import Path

from patternbank.errors import ManifestError
from patternbank.patterns import PatternVersion, read_pattern
from patternbank.patterns.folder import pattern_folders
from patternbank.patterns.version import EXAMPLE_SLOTS, EXAMPLE_VIEW, EXPECTED
from patternbank.rendering import RenderedPiece, compose, format_tree, render
from patternbank.values import Json

BASE = "example/base/"
"""Files that stand for other patterns: fragments of the example go into them."""


def rendered_example(pattern: PatternVersion) -> dict[str, str]:
    """Give the composed and formatted files of the example."""
    view = _json(pattern, EXAMPLE_VIEW)
    slots = _json(pattern, EXAMPLE_SLOTS) if EXAMPLE_SLOTS in pattern.texts else {}
    pieces = [*_base(pattern), *render(pattern, view, slots, node="example")]
    return format_tree({file.path: file.text for file in compose(pieces)})


def expected_example(pattern: PatternVersion) -> dict[str, str]:
    """Give the files that the example must become."""
    return {path.removeprefix(EXPECTED): text for path, text in pattern.texts.items() if path.startswith(EXPECTED)}


def accept_folder(folder: Path) -> Iterator[str]:
    """Accept what the examples of a folder's patterns become; give the paths that changed."""
    for place in pattern_folders(folder):
        for path in accept_example(place, read_pattern(place)):
            yield f"{place.name}/{path}"


def accept_example(folder: Path, pattern: PatternVersion) -> tuple[str, ...]:
    """Write what the example becomes as what is expected; give the paths that changed."""
    found, before = rendered_example(pattern), expected_example(pattern)
    for path in sorted(set(before) - set(found)):
        (folder / EXPECTED / path).unlink()
    changed = sorted(path for path in set(found) | set(before) if found.get(path) != before.get(path))
    for path in changed:
        if path in found:
            target = folder / EXPECTED / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(found[path].encode())
    return tuple(changed)


def _base(pattern: PatternVersion) -> Iterator[RenderedPiece]:
    for path, text in pattern.texts.items():
        if path.startswith(BASE):
            yield RenderedPiece(
                pattern="example", fragment="base", kind="file", path=path.removeprefix(BASE), text=text
            )


def _json(pattern: PatternVersion, path: str) -> dict[str, Json]:
    if path not in pattern.texts:
        raise ManifestError(f"{pattern.reference} has no {path}", "add a view that shows what the pattern makes")
    try:
        value = json.loads(pattern.texts[path])
    except ValueError as error:
        raise ManifestError(f"{pattern.reference} {path}: {error}", "correct the JSON") from error
    if not isinstance(value, dict):
        raise ManifestError(f"{pattern.reference} {path} is no JSON object", "write a mapping from names to values")
    return value
