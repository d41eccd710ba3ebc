"""Replace a folder in one step, and finish or undo what a killed replacement left.

The new folder is built beside the old one, in ``.NAME.devmatrix-swap/new``, with links to the files that stay; then the
two change places in one system call. Where the system has no such call, the old one is moved away first, and the
journal lets the next run move it back. Before the old one goes, what appeared in it in the meantime is moved over.
"""

import ctypes
import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from devmatrix.errors import FolderRefused

LOCK = "devmatrix.lock"
NOTES = ".devmatrix/"
"""Below this are our own notes on the application: replaced without asking."""

EXCHANGE = 2
AT_CWD = -100
UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}

ReadOwned = Callable[[Path], dict[str, str] | None]


class Journal(BaseModel):
    """How far a replacement has come: it is done when the target is the folder with this inode."""

    model_config = ConfigDict(frozen=True)

    inode: int
    discarded: tuple[str, ...] = ()
    """The user's files that are saved elsewhere already."""
    state: Literal["building", "rescued"] = "building"


class Change(BaseModel):
    """What a replacement does: our files, those of them that stand there equal, what goes, and what of it is saved."""

    model_config = ConfigDict(frozen=True)

    contents: dict[str, bytes]
    reuse: frozenset[str]
    drop: frozenset[str]
    discarded: tuple[str, ...] = ()


class Workplace:
    """The folder beside the target in which a replacement is made."""

    def __init__(self, target: Path) -> None:
        self.folder = target.with_name(f".{target.name}.devmatrix-swap")
        self.new = self.folder / "new"
        self.old = self.folder / "old"
        self._journal = self.folder / "journal.json"

    def open(self, discarded: tuple[str, ...]) -> None:
        """Make an empty one."""
        self.new.mkdir(parents=True)
        self.write_journal(Journal(inode=self.new.stat().st_ino, discarded=discarded))

    def write_journal(self, journal: Journal) -> None:
        """Say how far we are, in one step."""
        staged = self.folder / "journal.new"
        staged.write_text(journal.model_dump_json())
        staged.replace(self._journal)

    def read_journal(self) -> Journal | None:
        """How far a replacement came; None when it did not begin."""
        try:
            return Journal.model_validate_json(self._journal.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def close(self) -> None:
        """Remove everything here, the journal last."""
        for folder in (self.new, self.old, self.folder):
            remove_folder(folder)


def replace_folder(target: Path, change: Change, owned: ReadOwned) -> None:
    """Make ``target`` hold the change's contents, and everything that it holds now and that is not dropped."""
    place = Workplace(target)
    place.open(change.discarded)
    try:
        build(place.new, target, change)
        swap(place, target)
    except BaseException:
        repair_swap(target, owned)
        raise
    repair_swap(target, owned)


def repair_swap(target: Path, owned: ReadOwned) -> None:
    """Finish a replacement that was done, undo one that was not; with none left over, nothing happens."""
    place = Workplace(target)
    if not place.folder.exists():
        return
    journal = place.read_journal()
    if journal is not None and journal.state == "building":
        if not target.exists() and place.old.exists():
            place.old.rename(target)
        elif target.exists() and target.stat().st_ino == journal.inode:
            old = place.old if place.old.exists() else place.new
            if old.exists():
                rescue(old, target, Rescue(old=owned(old) or {}, new=owned(target) or {}, discarded=journal.discarded))
            place.write_journal(journal.model_copy(update={"state": "rescued"}))
    place.close()


def build(new: Path, old: Path, change: Change) -> None:
    """Fill ``new`` with our contents and the user's own."""
    for path, content in change.contents.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        if path in change.reuse:
            copy_or_link(old / path, new / path)
        else:
            (new / path).write_bytes(content)
    if not old.exists():
        return
    carry_over(new, old, change)
    for path in walk(new):
        if is_folder(old / path) and is_folder(new / path):
            copy_standing(old / path, new / path)
    copy_standing(old, new)


def carry_over(new: Path, old: Path, change: Change) -> None:
    """Put what is the user's into ``new``: files as links, folders anew."""
    device = old.stat().st_dev
    for path in walk(old):
        if path in change.contents or is_below(path, change.drop):
            continue
        if (old / path).lstat().st_dev != device:
            raise FolderRefused(f"{old / path} is a mount point", paths=(path,), hint="name another folder")
        if is_folder(old / path):
            (new / path).mkdir(parents=True, exist_ok=True)
        else:
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            copy_or_link(old / path, new / path)


def swap(place: Workplace, target: Path) -> None:
    """Put the new folder in the target's place."""
    if not target.exists() or not any(target.iterdir()):
        place.new.rename(target)
    elif not exchange(place.new, target):
        target.rename(place.old)
        place.new.rename(target)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; whether the system can."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(AT_CWD, os.fsencode(one), AT_CWD, os.fsencode(other), EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(os.fsencode(one), os.fsencode(other), EXCHANGE)
    else:
        return False
    if failed and ctypes.get_errno() not in UNSUPPORTED:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return not failed


class Rescue(BaseModel):
    """Whose is what when the old folder is cleared: our files there and here, and the user's that are saved already."""

    model_config = ConfigDict(frozen=True)

    old: dict[str, str]
    new: dict[str, str]
    discarded: tuple[str, ...]


def rescue(old: Path, target: Path, known: Rescue) -> None:
    """Save what the user wrote into the old folder while it was replaced: to the target, or beside it."""
    backup: Path | None = None
    for path in walk(old):
        source = old / path
        if is_folder(source) or path == LOCK or is_below(path, known.discarded):
            continue
        if path in known.old:
            if path.startswith(NOTES) or not is_edited(source, known.old[path]) or is_same(source, target / path):
                continue
        elif is_same(source, target / path):
            continue
        elif path not in known.new and can_move(target, path):
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            source.rename(target / path)
            continue
        backup = backup or free_backup(target)
        (backup / path).parent.mkdir(parents=True, exist_ok=True)
        source.rename(backup / path)


def can_move(target: Path, path: str) -> bool:
    """Whether a file can take its old place again: no file or link in the way, no folder in its place."""
    parents = [target / parent for parent in PurePosixPath(path).parents[:-1]]
    return not is_folder(target / path) and all(is_folder(way) or not os.path.lexists(way) for way in parents)


def free_backup(target: Path) -> Path:
    """A folder beside the target that does not exist yet."""
    number = 1
    while os.path.lexists(backup := target.with_name(f"{target.name}.backup-{number}")):
        number += 1
    return backup


def is_edited(path: Path, digest: str) -> bool:
    """Whether one of our files is not what it was."""
    return not path.is_file() or path.is_symlink() or hashlib.sha256(path.read_bytes()).hexdigest() != digest


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths are one file, or copies that nobody has changed since."""
    if not os.path.lexists(other):
        return False
    first, second = one.lstat(), other.lstat()
    if os.path.samestat(first, second):
        return True
    same = (first.st_mode, first.st_size) == (second.st_mode, second.st_size)
    return same and (stat.S_ISLNK(first.st_mode) or first.st_mtime_ns == second.st_mtime_ns)


def is_below(path: str, roots: Collection[str]) -> bool:
    """Whether a path is one of ``roots``, or in one."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in roots for length in range(1, len(parts) + 1))


def is_folder(path: Path) -> bool:
    """Whether there is a folder, and not a link to one."""
    return path.is_dir() and not path.is_symlink()


def walk(folder: Path) -> Iterator[str]:
    """Everything in a folder, folders before what is in them; links are not followed, bytecode is skipped."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name == "__pycache__":
            continue
        yield entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{below}" for below in walk(Path(entry.path)))


def copy_or_link(source: Path, place: Path) -> None:
    """Let ``place`` be the same file as ``source``, or a copy where the disk has no links."""
    try:
        os.link(source, place, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS}:
            raise
        shutil.copy2(source, place, follow_symlinks=False)


def copy_standing(source: Path, place: Path) -> None:
    """Give a new folder the owner, mode and times of the old one."""
    found = source.stat()
    if os.geteuid() == 0:
        os.chown(place, found.st_uid, found.st_gid)
    shutil.copystat(source, place)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, folders that refuse writing included."""
    if not folder.exists():
        return
    for below, names, _ in os.walk(folder):
        for name in names:
            path = Path(below, name)
            if not path.is_symlink() and not os.access(path, os.W_OK | os.X_OK):
                path.chmod(0o700)
    shutil.rmtree(folder)
