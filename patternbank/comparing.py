"""Say in what two versions differ: manifest and files."""

import difflib
import json
from collections.abc import Iterator
from typing import Literal

from patternbank.patterns import PatternVersion
from patternbank.patterns.folder import MANIFEST
from patternbank.values import Frozen


class Difference(Frozen):
    """A file that only one version has, or that both have with other contents; ``text`` is a unified diff."""

    path: str
    change: Literal["added", "removed", "changed"]
    text: str


def differences(left: PatternVersion, right: PatternVersion) -> tuple[Difference, ...]:
    """Give what differs, the manifest first, then files by path."""
    return tuple(_differing(_texts(left), _texts(right), left.reference, right.reference))


def _texts(pattern: PatternVersion) -> dict[str, str]:
    """Give the files, and the manifest as it is read: comments, layout and state are no part of a version."""
    described = pattern.manifest.model_dump(mode="json", by_alias=True, exclude={"status"}, exclude_defaults=True)
    return {MANIFEST: json.dumps(described, indent=2, ensure_ascii=False) + "\n", **pattern.texts}


def _differing(before: dict[str, str], after: dict[str, str], left: str, right: str) -> Iterator[Difference]:
    for path in sorted({*before, *after}, key=lambda path: (path != MANIFEST, path)):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        lines = difflib.unified_diff(
            (old or "").splitlines(), (new or "").splitlines(), f"{left}/{path}", f"{right}/{path}", lineterm=""
        )
        text = "\n".join(lines) or f"{left}/{path} and {right}/{path} differ in blanks at the end of lines"
        yield Difference(
            path=path, change="added" if old is None else "removed" if new is None else "changed", text=text
        )
