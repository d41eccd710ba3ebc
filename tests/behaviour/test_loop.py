"""A fault in a pattern is repaired and learnt once; the next application avoids it, and a person's edits stay."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devmatrix.lab.faults import load_faults
from devmatrix.lab.injecting import faulty_versions
from devmatrix.pipeline.build import Built, build_application
from devmatrix.pipeline.corpus import shipped, shipped_names
from devmatrix.pipeline.proving import digest_of_tree
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.folder import inspect_folder
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.settings import Settings
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import Status
from tests.behaviour.looping import KILL, NEAR, PROVED

pytestmark = pytest.mark.needs_server

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "seeds" / "specs" / "simple_task_api.md"
OTHER = ROOT / "seeds" / "specs" / "playlists_api.md"
FAULT, FAULTY, FILE = "deletion-left-out", "app-repositories", "src/repositories/base.py"
LINE = "            await self.session.delete(row)\n"
Ended = subprocess.CompletedProcess[str]
Loop = Callable[..., Ended]


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped applications out of sound patterns: other tests ask them."""
    with open_bank(":memory:") as bank:
        trees = [build_application(shipped(name), bank, Recorder()) for name in shipped_names()]
    known = {digest_of_tree(built.tree): 1 for built in trees if isinstance(built, Built)}
    assert len(known) == len(shipped_names())
    place = tmp_path_factory.mktemp("proved") / "trees.json"
    place.write_text(json.dumps(known))
    return place


@pytest.fixture(scope="module")
def loop(proved: Path, runtime_settings: Settings, postgres_server: PostgresServer) -> Loop:
    """Call ``devmatrix`` over a bank."""

    def call(bank: Path, *words: str, **variables: str) -> Ended:
        places = {"DEVMATRIX_HOME": str(runtime_settings.home), "PATTERNBANK_PATH": str(bank), PROVED: str(proved)}
        return subprocess.run(
            [sys.executable, "-m", "tests.behaviour.looping", *words],
            cwd=ROOT,
            env={**os.environ, **places, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return call


def faulty_bank(place: Path, status: Status = Status.GOLDEN) -> Path:
    """A bank file with the shipped patterns and a newer, faulty version of one."""
    (fault,) = (one for one in load_faults() if one.name == FAULT)
    with open_bank(place) as bank:
        (version,) = faulty_versions([fault], bank)
        change = Change(by="test", why="a fault", at=datetime.now(UTC))
        bank.store.add([version.with_status(status)], change)
    return place


def report_in(folder: Path) -> dict[str, Any]:
    """What the last run said."""
    found: dict[str, Any] = json.loads((folder / ".devmatrix" / "report.json").read_text())
    return found


def lessons_in(place: Path) -> list[tuple[str, str, int]]:
    """Each lesson of a bank: the version that it is about, its status, and how often it helped."""
    with open_bank(place, read_only=True) as bank:
        return [
            (
                record.lesson.against,
                record.status,
                sum(one.outcome == "win" for one in bank.store.lesson_evidence(record.lesson.id)),
            )
            for record in bank.store.lessons()
        ]


def texts_in(folder: Path) -> dict[str, bytes]:
    """Every file but for notes that tests read themselves."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def learnt(loop: Loop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Ended]:
    """A bank that has learnt, the folder of the application that it learnt in, and how the run ended."""
    place = tmp_path_factory.mktemp("learnt")
    bank = faulty_bank(place / "bank.sqlite")
    return (
        bank,
        place / "app",
        loop(bank, "run", str(SPEC), "--out", str(place / "app"), **{NEAR: "playlists,simple_task"}),
    )


def test_a_red_run_is_repaired_and_learns(learnt: tuple[Path, Path, Ended]) -> None:
    """It ends green; the report holds the first round, why it was red, the proved place, the repair and the lesson."""
    bank, folder, ended = learnt
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = report_in(folder)
    assert report["first"]["failed"] > 0
    assert report["smoke"]["failed"] == 0
    assert len(report["diagnoses"]) == report["first"]["failed"]
    assert "MISSING_SIDE_EFFECT" in {one["cause"] for one in report["diagnoses"]}
    for diagnosis in report["diagnoses"]:
        first = diagnosis["suspects"][0]
        assert (first["proved"], first["file"], first["pattern"]) == (True, FILE, FAULTY)
    (repair,) = report["repairs"]
    assert (repair["proved"], repair["kind"], f"+{LINE}" in repair["diff"]) == (True, "rebind", True)
    assert len(repair["scenarios"]) == report["first"]["failed"]
    (lesson,) = report["lessons"]
    assert lesson["status"] == "active"
    assert lessons_in(bank)[0][:2] == (f"{FAULTY}@1.0.1", "active")
    assert LINE in (folder / FILE).read_text()
    assert "learnt" in ended.stdout


def test_the_next_run_needs_no_repair(learnt: tuple[Path, Path, Ended], loop: Loop) -> None:
    """It names the lesson that it followed, and writes no other one; the files are those of the repair."""
    bank, folder, _ = learnt
    before = lessons_in(bank)
    lesson = report_in(folder)["lessons"][0]["lesson"]
    text = (folder / FILE).read_text()
    ended = loop(bank, "run", str(SPEC), "--out", str(folder))
    report = report_in(folder)
    assert (ended.returncode, report["repairs"], report["first"], report["lessons"]) == (0, [], None, [])
    assert [one["lesson"] for one in report["advice"]] == [lesson]
    assert (folder / FILE).read_text() == text
    assert lessons_in(bank) == before


def test_another_application_avoids_it(learnt: tuple[Path, Path, Ended], loop: Loop, tmp_path: Path) -> None:
    """A spec of another domain is green in the first round."""
    bank, folder, _ = learnt
    ended = loop(bank, "run", str(OTHER), "--out", str(tmp_path / "app"))
    report = report_in(tmp_path / "app")
    assert (ended.returncode, report["repairs"], report["first"]) == (0, [], None)
    assert [one["lesson"] for one in report["advice"]] == [one["lesson"] for one in report_in(folder)["advice"]]


def test_without_repair_a_red_run_stays_red(loop: Loop, tmp_path: Path) -> None:
    """Exit 3, with what failed, and nothing learnt."""
    bank = faulty_bank(tmp_path / "bank.sqlite")
    ended = loop(bank, "run", str(SPEC), "--out", str(tmp_path / "app"), "--no-repair")
    report = report_in(tmp_path / "app")
    assert (ended.returncode, report["repairs"], report["lessons"]) == (3, [], [])
    assert report["smoke"]["failed"] > 0
    assert lessons_in(bank) == []


def test_a_candidate_on_trial_is_repaired_too(loop: Loop, tmp_path: Path) -> None:
    """``--try`` binds it, its fault is seen and avoided."""
    bank = faulty_bank(tmp_path / "bank.sqlite", Status.CANDIDATE)
    words = "run", str(SPEC), "--out", str(tmp_path / "app"), "--try", f"{FAULTY}@1.0.1"
    ended = loop(bank, *words, **{NEAR: "simple_task"})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [one[:2] for one in lessons_in(bank)] == [(f"{FAULTY}@1.0.1", "active")]


@pytest.fixture
def edited(learnt: tuple[Path, Path, Ended], tmp_path: Path) -> tuple[Path, Path]:
    """The bank, and a copy of the repaired folder to be edited."""
    bank, folder, _ = learnt
    shutil.copytree(folder, tmp_path / "app", symlinks=True)
    return bank, tmp_path / "app"


def test_of_two_edits_in_a_function_the_faulty_one_is_taken_back(edited: tuple[Path, Path], loop: Loop) -> None:
    """The harmless one stays, every other file is as it was, and the difference is kept."""
    bank, folder = edited
    sound = (folder / FILE).read_text()
    harmless = sound.replace("for row in list(rows):", "for row in tuple(rows):", 1)
    assert harmless != sound
    assert sound.count(LINE) == 1
    (folder / FILE).write_text(harmless.replace(LINE, ""))
    before = texts_in(folder)
    ended = loop(bank, "repair", str(folder))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    after = texts_in(folder)
    assert after[FILE].decode() == harmless
    differing = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert {path for path in differing if not path.startswith(".devmatrix/")} == {FILE}
    assert inspect_folder(folder).edited == (FILE,)
    assert {path.name for path in folder.parent.iterdir()} == {folder.name}
    diffs = {path for path in after if path.startswith(".devmatrix/repairs/")}
    (kept,) = diffs - before.keys()
    assert f"+{LINE}".encode() in after[kept]
    report = report_in(folder)
    assert [(one["kind"], one["proved"]) for one in report["repairs"]] == [("edit", True)]
    assert (report["smoke"]["failed"], report["lessons"]) == (0, [])


def test_what_cannot_be_repaired_leaves_every_file_as_it_was(edited: tuple[Path, Path], loop: Loop) -> None:
    """A file of the person's own makes the application fall: that is nobody's to take away."""
    bank, folder = edited
    (folder / "fastapi.py").write_text('raise RuntimeError("mine")\n')
    (folder / FILE).write_text((folder / FILE).read_text().replace(LINE, ""))
    before = texts_in(folder)
    ended = loop(bank, "repair", str(folder))
    assert ended.returncode == 3, ended.stdout + ended.stderr
    after = texts_in(folder)
    differing = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert differing <= {".devmatrix/report.json", ".devmatrix/scenarios.json"}
    assert not [one for one in report_in(folder)["repairs"] if one["proved"]]


MOMENTS = (
    "devmatrix.pipeline.healing:diagnose:1",
    "patternbank.stores.embedded:EmbeddedStore.keep_lessons:1",
    "patternbank.stores.embedded:EmbeddedStore.move_lesson:1",
    "devmatrix.pipeline.run:report_healed:1",
)
"""From the first red scenario to the end of a run; every call of the store between them dies in test_collecting."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_done_again_teaches_one_lesson(moment: str, loop: Loop, tmp_path: Path) -> None:
    """Kill -9 loses nothing and doubles nothing."""
    bank, folder = faulty_bank(tmp_path / "bank.sqlite"), tmp_path / "app"
    words = "run", str(SPEC), "--out", str(folder)
    killed = loop(bank, *words, **{NEAR: "simple_task", KILL: moment})
    assert killed.returncode == -9, killed.stdout + killed.stderr
    again = loop(bank, *words, **{NEAR: "simple_task"})
    assert again.returncode == 0, again.stdout + again.stderr
    assert lessons_in(bank) == [(f"{FAULTY}@1.0.1", "active", 1)]
    assert LINE in (folder / FILE).read_text()
