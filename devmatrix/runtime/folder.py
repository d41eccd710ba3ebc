"""Write a generated tree into a folder: all of it or nothing, and nothing of the user's is lost.

A folder is ours when its ``devmatrix.lock`` lists our files with their digests. What is not on the list is the user's.
"""

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import DevMatrixError, FolderRefused, advise, words_of
from devmatrix.runtime.locks import locked
from devmatrix.runtime.swap import LOCK, NOTES, Change, copy_or_link, free_backup, repair_swap, replace_folder

Content = str | bytes
RESTORE = (
    "it tells your files from ours: restore it from version control or a backup, or generate into another folder and "
    "carry your own files over"
)


class Written(BaseModel):
    """What a writing did; ``backup`` holds the user's edits that were discarded."""

    model_config = ConfigDict(frozen=True)

    changed: bool
    backup: Path | None = None


class Standing(BaseModel):
    """What stands in a folder: our files with digests, and what the user did to them."""

    model_config = ConfigDict(frozen=True)

    owned: dict[str, str]
    edited: tuple[str, ...]
    deleted: tuple[str, ...]


def write_tree(folder: Path, tree: Mapping[str, Content], *, discard_edits: bool = False) -> Written:
    """Make our files in ``folder`` be exactly ``tree``; ``devmatrix.lock`` is added when the tree has none.

    Raises FolderRefused when the folder is not ours, or when files with edits would be lost and ``discard_edits`` is
    not given; DevMatrixError when the disk refuses. Either way the folder is as it was.
    """
    contents = seal_tree(tree)
    target = Path(os.path.realpath(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent):
            repair_swap(target, read_owned)
            return write_contents(target, contents, discard_edits=discard_edits)
    except OSError as error:
        raise DevMatrixError(f"{folder} cannot be written: {words_of(error)}", hint=advise_of(error)) from error


def write_contents(target: Path, contents: Mapping[str, bytes], *, discard_edits: bool) -> Written:
    """Compare, save what is discarded, and swap; the caller holds the lock."""
    standing = inspect_folder(target)
    taken = find_taken(target, contents, standing.owned)
    if not (standing.edited or standing.deleted or taken) and is_current(target, contents, standing.owned):
        return Written(changed=False)
    lost = tuple(sorted({*standing.edited, *taken}))
    if (lost or standing.deleted) and not discard_edits:
        raise refuse_edits(target, lost, standing.deleted)
    backup = save_edits(target, lost)
    reuse = {path for path, content in contents.items() if standing.owned.get(path) == digest(content)}
    change = Change(
        contents=dict(contents),
        reuse=frozenset(path for path in reuse - {*lost, *standing.deleted} if not path.startswith(NOTES)),
        drop=frozenset({*standing.owned, *lost, LOCK}),
        discarded=lost,
    )
    try:
        replace_folder(target, change, read_owned)
    except BaseException:
        if backup is not None:
            shutil.rmtree(backup)
        raise
    return Written(changed=True, backup=backup)


def put_texts(folder: Path, texts: Mapping[str, str], gone: Iterable[str], stood: Mapping[str, str]) -> None:
    """Change some files of a folder that is ours, all of them or none; everything else in it stays as it is.

    ``gone`` names files to remove, ``stood`` says what the caller has seen in the files: what a person wrote into them
    since is kept beside the folder. DevMatrixError when the disk refuses; the folder is as it was then.
    """
    target = Path(os.path.realpath(folder))
    contents = {path: text.encode() for path, text in texts.items()}
    check_paths(contents)
    drop = frozenset({*contents, *gone})
    try:
        with locked(target.parent):
            repair_swap(target, read_owned)
            seen = (path for path in sorted(drop & stood.keys()) if digest_of(target / path) == _digest(stood[path]))
            change = Change(contents=contents, reuse=frozenset(), drop=drop, discarded=tuple(seen))
            replace_folder(target, change, read_owned)
    except OSError as error:
        raise DevMatrixError(f"{folder} cannot be written: {words_of(error)}", hint=advise_of(error)) from error


def check_folder(folder: Path, *, discard_edits: bool = False) -> None:
    """Raise FolderRefused now if ``write_tree`` would for the folder's own state; nothing is written."""
    standing = inspect_folder(Path(os.path.realpath(folder)))
    if (standing.edited or standing.deleted) and not discard_edits:
        raise refuse_edits(folder, standing.edited, standing.deleted)


def inspect_folder(folder: Path) -> Standing:
    """What stands in a folder, an absent or empty one included; raises FolderRefused when it is somebody else's."""
    if not os.path.lexists(folder):
        return Standing(owned={}, edited=(), deleted=())
    if not folder.is_dir():
        raise FolderRefused(f"{folder} is not a folder", hint="name another")
    owned = read_owned(folder)
    if owned is None:
        if any(folder.iterdir()):
            raise refuse_folder(folder)
        return Standing(owned={}, edited=(), deleted=())
    checked = {path: expected for path, expected in owned.items() if not path.startswith(NOTES)}
    found = {path: digest_of(folder / path) for path in checked}
    return Standing(
        owned=owned,
        edited=tuple(sorted(path for path, now in found.items() if now not in {None, checked[path]})),
        deleted=tuple(sorted(path for path, now in found.items() if now is None)),
    )


def read_owned(folder: Path) -> dict[str, str] | None:
    """Our files in a folder with their digests; None when the folder is not ours."""
    try:
        lock = json.loads((folder / LOCK).read_bytes())
        return parse_owned(lock)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def refuse_folder(folder: Path) -> FolderRefused:
    """The refusal of a folder without a lock that can be read: damaged, gone, or never there."""
    lock = folder / LOCK
    try:
        parse_owned(json.loads(lock.read_bytes()))
    except FileNotFoundError:
        if (folder / NOTES).is_dir():
            return FolderRefused(f"{folder} is an application of ours, but its {LOCK} is gone", hint=RESTORE)
    except (OSError, ValueError) as error:
        return FolderRefused(f"{lock} is damaged: {words_of(error)}", paths=(LOCK,), hint=RESTORE)
    hint = "name another folder, or empty this one"
    return FolderRefused(f"{folder} is neither empty nor made by DevMatrix", hint=hint)


def parse_owned(lock: object) -> dict[str, str]:
    """The digests in a lock: ``files`` leads from a path to a digest, or to an object that has one; ValueError else."""
    files = lock.get("files") if isinstance(lock, dict) else None
    if not isinstance(files, dict):
        raise ValueError("no files in the lock")  # noqa: TRY004
    owned: dict[str, str] = {}
    for path, entry in files.items():
        known = entry.get("digest") if isinstance(entry, dict) else entry
        if not isinstance(known, str):
            raise ValueError(f"no digest of {path} in the lock")  # noqa: TRY004
        try:
            check_path(path)
        except FolderRefused as error:
            raise ValueError(str(error)) from error
        owned[path] = known.removeprefix("sha256:")
    return owned


def seal_tree(tree: Mapping[str, Content]) -> dict[str, bytes]:
    """The tree in bytes, each path checked, with its lock."""
    contents = {path: content.encode() if isinstance(content, str) else content for path, content in tree.items()}
    check_paths(contents)
    files = {path: digest(content) for path, content in sorted(contents.items()) if path != LOCK}
    if LOCK not in contents:
        contents[LOCK] = (json.dumps({"files": files}, indent=2) + "\n").encode()
    elif parse_owned(json.loads(contents[LOCK])) != files:
        raise ValueError("the tree's devmatrix.lock does not list the tree's files")
    return contents


def check_paths(paths: Iterable[str]) -> None:
    """Raise FolderRefused for a path that leaves the folder, and for a file that is also a folder."""
    known = set(paths)
    for path in known:
        check_path(path)
        for parent in PurePosixPath(path).parents:
            if str(parent) in known:
                raise FolderRefused(f"{parent} is both a file and a folder", paths=(path,))


def check_path(path: str) -> None:
    """Raise FolderRefused for a path that is not plainly inside the folder."""
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in path or "\0" in path:
        raise FolderRefused(f"{path!r} does not stay in the folder", paths=(path,))


def find_taken(folder: Path, contents: Mapping[str, bytes], owned: Mapping[str, str]) -> tuple[str, ...]:
    """Things of the user's that stand where ours must go, and are not the same."""
    taken: set[str] = set()
    for path, content in contents.items():
        blocker = find_blocker(folder, path)
        if blocker is not None and blocker not in owned:
            taken.add(blocker)
            continue
        is_free = path in owned or path == LOCK or path.startswith(NOTES)
        if blocker is None and not is_free and digest_of(folder / path) not in {None, digest(content)}:
            taken.add(path)
    return tuple(sorted(taken))


def find_blocker(folder: Path, path: str) -> str | None:
    """What is no folder, or a link to one, on the way to ``path``, or a folder in its place."""
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        mode = mode_of(folder / parent)
        if mode is not None and not stat.S_ISDIR(mode):
            return str(parent)
    mode = mode_of(folder / path)
    return path if mode is not None and stat.S_ISDIR(mode) and any((folder / path).iterdir()) else None


def mode_of(path: Path) -> int | None:
    """The mode of what is there, links not followed; None when nothing is."""
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_current(folder: Path, contents: Mapping[str, bytes], owned: Mapping[str, str]) -> bool:
    """Whether the folder holds the tree already; what the user left alone is known by its digest."""
    if set(contents) != {*owned, LOCK} or (folder / LOCK).read_bytes() != contents[LOCK]:
        return False
    notes = (path for path in owned if path.startswith(NOTES))
    return all(owned[path] == digest(contents[path]) for path in owned) and all(
        digest_of(folder / path) == owned[path] for path in notes
    )


def save_edits(folder: Path, paths: tuple[str, ...]) -> Path | None:
    """Copy what will be discarded into a new folder beside this one; that folder."""
    if not paths:
        return None
    backup = free_backup(folder)
    for path in paths:
        source, kept = folder / path, backup / path
        kept.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, kept, symlinks=True)
        else:
            copy_or_link(source, kept)
    return backup


def refuse_edits(folder: Path, edited: tuple[str, ...], deleted: tuple[str, ...]) -> FolderRefused:
    """The refusal that names every file."""
    named = (*edited, *(f"{path} (deleted)" for path in deleted))
    return FolderRefused(
        f"{folder} holds edits: {', '.join(named)}",
        paths=(*edited, *deleted),
        hint="--discard-edits replaces them, and keeps a copy beside the folder",
    )


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _digest(text: str) -> str:
    return digest(text.encode())


def digest_of(path: Path) -> str | None:
    """The digest of a file; None when there is none, and a text that is no digest for a link or a folder."""
    mode = mode_of(path)
    if mode is None:
        return None
    return digest(path.read_bytes()) if stat.S_ISREG(mode) else "not a file"


def advise_of(error: OSError) -> str:
    """What to do when the disk refuses the folder."""
    if error.errno in {errno.EBUSY, errno.EXDEV}:
        return "the folder is a mount point: name a folder inside it"
    return advise(error)
