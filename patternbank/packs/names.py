"""The paths that may stand in a pack: they mean the same everywhere, and nothing outside of it."""

import re
import unicodedata

from patternbank.errors import PackError

LONGEST = 400
_UNSEEN = ("C", "Zl", "Zp")
_MEANINGFUL = '\\:*?"<>|'
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.IGNORECASE)
_HINT = "rename the file in its pattern: plain relative paths of letters, digits, '.', '-', '_' and '@'"


def check_name(path: str) -> str:
    """Refuse a path that leaves the pack, or that some system or reader takes for another one."""
    fault = _fault(path)
    if fault:
        raise PackError(f"the path {path[:100]!r} {fault}", _HINT)
    return path


def _fault(path: str) -> str:
    if len(path) > LONGEST or not path:
        return f"is empty, or longer than {LONGEST} characters"
    if path.startswith("/"):
        return "is absolute"
    if any(unicodedata.category(sign).startswith(_UNSEEN) for sign in path):
        return "holds characters that cannot be seen"
    if any(sign in _MEANINGFUL for sign in path):
        return "holds a character that means something to a system: a drive, a backslash, or a wildcard"
    if unicodedata.normalize("NFKC", path) != path:
        return "can be written in two ways"
    return next((fault for part in path.split("/") if (fault := _part_fault(part))), "")


def _part_fault(part: str) -> str:
    if part in ("", ".", ".."):
        return "climbs, or is not written in its plain form"
    if part != part.strip() or part.endswith("."):
        return "has a part that begins or ends with a blank, or ends with a dot"
    if _DEVICES.match(part):
        return f"has the part {part!r}, which is a device on some systems"
    return ""


def check_distinct(paths: list[str]) -> None:
    """Refuse two paths of one name, or that are one on some systems, or of which one is a folder of the other."""
    seen: dict[str, str] = {}
    for path in paths:
        folded = path.casefold()
        if folded in seen:
            raise PackError(f"{path!r} and {seen[folded]!r} are one file on some systems", _HINT)
        seen[folded] = path
    for folded, path in seen.items():
        parts = folded.split("/")
        folder = next((found for end in range(1, len(parts)) if (found := "/".join(parts[:end])) in seen), None)
        if folder is not None:
            raise PackError(f"{seen[folder]!r} is a file and the folder of {path!r}", _HINT)
