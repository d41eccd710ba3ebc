"""Files in one archive: a zip without compression, times or modes, so that equal files are equal bytes."""

import io
import stat
import zipfile
from collections.abc import Mapping

from patternbank.errors import PackError
from patternbank.packs.contents import LARGEST_FILE, LARGEST_MANIFEST, LARGEST_PACK, MANIFEST, MOST_FILES
from patternbank.packs.names import check_distinct, check_name

_FOREIGN = "packs are made by `patternbank export`: ask whoever gave it for one"
_MODE = stat.S_IFREG | 0o644
_BIRTH = (1980, 1, 1, 0, 0, 0)


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Give the one archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _BIRTH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_STORED, 3, _MODE << 16
            archive.writestr(entry, files[path])
    return made.getvalue()


def read_archive(content: bytes) -> dict[str, bytes]:
    """Give the files of an archive; refuse one that holds anything else, or holds it in another way."""
    if len(content) > LARGEST_PACK:
        raise PackError(f"the pack is larger than {LARGEST_PACK} bytes", "export fewer patterns at a time")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise PackError(f"the file cannot be read as a pack: {error}", _FOREIGN) from error
    if write_archive(files) != content:
        raise PackError("the pack holds bytes that belong to none of its files", _FOREIGN)
    return files


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Judge everything that the archive says of its files, before any of them is read."""
    if len(entries) > MOST_FILES:
        raise PackError(f"the pack holds more than {MOST_FILES} files", "export fewer patterns at a time")
    for entry in entries:
        _check_entry(entry)
    check_distinct([entry.filename for entry in entries])
    if sum(entry.file_size for entry in entries) > LARGEST_PACK:
        raise PackError(f"the pack unfolds to more than {LARGEST_PACK} bytes", _FOREIGN)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = check_name(entry.orig_filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    largest = LARGEST_MANIFEST if name == MANIFEST else LARGEST_FILE
    if kind == stat.S_IFLNK:
        raise PackError(f"{name!r} is a link", _FOREIGN)
    if kind not in (0, stat.S_IFREG) or entry.is_dir():
        raise PackError(f"{name!r} is no plain file: a device, a pipe, or a folder", _FOREIGN)
    if entry.flag_bits & 1:
        raise PackError(f"{name!r} is encrypted", _FOREIGN)
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
        raise PackError(f"{name!r} is compressed: a pack is as large as what it holds", _FOREIGN)
    if entry.file_size > largest:
        raise PackError(f"{name!r} is larger than {largest} bytes", "leave it out of the pattern")
