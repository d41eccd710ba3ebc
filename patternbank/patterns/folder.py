"""Read patterns from folders."""

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from patternbank.errors import ManifestError
from patternbank.patterns.manifest import PatternManifest
from patternbank.patterns.version import TEMPLATES, PatternFile, PatternVersion, version_key

MANIFEST = "pattern.yaml"
EVIDENCE = "evidence.json"
LARGEST = 1_000_000
IGNORED = ("__pycache__", ".DS_Store", ".ruff_cache")


def read_patterns(folder: Path) -> tuple[PatternVersion, ...]:
    """Read every pattern below a folder, sorted by name and version."""
    found = (read_pattern(place) for place in pattern_folders(folder))
    return tuple(sorted(found, key=lambda pattern: (pattern.name, version_key(pattern.version))))


def pattern_folders(folder: Path) -> tuple[Path, ...]:
    """Find the folders of patterns below a folder, or the folder itself, in order."""
    if not folder.is_dir():
        raise ManifestError(f"there is no folder {folder}", "name a folder that holds folders with a pattern.yaml")
    return tuple(_below(folder))


def _below(folder: Path) -> Iterator[Path]:
    """Stop at a manifest: what is deeper belongs to that pattern."""
    if (folder / MANIFEST).is_file():
        yield folder
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.is_symlink():
            yield from _below(inner)


def read_pattern(folder: Path) -> PatternVersion:
    """Read one pattern; raise ``ManifestError`` with the place and a way out."""
    manifest = _read_manifest(folder / MANIFEST)
    if folder.resolve().name not in (manifest.name, f"{manifest.name}@{manifest.version}"):
        raise ManifestError(
            f"{folder / MANIFEST}: the folder is called {folder.resolve().name}, the pattern {manifest.name}",
            "give both one name",
        )
    pattern = PatternVersion(manifest=manifest, files=tuple(_read_files(folder)))
    check_entries(pattern, str(folder))
    return pattern


def _read_manifest(path: Path) -> PatternManifest:
    from patternbank.patterns.yaml_text import read_yaml

    given = read_yaml(_read_text(path), str(path))
    try:
        return PatternManifest.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the manifest"
        raise ManifestError(f"{path}: {place}: {first['msg']}", "see the reference of pattern.yaml") from error


def _read_files(folder: Path) -> Iterator[PatternFile]:
    root = str(folder)
    for here, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in IGNORED)
        for name in sorted(names):
            path = Path(here, name)
            relative = path.relative_to(folder).as_posix()
            if name not in IGNORED and relative not in (MANIFEST, EVIDENCE):
                yield PatternFile(path=relative, text=_read_text(path))


def _read_text(path: Path) -> str:
    if path.is_symlink():
        raise ManifestError(f"{path} is a link", "a pattern holds plain files only")
    try:
        content = path.read_bytes()
        if len(content) > LARGEST:
            raise ManifestError(f"{path} is larger than {LARGEST} bytes", "leave it out of the pattern")
        return content.decode("utf-8")
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}", "check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path} is not UTF-8 text", "a pattern holds texts only") from error


def check_entries(pattern: PatternVersion, place: str) -> None:
    """Refuse a template that the manifest names and that is not there, or the other way round."""
    held = {path.removeprefix(TEMPLATES) for path in pattern.texts if path.startswith(TEMPLATES)}
    named = {entry.template for entry in pattern.entries}
    for path in sorted(named - held):
        raise ManifestError(f"{place}: files/{path} is named in the manifest and not there", "add it or its entry")
    for path in sorted(held - named):
        raise ManifestError(
            f"{place}: files/{path} is not named in the manifest", "name it under 'files', or remove it"
        )
