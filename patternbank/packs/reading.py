"""Read a foreign pack, and believe nothing that it does not prove."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from patternbank.errors import PackError, PatternBankError
from patternbank.packs.archive import read_archive
from patternbank.packs.contents import (
    FOLDER,
    FORMAT,
    LARGEST_PACK,
    MANIFEST,
    PATTERN,
    Pack,
    PackedPattern,
    PackManifest,
)
from patternbank.patterns import PatternFile, PatternManifest, PatternVersion
from patternbank.patterns.folder import check_entries
from patternbank.rendering.templates import compiled

_CHANGED = "the pack was changed after it was made: get it again, and compare its SHA-256 with the giver's"
_MAKE = "ask whoever gave it to make it with `patternbank export`"


def open_pack(path: Path) -> Pack:
    """Read a pack from a file; its name is the file's."""
    try:
        size = path.stat().st_size
        if not path.is_file() or size > LARGEST_PACK:
            raise PackError(f"{path} is no file, or larger than {LARGEST_PACK} bytes", "name a pack")
        content = path.read_bytes()
    except OSError as error:
        raise PackError(f"{path} cannot be read: {error.strerror}", "check the path and its rights") from error
    return read_pack(content, re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)[:80] or "unnamed")


def read_pack(content: bytes, name: str) -> Pack:
    """Read a pack: its files are those that it declares, its versions what they say, its templates harmless."""
    files = read_archive(content)
    manifest = _read_manifest(files)
    _check_declared(manifest, files)
    patterns = tuple(_read_patterns(manifest, files))
    return Pack(name=name, sha256=hashlib.sha256(content).hexdigest(), manifest=manifest, patterns=patterns)


def _read_manifest(files: Mapping[str, bytes]) -> PackManifest:
    if MANIFEST not in files:
        raise PackError(f"the pack holds no {MANIFEST}", _MAKE)
    given = _read_json(MANIFEST, files[MANIFEST])
    made = given.get("format") if isinstance(given, dict) else None
    if isinstance(made, int) and made > FORMAT:
        raise PackError(f"the pack has format {made}, and this program reads {FORMAT}", "use a newer `patternbank`")
    try:
        manifest = PackManifest.model_validate(given)
    except ValidationError as error:
        raise PackError(f"{MANIFEST}: {_first(error)}", _MAKE) from error
    references = [packed.reference for packed in manifest.patterns]
    if len(set(references)) != len(references):
        raise PackError(f"{MANIFEST} names a version twice", _MAKE)
    return manifest


def _check_declared(manifest: PackManifest, files: Mapping[str, bytes]) -> None:
    """Compare what is there with what is declared, both ways, to the last bit."""
    declared = {file.path: file for file in manifest.files}
    if len(declared) != len(manifest.files):
        raise PackError(f"{MANIFEST} names a file twice", _MAKE)
    for path in sorted(declared.keys() - files.keys()):
        raise PackError(f"{path!r} is declared and not in the pack", _CHANGED)
    for path in sorted(files.keys() - declared.keys() - {MANIFEST}):
        raise PackError(f"{path!r} is in the pack and not declared", _CHANGED)
    for path, file in declared.items():
        if file.size != len(files[path]) or file.sha256 != hashlib.sha256(files[path]).hexdigest():
            raise PackError(f"{path!r} is not what the manifest declares", _CHANGED)


def _read_patterns(manifest: PackManifest, files: Mapping[str, bytes]) -> Iterator[PatternVersion]:
    """Build each version, and see that no file is left over."""
    left = dict(files)
    left.pop(MANIFEST)
    for packed in manifest.patterns:
        folder = f"{FOLDER}{packed.reference}/"
        own = {path.removeprefix(folder): left.pop(path) for path in sorted(left) if path.startswith(folder)}
        yield _read_pattern(packed, own)
    for path in sorted(left):
        raise PackError(f"{path!r} belongs to no version of the pack", _MAKE)


def _read_pattern(packed: PackedPattern, own: dict[str, bytes]) -> PatternVersion:
    where = f"{FOLDER}{packed.reference}"
    if PATTERN not in own:
        raise PackError(f"{where} holds no {PATTERN}", _MAKE)
    described = _read_json(f"{where}/{PATTERN}", own.pop(PATTERN))
    try:
        given = PatternManifest.model_validate(described)
        texts = tuple(PatternFile(path=path, text=own[path].decode("utf-8")) for path in sorted(own))
        pattern = PatternVersion(manifest=given, files=texts)
    except UnicodeDecodeError as error:
        raise PackError(f"{where} holds a file that is no UTF-8 text", "leave it out of the pattern") from error
    except ValidationError as error:
        raise PackError(f"{where}: {_first(error)}", "correct the pattern where it comes from") from error
    except RecursionError as error:
        raise PackError(f"{where}/{PATTERN} is nested too deeply", _MAKE) from error
    if pattern.reference != packed.reference:
        raise PackError(f"{where} holds {pattern.reference}", _MAKE)
    if pattern.digest != packed.digest:
        raise PackError(f"{packed.reference} has the digest {pattern.digest[:12]}…, and another is declared", _CHANGED)
    _check_templates(pattern, where)
    return pattern


def _check_templates(pattern: PatternVersion, where: str) -> None:
    """Refuse a template that reaches for what it may not have; its attributes, calls and filters are read, not run."""
    try:
        check_entries(pattern, where)
        for entry in pattern.entries:
            if entry.template.endswith(".j2"):
                compiled(f"{pattern.reference} files/{entry.template}", pattern.template(entry))
    except PatternBankError as error:
        raise PackError(str(error), error.hint) from error


def _read_json(where: str, content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise PackError(f"{where} cannot be read: {error}", _MAKE) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'it'}: {first['msg']}"
