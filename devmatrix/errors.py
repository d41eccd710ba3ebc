"""Failures of the machine: what went wrong, and the way out."""

import errno
import os
import re

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
IN_THE_WAY = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOTEMPTY})
NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ENAMETOOLONG, errno.EBUSY})
STATE_OF_THE_MACHINE = NO_ROOM | IN_THE_WAY | NOT_ALLOWED | EXHAUSTED
"""What the system refuses because of how the machine is, and not because it was asked for nonsense."""


class DevMatrixError(Exception):
    """A failure that is not a finding about the user's text.

    ``hint`` says what to do about it; ``exit_code`` is what the command line ends with.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ServerUnavailable(DevMatrixError):  # noqa: N818
    """A real part (PostgreSQL, Docker) is not there, or does not start."""


class EnvironmentFailed(DevMatrixError):  # noqa: N818
    """The virtual environment of a generated application cannot be made."""


class CommandFailed(DevMatrixError):  # noqa: N818
    """A program that a step depends on ended badly; ``log_tail`` holds its last lines."""

    def __init__(self, message: str, *, log_tail: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.log_tail = log_tail


class ApplicationFailed(CommandFailed):
    """A generated application does not get up: its ``stage`` (migrate, seed, start) ended badly. This is a red run."""

    exit_code = 3

    def __init__(self, message: str, *, stage: str, log_tail: str = "", hint: str = "") -> None:
        super().__init__(message, log_tail=log_tail, hint=hint)
        self.stage = stage


class FolderRefused(DevMatrixError):  # noqa: N818
    """The output folder is not ours to write, or holds edits; ``paths`` names the files."""

    def __init__(self, message: str, *, paths: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.paths = paths


class Interrupted(KeyboardInterrupt):
    """A signal asked us to end: raised in the main thread, so that every ``finally`` runs."""

    exit_code = 130

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"signal {signal_number}")
        self.signal_number = signal_number


def words_of(error: BaseException) -> str:
    """What the system says, for people: no class, no number of an error; the file where there is one."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return words_of(reason)
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    strerror = getattr(error, "strerror", None)
    if not isinstance(error, OSError) or not strerror:
        return re.sub(r"\[Errno -?\d+\] ", "", str(error)) or "no reason was given"
    number = error.errno or 0
    said = os.strerror(number) if number > 0 else str(strerror)
    place = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
    return f"{said[:1].lower()}{said[1:]}{place}"


def advise(error: OSError) -> str:
    """What to do when the disk refuses."""
    if error.errno in NO_ROOM:
        return "make room on the disk, or name a place on another one; what was there is as it was"
    if error.errno in IN_THE_WAY:
        return "something is in the way there: name another place, or move it away"
    if error.errno in NOT_ALLOWED:
        return "check the permissions of the place and of the folder around it, or name another"
    return "name another place"
