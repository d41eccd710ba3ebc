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
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from devmatrix.errors import FolderRefused

EXCHANGE = 2
AT_CWD = -100
UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}

ReadOwned = Callable[[Path], dict[str, str] | None]


class Journal(BaseModel):
    """How far a replacement has come: it is done when the target is the folder with this inode."""

    model_config = ConfigDict(frozen=True)

    inode: int
    state: Literal["building", "rescued"] = "building"


class Workplace:
    """The folder beside the target in which a replacement is made."""

    def __init__(self, target: Path) -> None:
        self.folder = target.with_name(f".{target.name}.devmatrix-swap")
        self.new = self.folder / "new"
        self.old = self.folder / "old"
        self._journal = self.folder / "journal.json"

    def open(self) -> None:
        """Make an empty one."""
        self.new.mkdir(parents=True)
        self.write_journal(Journal(inode=self.new.stat().st_ino))

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


def replace_folder(
    target: Path, contents: Mapping[str, bytes], *, reuse: Collection[str], drop: Collection[str], owned: ReadOwned
) -> None:
    """Make ``target`` hold ``contents`` and everything that it holds now but ``drop``; ``reuse`` are known to be equal."""
    place = Workplace(target)
    place.open()
    try:
        build(place.new, target, contents, reuse=reuse, drop=drop)
        swap(place, target)
    except BaseException:
        repair_swap(target, owned)
        raise
    finish(place, target, owned)


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
            finish(place, target, owned)
            return
    place.close()


def build(new: Path, old: Path, contents: Mapping[str, bytes], *, reuse: Collection[str], drop: Collection[str]) -> None:
    """Fill ``new`` with our contents and the user's own."""
    for path, content in contents.items():
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in reuse:
            copy_or_link(old / path, file)
        else:
            file.write_bytes(content)
    if not old.exists():
        return
    device = old.stat().st_dev
    for path in walk(old):
        if is_dropped(path, contents, drop):
            continue
        if (old / path).lstat().st_dev != device:
            raise FolderRefused(f"{old / path} is a mount point", paths=(path,), hint="unmount it, or name another folder")
        if is_folder(old / path):
            (new / path).mkdir(parents=True, exist_ok=True)
        else:
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            copy_or_link(old / path, new / path)
    for path in ("", *walk(old)):
        if is_folder(old / path) and is_folder(new / path):
            copy_standing(old / path, new / path)


def is_dropped(path: str, contents: Mapping[str, bytes], drop: Collection[str]) -> bool:
    """Whether what the old folder has here does not go over: it is replaced, or it or what it is in is to go."""
    if path in contents:
        return True
    parts = path.split("/")
    return any("/".join(parts[:length]) in drop for length in range(1, len(parts) + 1))


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


def finish(place: Workplace, target: Path, owned: ReadOwned) -> None:
    """Move over what the user did to the old folder while it was replaced, and remove it."""
    old = place.old if place.old.exists() else place.new
    if old.exists():
        rescue(old, target, owned(old) or {})
    place.write_journal(Journal(inode=target.stat().st_ino, state="rescued"))
    place.close()


def rescue(old: Path, target: Path, owned: Mapping[str, str]) -> None:
    """Move every file that is the user's, and is not in the target, or is newer than there, to the target."""
    for path in walk(old):
        kept, source = target / path, old / path
        if is_folder(source):
            continue
        if path in owned or path == "devmatrix.lock":
            if path in owned and is_edited(source, owned[path]):
                rescue_file(source, kept.with_name(f"{kept.name}.edited"))
        elif not is_same(source, kept):
            rescue_file(source, kept)


def rescue_file(source: Path, kept: Path) -> None:
    """Move a file of the user's, beside what has taken its place if it must be."""
    number = 0
    place = kept
    while is_folder(place) or (number == 0 and not can_hold(kept)):
        number += 1
        place = kept.with_name(f"{kept.name}.{number}")
    place.parent.mkdir(parents=True, exist_ok=True)
    source.rename(place)
