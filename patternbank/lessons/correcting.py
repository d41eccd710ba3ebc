"""Make the version of a pattern that has a lesson's fix in it, or say why a person has to."""

import json
import re
from collections.abc import Iterable, Mapping
from textwrap import dedent, indent

from patternbank.checking.examples import rendered_example
from patternbank.errors import PatternBankError
from patternbank.lessons.records import Require, RewriteCode
from patternbank.patterns import FileEntry, PatternFile, PatternManifest, PatternVersion, Slot, Status
from patternbank.patterns.version import EXPECTED, TEMPLATES

_WILDCARD = re.compile(r"\b_\d+\b")
_MARKS = ("{{", "{%", "{#")
_DEPTHS = range(0, 24, 4)
EXAMPLE = "example/"


def take_over(old: PatternVersion, better: PatternVersion, fragment: str) -> PatternVersion | str:
    """Take over what differs for a fragment; everything, where no fragment is named or that one does not differ."""
    differing = _differing(old, better)
    named = [key for key in differing if fragment and key[0] == fragment]
    if named:
        return _merged(old, better, named, settings=False, example=named == differing)
    if not differing and _settings(old.manifest) == _settings(better.manifest):
        return f"{old.reference} and {better.reference} make the same files"
    return _merged(old, better, differing, settings=True, example=True)


def set_slot(old: PatternVersion, action: Require) -> PatternVersion | str:
    """Let a slot have by itself the value that the lesson sets."""
    try:
        value = json.loads(action.value)
    except ValueError:
        return f"the value of {action.slot} is no JSON"
    if action.slot not in {slot.name for slot in old.manifest.slots}:
        return f"{old.reference} has no slot {action.slot}"
    slots = tuple(
        slot.model_copy(update={"default": value}) if slot.name == action.slot else slot for slot in old.manifest.slots
    )
    if slots == old.manifest.slots:
        return f"{old.reference} has {action.slot} set to {action.value} already"
    return _made(old.manifest.model_copy(update={"slots": slots}), old.texts)


def rewrite(old: PatternVersion, action: RewriteCode) -> PatternVersion | str:
    """Replace in the template what the lesson replaces in the code, where it stands there word by word."""
    entries = [entry for entry in old.entries if entry.id == action.fragment]
    if not entries:
        return f"{old.reference} has no file that is called {action.fragment}"
    if _WILDCARD.search(action.find):
        return "the correction stands for many places in the code, and the template holds none of them word by word"
    if any(mark in action.put for mark in _MARKS) and any(entry.template.endswith(".j2") for entry in entries):
        return "what is put in would be read as marks of a template"
    texts = dict(old.texts)
    for entry in entries:
        path = TEMPLATES + entry.template
        texts[path] = _replaced(texts[path], dedent(action.find).strip("\n"), dedent(action.put).strip("\n"))
    if texts == old.texts:
        return f"what is to be corrected does not stand word by word in the template of {action.fragment}"
    return _made(old.manifest, texts)


def numbered(version: PatternVersion, number: str) -> PatternVersion | str:
    """Give a version its number, and its example what it becomes; say so when the example cannot be rendered."""
    manifest = version.manifest.model_copy(update={"version": number, "status": Status.DRAFT})
    renumbered = _made(manifest, version.texts)
    try:
        rendered = rendered_example(renumbered)
    except PatternBankError as error:
        return f"its example cannot be rendered: {error}"
    kept = {path: text for path, text in version.texts.items() if not path.startswith(EXPECTED)}
    return _made(manifest, {**kept, **{EXPECTED + path: text for path, text in rendered.items()}})


def _differing(old: PatternVersion, better: PatternVersion) -> list[tuple[str, str]]:
    """Give the files, by id and template, that only one has or that differ in their text or their entry."""
    before, after = _files(old), _files(better)
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _files(version: PatternVersion) -> dict[tuple[str, str], tuple[FileEntry, str]]:
    return {(entry.id, entry.template): (entry, version.template(entry)) for entry in version.entries}


def _settings(manifest: PatternManifest) -> tuple[object, ...]:
    return manifest.slots, manifest.when


def _merged(
    old: PatternVersion, better: PatternVersion, taken: list[tuple[str, str]], *, settings: bool, example: bool
) -> PatternVersion:
    """Put files of the better version in place of the old ones; slots, predicate and example as well where asked."""
    before, after = _files(old), _files(better)
    left = {key: found for key, found in before.items() if key not in taken}
    files = {**left, **{key: after[key] for key in taken if key in after}}
    declared = _declared(old, better, files)
    slots = _slots(old, better, (after[key][1] for key in taken if key in after), every=settings)
    when = better.manifest.when if settings else old.manifest.when
    texts = {path: text for path, text in old.texts.items() if not path.startswith(TEMPLATES)}
    if example:
        texts |= {path: text for path, text in better.texts.items() if path.startswith(EXAMPLE)}
    texts |= {TEMPLATES + entry.template: text for entry, text in files.values()}
    return _made(old.manifest.model_copy(update={"files": declared, "slots": slots, "when": when}), texts)


def _declared(
    old: PatternVersion, better: PatternVersion, files: Mapping[tuple[str, str], tuple[FileEntry, str]]
) -> tuple[FileEntry, ...] | None:
    """Give the entries in their order; none where both leave them to the folder."""
    if old.manifest.files is None and better.manifest.files is None:
        return None
    order = dict.fromkeys((entry.id, entry.template) for entry in (*old.entries, *better.entries))
    return tuple(files[key][0] for key in order if key in files)


def _slots(old: PatternVersion, better: PatternVersion, texts: Iterable[str], *, every: bool) -> tuple[Slot, ...]:
    """Give the slots of the old version, and those of the better one that the files taken over speak of."""
    spoken = {word for text in texts for word in re.findall(r"[a-z][a-z0-9_]*", text)}
    theirs = {slot.name: slot for slot in better.manifest.slots if every or slot.name in spoken}
    return tuple({**{slot.name: slot for slot in old.manifest.slots}, **theirs}.values())


def _replaced(text: str, find: str, put: str) -> str:
    """Replace whole lines at whatever depth they stand, or else a part of a line."""
    for depth in _DEPTHS:
        pad = " " * depth
        wanted = indent(find, pad)
        if f"\n{wanted}\n" in f"\n{text}\n":
            there = f"\n{text}\n".replace(f"\n{wanted}\n", f"\n{indent(put, pad)}\n" if put else "\n")
            return there[1:-1]
    return text if "\n" in find else text.replace(find, put)


def _made(manifest: PatternManifest, texts: Mapping[str, str]) -> PatternVersion:
    return PatternVersion(
        manifest=manifest, files=tuple(PatternFile(path=path, text=text) for path, text in texts.items())
    )
