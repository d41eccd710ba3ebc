"""Put faults into copies of patterns, rendered trees and scenarios; what is sound stays as it is."""

from collections.abc import Iterable, Sequence

from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.steering import NOTHING, Steering
from devmatrix.artifacts.tree import FileTree
from devmatrix.lab.faults import Fault, FaultError, PatternEdit, SeedEdit, SlotEdit, TreeEdit
from devmatrix.lab.places import edit_tree
from devmatrix.lab.rows import spoil_rows
from devmatrix.pipeline.build import Built, Reading, build_application
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.overlay import Overlay
from patternbank.patterns import PatternFile, PatternVersion, Slot, version_key
from patternbank.patterns.version import TEMPLATES

FaultyPart = PatternEdit | SlotEdit


def faulty_versions(faults: Sequence[Fault], bank: Bank) -> tuple[PatternVersion, ...]:
    """For each pattern that some fault changes one version with all their edits, newer than any that the bank holds.

    FaultError where an edit does not apply.
    """
    edits: dict[str, list[tuple[Fault, FaultyPart]]] = {}
    for fault in faults:
        for edit in fault.edits:
            if isinstance(edit, PatternEdit | SlotEdit):
                edits.setdefault(edit.pattern, []).append((fault, edit))
    return tuple(_faulty(name, edits[name], bank) for name in sorted(edits))


def _faulty(name: str, edits: Iterable[tuple[Fault, FaultyPart]], bank: Bank) -> PatternVersion:
    held = [entry.version for entry in bank.entries() if entry.name == name]
    if not held:
        first = next(fault.name for fault, _ in edits)
        raise FaultError(f"{first}: the bank holds no pattern {name}", hint="see `patternbank list`")
    sound = bank.version(name)
    texts, slots = dict(sound.texts), list(sound.manifest.slots)
    for fault, edit in edits:
        if isinstance(edit, SlotEdit):
            slots.append(Slot(name=edit.slot, default=edit.default, description=edit.description))
        else:
            path = TEMPLATES + edit.file
            texts[path] = _edited(fault, edit, texts.get(path, ""))
    number = _next(max(held, key=version_key))
    manifest = sound.manifest.model_copy(update={"version": number, "slots": tuple(slots)})
    files = tuple(PatternFile(path=path, text=text) for path, text in texts.items())
    return PatternVersion(manifest=manifest, files=files)


def _edited(fault: Fault, edit: PatternEdit, text: str) -> str:
    if edit.old not in text:
        shown = edit.old.strip().splitlines()[0][:80]
        message = f"{fault.name}: {shown!r} stands nowhere in {edit.file} of {edit.pattern}"
        raise FaultError(message, hint="bring the fault up to date with the template")
    return text.replace(edit.old, edit.new) if edit.every else text.replace(edit.old, edit.new, 1)


def _next(version: str) -> str:
    major, minor, patch = version.partition("-")[0].split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def spoil_tree(faults: Sequence[Fault], tree: FileTree) -> FileTree:
    """The rendered tree with the faults in it; one that finds no place of its own in this tree leaves it as it was."""
    for fault in faults:
        spoilt: FileTree | None = tree
        for edit in fault.edits:
            if isinstance(edit, TreeEdit) and spoilt is not None:
                spoilt = edit_tree(spoilt, edit.tree, edit.old, edit.new)
        tree = tree if spoilt is None else spoilt
    return tree


def spoil_suite(faults: Sequence[Fault], suite: ScenarioSuite) -> ScenarioSuite:
    """The scenarios without the rows that faults take from them; one that finds no such scenario changes nothing."""
    scenarios = suite.scenarios
    for fault in faults:
        for edit in fault.edits:
            if isinstance(edit, SeedEdit):
                scenarios = spoil_rows(scenarios, edit.seeds, edit.scenarios)
    return suite if scenarios == suite.scenarios else suite.model_copy(update={"scenarios": scenarios})


def inject(
    faults: Sequence[Fault],
    built: Built,
    bank: Bank,
    recorder: Recorder | None = None,
    steering: Steering = NOTHING,
) -> Built:
    """A sound application rendered again with faults in its patterns, its tree and its scenarios.

    ``steering`` is told besides the bank. FaultError where the faulty patterns give no tree that could be written.
    """
    overlay = Overlay(bank, faulty_versions(faults, bank))
    faulty = build_application(built.application, overlay, recorder or Recorder(), steering)
    if isinstance(faulty, Reading):
        names = ", ".join(fault.name for fault in faults)
        message = f"{names}: {faulty.diagnostics[0].message}"
        raise FaultError(message, hint="a fault must leave an application that can be written")
    suite = None if built.suite is None else spoil_suite(faults, built.suite)
    update = {"diagnostics": built.diagnostics, "tree": spoil_tree(faults, faulty.tree), "suite": suite}
    return faulty.model_copy(update=update)


def reaches(sound: Built, faulty: Built) -> bool:
    """Whether a fault makes any difference to an application: to a file of it, or to its scenarios."""
    texts = [[(file.path, file.text) for file in built.tree.files] for built in (sound, faulty)]
    return texts[0] != texts[1] or sound.suite != faulty.suite
