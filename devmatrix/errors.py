"""Failures of the machine: what went wrong, and the way out."""


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
