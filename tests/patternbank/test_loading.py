"""The shipped patterns come into a bank by themselves, once, and again when they changed."""

import multiprocessing
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from patternbank import loading
from patternbank.bank import Bank
from patternbank.errors import ManifestError, StoreError, UnknownPatternError, VersionConflictError
from patternbank.lifecycle import Change
from patternbank.loading import EVIDENCE_RECORDS
from patternbank.opening import open_bank
from patternbank.patterns import Status
from tests.patternbank.past import measured
from tests.patternbank.shelf_texts import write_shelf
from tests.patternbank.shelves import pattern

BY_ANN = Change(by="ann", why="a reason", replacement="none")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for what a release ships; the user's own bank is a file beside it."""
    folder = write_shelf(tmp_path / "shipped")

    @contextmanager
    def shipped_folder() -> Iterator[Path]:
        yield folder

    monkeypatch.setattr(loading, "shipped_folder", shipped_folder)
    monkeypatch.setenv("PATTERNBANK_PATH", str(tmp_path / "data" / "bank.sqlite"))
    return folder


def opened_names(bank: Bank) -> list[str]:
    """Open, list and close."""
    with bank:
        return [f"{entry.reference} {entry.status}" for entry in bank.entries()]


def test_a_new_bank_holds_what_is_shipped(shipped: Path, tmp_path: Path) -> None:
    """The first opening makes the file; the second reads and writes nothing."""
    assert opened_names(open_bank()) == ["service.create@1.0.0 golden", "service.module@1.0.0 golden"]
    file = tmp_path / "data" / "bank.sqlite"
    before = file.read_bytes()
    with open_bank() as bank:
        assert not Path(f"{file}-wal").exists() or Path(f"{file}-wal").stat().st_size == 0
        assert bank.version("service.create").texts["files/src/services/__resource__.create.py.j2"]
    assert file.read_bytes() == before


def test_a_change_of_the_release_comes_in(shipped: Path) -> None:
    """A new version stands beside the old, an edited one is reissued, a dropped one is deprecated."""
    with open_bank() as bank:
        first = bank.version("service.module")
    manifest = shipped / "service.create" / "pattern.yaml"
    manifest.write_text(manifest.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    template = shipped / "service.module/files/src/services/__resource__.py.j2"
    template.write_text('"""Other."""\n')
    assert opened_names(open_bank()) == [
        "service.create@1.0.0 deprecated",
        "service.create@1.1.0 golden",
        "service.module@1.0.0 golden",
    ]
    with open_bank() as bank:
        assert bank.version("service.create").version == "1.1.0"
        assert bank.version("service.module").digest != first.digest
        assert bank.contents(first.digest) == first
        changed = bank.store.history("service.create", "1.0.0")[-1].change
        assert (changed.by, changed.why, changed.replacement) == (
            "patternbank",
            "no longer shipped",
            "service.create@1.1.0",
        )
    manifest.write_text(manifest.read_text().replace("version: 1.1.0", "version: 1.0.0"))
    assert opened_names(open_bank())[:2] == ["service.create@1.0.0 golden", "service.create@1.1.0 deprecated"]


def test_what_a_person_did_stays(shipped: Path) -> None:
    """A curator's deprecation and own patterns survive the next release; his versions are not overwritten."""
    with open_bank() as bank:
        bank.store.move("service.create", "1.0.0", Status.DEPRECATED, BY_ANN)
        bank.store.add([pattern("mine")], BY_ANN)
    (shipped / "service.module/files/src/new.py").write_text("")
    assert opened_names(open_bank()) == [
        "mine@1.0.0 golden",
        "service.create@1.0.0 deprecated",
        "service.module@1.0.0 golden",
    ]
    shutil.copytree(shipped / "service.module", shipped / "mine")
    manifest = shipped / "mine" / "pattern.yaml"
    manifest.write_text(manifest.read_text().replace("name: service.module", "name: mine"))
    with pytest.raises(VersionConflictError, match=r"mine@1\.0\.0"):
        open_bank()


def test_evidence_gives_scores(shipped: Path) -> None:
    """Scores come from the evidence file, which is no part of the contents; evidence of other contents is none."""
    with open_bank() as bank:
        digest = bank.version("service.create").digest
    evidence = shipped / "service.create" / "evidence.json"
    own = measured("service.create@1.0.0", "obligations", passed=9, digest=digest)
    evidence.write_bytes(EVIDENCE_RECORDS.dump_json((own, own.model_copy(update={"digest": "0" * 64}))))
    with open_bank() as bank:
        entry = bank.entry("service.create", "1.0.0")
        assert entry is not None
        assert entry.scores is not None
        assert (entry.scores.coverage, entry.scores.security, entry.digest) == (0.9, 0, digest)
        assert bank.store.evidence(entry.reference) == (own,)
    evidence.write_text("{}")
    with pytest.raises(ManifestError, match=r"evidence\.json"):
        open_bank()


def test_a_bank_in_memory_and_one_for_reading(shipped: Path, tmp_path: Path) -> None:
    """Memory needs no file; reading needs one, and leaves it alone."""
    assert len(opened_names(open_bank(":memory:"))) == 2
    assert not (tmp_path / "data").exists()
    with pytest.raises(StoreError, match="no pattern bank at"):
        open_bank(read_only=True)
    open_bank().close()
    shutil.rmtree(shipped / "service.create")
    assert len(opened_names(open_bank(read_only=True))) == 2


def test_a_file_that_is_no_bank_is_named(tmp_path: Path) -> None:
    """Noise is refused with a way out, not destroyed."""
    file = tmp_path / "noise"
    file.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreError, match="noise") as caught:
        open_bank(file)
    assert caught.value.hint
    assert file.read_bytes().startswith(b"this is no database")


def test_what_is_not_there_is_named(shipped: Path) -> None:
    """An unknown pattern or version is said by name."""
    with open_bank() as bank:
        for wanted in (("absent", None), ("service.create", "9.9.9")):
            with pytest.raises(UnknownPatternError, match=wanted[0]):
                bank.version(*wanted)


def _open_default(folder: str, place: str) -> None:
    @contextmanager
    def shipped_folder() -> Iterator[Path]:
        yield Path(folder)

    loading.shipped_folder = shipped_folder
    opened_names(open_bank(place))


def test_several_processes_refresh_one_bank(shipped: Path, tmp_path: Path) -> None:
    """A bank that several programs create or refresh at once is the same as if one had done it."""
    place = str(tmp_path / "data" / "bank.sqlite")
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        workers = [context.Process(target=_open_default, args=(str(shipped), place)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0, 0]
        manifest = shipped / "service.create" / "pattern.yaml"
        manifest.write_text(manifest.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    with open_bank() as bank:
        kinds = [(past.kind, past.after) for past in bank.store.history("service.create", "1.0.0")]
        assert kinds == [("added", "golden"), ("status", "deprecated")]
        assert bank.version("service.create").version == "1.1.0"


def test_sixty_patterns_load_quickly(shipped: Path) -> None:
    """A fresh bank takes them in well under a second of this process, a loaded one opens in hundredths."""
    for number in range(60):
        folder = shutil.copytree(shipped / "service.module", shipped / f"copy{number}")
        manifest = folder / "pattern.yaml"
        manifest.write_text(manifest.read_text().replace("name: service.module", f"name: copy{number}"))
    begun = time.process_time()
    open_bank().close()
    fresh = time.process_time()
    open_bank().close()
    again = time.process_time()
    assert fresh - begun < 0.8
    assert again - fresh < 0.05


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Is a failure of the machine with a way out, not a fault of the program."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made") as caught:
        open_bank(tmp_path / "file" / "folder" / "bank.sqlite")
    assert "PATTERNBANK_PATH" in caught.value.hint
