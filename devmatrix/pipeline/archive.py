"""What is kept beside a generated application: its typed form, its scenarios, its report, and where files come from."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import Repair, RunReport
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.errors import DevMatrixError, advise, words_of
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Built
from devmatrix.runtime.folder import RESTORE, parse_owned

if TYPE_CHECKING:
    from patternbank.bank import Bank

LOCK = "devmatrix.lock"
APPLICATION = ".devmatrix/ir.json"
SCENARIOS = ".devmatrix/scenarios.json"
BINDINGS = ".devmatrix/bindings.json"
REPORT = ".devmatrix/report.json"
REPAIRS = ".devmatrix/repairs"
Parsed = TypeVar("Parsed")
_bindings = TypeAdapter(tuple[Binding, ...])


def pack(built: Built) -> dict[str, str]:
    """Path -> text of everything that the folder shall hold, ``devmatrix.lock`` included."""
    notes = {
        APPLICATION: built.application.to_json() + "\n",
        BINDINGS: _bindings.dump_json(built.bindings, indent=1).decode() + "\n",
    }
    files = {file.path: file.text for file in built.tree.files}
    return {**files, **notes, LOCK: write_lock(built, notes)}


def write_lock(built: Built, notes: dict[str, str]) -> str:
    """``devmatrix.lock``: each file with its digest and, name by name, the pattern, fragment and node behind it."""
    listed = [*built.tree.files, *(GeneratedFile(path=path, text=text) for path, text in notes.items())]
    files = {file.path: _entry(file) for file in sorted(listed, key=lambda file: file.path) if file.path != LOCK}
    content: dict[str, JsonValue] = {
        "version": 1,
        "ir": built.application.digest,
        "patterns": {f"{item.pattern}@{item.version}": item.digest for item in sorted(built.bindings, key=_reference)},
        "files": files,
    }
    return json.dumps(content, indent=1) + "\n"


def write_suite(suite: ScenarioSuite, key: str) -> str:
    """The suite as JSON, a scenario a line; in ASCII, for some scenarios send half a surrogate pair on purpose."""
    content = suite.model_dump(mode="python")
    lines = ",\n".join(json.dumps(scenario, separators=(",", ":")) for scenario in content.pop("scenarios"))
    rest = json.dumps({"key": key, **content}, separators=(",", ":"))
    return f'{{"scenarios":[\n{lines}\n],{rest[1:]}\n'


def read_application(folder: Path) -> ApplicationIR:
    """The application that a folder was generated from; DevMatrixError when it is not one of ours."""
    return _read(folder, APPLICATION, ApplicationIR.from_json)


def read_suite(folder: Path, key: str) -> ScenarioSuite | None:
    """The scenarios that were kept under ``key``; None when there are none, or others, or they cannot be read."""
    try:
        return parse_suite((folder / SCENARIOS).read_bytes(), key)
    except OSError:
        return None


def parse_suite(written: bytes, key: str) -> ScenarioSuite | None:
    """The scenarios in what ``write_suite`` wrote under ``key``; None when it is anything else."""
    try:
        content = json.loads(written)
        if not isinstance(content, dict) or content.pop("key", None) != key:
            return None
        return ScenarioSuite.model_validate(content)
    except ValueError:
        return None


def read_report(folder: Path) -> RunReport | None:
    """The report of the last run; None when there was none."""
    if not (folder / REPORT).is_file():
        return None
    return _read(folder, REPORT, RunReport.model_validate_json)


def read_tree(folder: Path) -> FileTree:
    """What ``devmatrix.lock`` says of the files, their text as it is now (edited or not); absent ones left out."""
    lock = _read(folder, LOCK, _parse_lock)
    files = []
    for path, entry in sorted(lock["files"].items()):
        place = folder / path
        if place.is_file() and isinstance(entry, dict):
            origins = tuple(Origin.model_validate(origin) for origin in entry.get("origins", ()))
            text = place.read_text(encoding="utf-8", errors="replace")
            files.append(GeneratedFile(path=path, text=text, origins=origins))
    return FileTree(files=tuple(files))


def read_generated(folder: Path, application: ApplicationIR, bank: "Bank") -> Built:
    """What the folder held before anybody edited it, rendered anew from the versions that it was built of.

    DevMatrixError when the bank has them no more.
    """
    from devmatrix.pipeline.build import Reading, render_tree
    from devmatrix.pipeline.recorder import Recorder
    from patternbank.errors import PatternBankError

    bindings = _read(folder, BINDINGS, _bindings.validate_json)
    hint = "generate the application again"
    try:
        for binding in bindings:
            if bank.version(binding.pattern, binding.version).digest != binding.digest:
                name = f"{binding.pattern}@{binding.version}"
                raise DevMatrixError(f"the bank holds other contents of {name} than {folder} was built of", hint=hint)
        tree = render_tree(application, bindings, bank, Recorder())
    except PatternBankError as error:
        raise DevMatrixError(f"{folder} cannot be rendered anew: {error}", hint=hint) from error
    if isinstance(tree, Reading):
        raise DevMatrixError(f"{folder} cannot be rendered anew: {tree.diagnostics[0].message}", hint=hint)
    return Built(application=application, diagnostics=(), bindings=bindings, tree=tree, revision=bank.revision)


def pack_over(built: Built, tree: FileTree, *, edited: bool) -> dict[str, str]:
    """Path -> text of a tree that differs from what was built; the lock and the notes are those of the build.

    What was built and is not in the tree is absent, for a person has deleted it. Not ``edited``: the tree is what was
    built.
    """
    packed = pack(built)
    if not edited:
        return packed
    standing = {file.path: file.text for file in tree.files if not file.path.startswith(".devmatrix/")}
    deleted = {file.path for file in built.tree.files} - standing.keys()
    return {**{path: text for path, text in packed.items() if path not in deleted}, **standing}


def keep_diffs(folder: Path, repairs: Sequence[Repair]) -> None:
    """Keep what proved repairs change, numbered on, as patches that ``patch -R -p1`` takes back."""
    kept = len(tuple((folder / REPAIRS).glob("*.diff")))
    for repair in repairs:
        if repair.proved and repair.diff:
            kept += 1
            _save(folder / REPAIRS / f"{kept:04d}.diff", repair.diff)


def save_suite(folder: Path, written: str) -> None:
    """Keep scenarios, as ``write_suite`` wrote them, for the next time."""
    _save(folder / SCENARIOS, written)


def save_report(folder: Path, report: RunReport) -> None:
    """Write the report."""
    _save(folder / REPORT, report.model_dump_json(indent=1) + "\n")


def forget_run(folder: Path) -> None:
    """Report and scenarios are those of an application that is no longer there: remove them."""
    for name in (REPORT, SCENARIOS):
        (folder / name).unlink(missing_ok=True)


def _save(target: Path, text: str) -> None:
    """Write a file that appears whole or not at all."""
    new = target.with_suffix(".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(target)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise DevMatrixError(f"{target} cannot be written: {words_of(error)}", hint=advise(error)) from error


def _read(folder: Path, name: str, parse: Callable[[str], Parsed]) -> Parsed:
    try:
        return parse((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "name a folder that `devmatrix generate` or `devmatrix run` wrote"
        raise DevMatrixError(f"{folder} holds no application of ours ({name} is absent)", hint=hint) from error
    except OSError as error:
        raise DevMatrixError(f"{folder / name} cannot be read: {words_of(error)}", hint=advise(error)) from error
    except ValueError as error:
        hint = RESTORE if name == LOCK else "generate the application again"
        raise DevMatrixError(f"{folder / name} is damaged: {_first_fault(error)}", hint=hint) from error


def _first_fault(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_context=False)[0]
    return f"{'/'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"


def _parse_lock(text: str) -> Any:
    lock = json.loads(text)
    parse_owned(lock)
    return lock


def _entry(file: GeneratedFile) -> JsonValue:
    origins: list[JsonValue] = [origin.model_dump(mode="json") for origin in file.origins]
    return {"digest": f"sha256:{file.digest}", "origins": origins} if origins else {"digest": f"sha256:{file.digest}"}


def _reference(binding: Binding) -> tuple[str, str]:
    return binding.pattern, binding.version
