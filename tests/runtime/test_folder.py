import json
import os
import stat
import sys
from pathlib import Path

import pytest

from devmatrix.errors import DevMatrixError, FolderRefused
from devmatrix.runtime import swap
from devmatrix.runtime.folder import digest, inspect_folder, put_texts, read_owned, write_tree
from devmatrix.runtime.swap import LOCK

OLD = {"src/main.py": "old", "src/gone.py": "gone", "README.md": "same", ".devmatrix/report.json": "{}"}
NEW = {"src/main.py": "new", "src/more/added.py": "added", "README.md": "same", ".devmatrix/report.json": "{}"}


def contents(folder: Path) -> dict[str, str]:
    """Every file in a folder but its lock."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOCK)
    return {str(path.relative_to(folder)): path.read_text() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that was generated, with files of the user's beside ours."""
    place = tmp_path / "app"
    assert write_tree(place, OLD).changed
    (place / ".env").write_text("SECRET=1")
    (place / "src" / "mine").mkdir()
    (place / "src" / "mine" / "notes.py").write_text("mine")
    (place / "empty").mkdir(mode=0o750)
    (place / "link").symlink_to("/etc/hostname")
    return place


def theirs(folder: Path) -> bool:
    """Whether all of the user's files are there."""
    return (
        (folder / ".env").read_text() == "SECRET=1"
        and (folder / "src/mine/notes.py").read_text() == "mine"
        and stat.S_IMODE((folder / "empty").stat().st_mode) == 0o750
        and (folder / "link").readlink() == Path("/etc/hostname")
    )


def only(folder: Path) -> set[str]:
    """What stands beside the folder, itself included."""
    return {path.name for path in folder.parent.iterdir()}


def test_new_tree_replaces_ours_and_keeps_theirs(folder: Path) -> None:
    """What we own goes or changes; what the user added stays, links and empty folders too."""
    assert write_tree(folder, NEW).changed
    assert (folder / "src/main.py").read_text() == "new"
    assert not (folder / "src/gone.py").exists()
    assert (folder / "src/more/added.py").read_text() == "added"
    assert theirs(folder)
    assert only(folder) == {"app"}


def test_unchanged_tree_writes_nothing(folder: Path) -> None:
    """The same tree again leaves the very same folder."""
    before = folder.stat().st_ino
    assert not write_tree(folder, OLD).changed
    assert folder.stat().st_ino == before


def test_unchanged_file_keeps_its_time(folder: Path) -> None:
    """A file with the same content is the same file, so that tools see no change."""
    before = (folder / "README.md").stat()
    write_tree(folder, NEW)
    assert os.path.samestat(before, (folder / "README.md").stat())


def test_given_lock_is_written_as_it_is(tmp_path: Path) -> None:
    """A lock with more than digests stays as the backend made it."""
    lock = json.dumps({"files": {"a.py": {"digest": digest(b"a"), "pattern": "p@1"}}, "version": 1})
    write_tree(tmp_path / "app", {"a.py": "a", LOCK: lock})
    assert (tmp_path / "app" / LOCK).read_text() == lock
    assert read_owned(tmp_path / "app") == {"a.py": digest(b"a")}


def test_lock_that_lies_is_refused(tmp_path: Path) -> None:
    """A lock that does not list the tree's files would lose them in the next swap."""
    with pytest.raises(ValueError, match="does not list"):
        write_tree(tmp_path / "app", {"a.py": "a", LOCK: '{"files": {}}'})


def test_strange_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is neither empty nor ours is left alone."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "thesis.txt").write_text("years")
    with pytest.raises(FolderRefused, match="neither empty nor made by DevMatrix"):
        write_tree(tmp_path / "app", NEW)
    assert contents(tmp_path / "app") == {"thesis.txt": "years"}


def test_broken_lock_is_no_claim(tmp_path: Path) -> None:
    """A lock that cannot be read makes no folder ours."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / LOCK).write_text("{")
    with pytest.raises(FolderRefused):
        write_tree(tmp_path / "app", NEW, discard_edits=True)


def test_empty_folder_keeps_its_place(tmp_path: Path) -> None:
    """An empty folder that exists is filled."""
    (tmp_path / "app").mkdir(mode=0o700)
    write_tree(tmp_path / "app", NEW)
    assert contents(tmp_path / "app") == NEW
    assert stat.S_IMODE((tmp_path / "app").stat().st_mode) == 0o700


def test_edits_are_named_and_kept(folder: Path) -> None:
    """An edited and a deleted file stop the writing, and nothing has changed."""
    (folder / "src/main.py").write_text("edited")
    (folder / "README.md").unlink()
    with pytest.raises(FolderRefused) as caught:
        write_tree(folder, NEW)
    assert caught.value.paths == ("src/main.py", "README.md")
    assert "--discard-edits" in caught.value.hint
    assert (folder / "src/main.py").read_text() == "edited"


def test_discarded_edits_have_a_backup(folder: Path) -> None:
    """What is discarded stands beside the folder, and nothing else does."""
    (folder / "src/main.py").write_text("edited")
    (folder / "src/more").mkdir()
    (folder / "src/more/added.py").write_text("theirs")
    written = write_tree(folder, NEW, discard_edits=True)
    assert written.backup is not None
    assert contents(written.backup) == {"src/main.py": "edited", "src/more/added.py": "theirs"}
    assert (folder / "src/more/added.py").read_text() == "added"
    assert theirs(folder)
    assert only(folder) == {"app", written.backup.name}


def test_untracked_file_in_our_place_is_an_edit(folder: Path) -> None:
    """A file of the user's where a new one of ours must go is named."""
    (folder / "src/more").write_text("a file where we need a folder")
    with pytest.raises(FolderRefused) as caught:
        write_tree(folder, NEW)
    assert caught.value.paths == ("src/more",)


def test_notes_are_replaced_without_asking(folder: Path) -> None:
    """What is below .devmatrix is ours alone."""
    (folder / ".devmatrix/report.json").write_text("newer")
    (folder / ".devmatrix/history").write_text("kept")
    write_tree(folder, NEW)
    assert (folder / ".devmatrix/report.json").read_text() == "{}"
    assert (folder / ".devmatrix/history").read_text() == "kept"


def test_linked_folder_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    """A folder that was replaced by a link is not written through."""
    outside = tmp_path / "outside"
    (folder / "src").rename(outside)
    (folder / "src").symlink_to(outside)
    with pytest.raises(FolderRefused):
        write_tree(folder, NEW)
    write_tree(folder, NEW, discard_edits=True)
    assert (outside / "main.py").read_text() == "old"
    assert not (folder / "src").is_symlink()


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a//b", "./a", "a\\b", "", "a\0b"])
def test_path_that_leaves_is_refused(tmp_path: Path, path: str) -> None:
    """No path leads out of the folder."""
    with pytest.raises(FolderRefused):
        write_tree(tmp_path / "app", {path: "x"})
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_old_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a write fails, everything is as it was."""
    before = contents(folder)

    def refuse(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    (folder / "src/main.py").write_text("edited")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", refuse)
        with pytest.raises(DevMatrixError, match="no space left") as caught:
            write_tree(folder, NEW, discard_edits=True)
    assert "make room" in caught.value.hint
    assert contents(folder) == {**before, "src/main.py": "edited"}
    assert only(folder) == {"app"}


@pytest.mark.parametrize("tool", [".hypothesis", ".schemathesis", ".mypy_cache", "htmlcov"])
def test_what_tools_leave_is_neither_lost_nor_an_edit(folder: Path, tool: str) -> None:
    """A folder that a tool made among ours is no edit, and stands where it stood after a swap."""
    (folder / tool / "examples" / "a1").mkdir(parents=True)
    (folder / tool / "examples" / "a1" / "found").write_bytes(b"\x00\xff")
    (folder / ".coverage").write_bytes(b"SQLite")
    assert write_tree(folder, NEW).changed
    assert (folder / tool / "examples" / "a1" / "found").read_bytes() == b"\x00\xff"
    assert (folder / ".coverage").read_bytes() == b"SQLite"
    assert theirs(folder)


def test_file_written_during_the_swap_survives(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user saves between the copying and the exchange is neither lost nor put in our place."""
    exchange = swap.swap

    def write_then_swap(place: swap.Workplace, target: Path) -> None:
        (target / "late.txt").write_text("late")
        (target / "src/main.py").write_text("late edit")
        exchange(place, target)

    monkeypatch.setattr(swap, "swap", write_then_swap)
    write_tree(folder, NEW)
    assert (folder / "late.txt").read_text() == "late"
    assert (folder / "src/main.py").read_text() == "new"
    assert contents(folder.with_name("app.backup-1")) == {"src/main.py": "late edit"}


CHANGING = ("open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.chown", "os.utime")


def die_after(steps: int, folder: Path, *, exchange: bool) -> int:
    """Write in a child that ends, as if killed, before its ``steps``-th change of the disk; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [steps]

    def count(event: str, _: object) -> None:
        if event in CHANGING:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)

    if not exchange:
        swap.exchange = lambda *_: False
    sys.addaudithook(count)
    try:
        write_tree(folder, NEW, discard_edits=True)
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


@pytest.mark.parametrize("exchange", [True, False])
def test_death_at_any_moment_leaves_old_or_new(tmp_path: Path, exchange: bool) -> None:
    """Whenever the writer is killed, the folder is the old or the new one, and the next run leaves nothing behind."""
    killed = 0
    for steps in range(1, 400):
        place = tmp_path / str(steps) / "app"
        write_tree(place, OLD)
        (place / ".env").write_text("SECRET=1")
        (place / "src/main.py").write_text("edited")
        ours_before, ours_after = {**OLD, "src/main.py": "edited", ".env": "SECRET=1"}, {**NEW, ".env": "SECRET=1"}
        code = die_after(steps, place, exchange=exchange)
        assert code in {0, 9}
        if exchange:
            assert contents(place) in (ours_before, ours_after)
        write_tree(place, NEW, discard_edits=True)
        assert contents(place) == ours_after
        backups = sorted(only(place) - {"app"})
        assert backups
        assert all(name.startswith("app.backup-") for name in backups)
        assert contents(place.with_name(backups[-1])) == {"src/main.py": "edited"}
        killed += code == 9
        if code == 0:
            break
    else:
        pytest.fail("the writer was never done")
    assert killed > 40


def test_some_files_are_put_in_and_all_else_stays(folder: Path) -> None:
    """What is given is there, what is gone is not; edits of other files, files of the user's and the lock stay."""
    (folder / "README.md").write_text("mine")
    (folder / "src/main.py").write_text("faulty")
    lock = (folder / LOCK).read_bytes()
    put_texts(folder, {"src/main.py": "mended", "src/more/added.py": "added"}, ["src/gone.py"], contents(folder))
    expected = {"src/main.py": "mended", "src/more/added.py": "added", "README.md": "mine"}
    assert contents(folder).items() >= expected.items()
    assert not (folder / "src/gone.py").exists()
    assert theirs(folder)
    assert (folder / LOCK).read_bytes() == lock
    standing = inspect_folder(folder)
    assert (standing.edited, standing.deleted) == (("README.md", "src/main.py"), ("src/gone.py",))
    assert only(folder) == {"app"}


def test_what_was_written_meanwhile_is_kept_beside_the_folder(folder: Path) -> None:
    """Between the look and the change a person wrote something else: it is not lost."""
    seen = contents(folder)
    (folder / "src/main.py").write_text("just now")
    put_texts(folder, {"src/main.py": "mended"}, [], seen)
    assert (folder / "src/main.py").read_text() == "mended"
    assert (folder.parent / "app.backup-1/src/main.py").read_text() == "just now"
    assert only(folder) == {"app", "app.backup-1"}


def test_files_are_put_in_all_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that leaves the folder, and a disk that refuses, change nothing."""
    before = contents(folder)
    with pytest.raises(FolderRefused):
        put_texts(folder, {"src/main.py": "mended", "../out.py": "x"}, [], before)
    monkeypatch.setattr("devmatrix.runtime.swap.build", refusing)
    with pytest.raises(DevMatrixError, match="cannot be written"):
        put_texts(folder, {"src/main.py": "mended"}, [], before)
    assert contents(folder) == before
    assert only(folder) == {"app"}


def refusing(*_: object) -> None:
    """A disk that is full."""
    raise OSError(28, "No space left on device")
