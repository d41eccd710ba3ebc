"""What values may be: choices, and what each state may become."""

from collections.abc import Mapping
from enum import StrEnum


class FolderState(StrEnum):
    """What `state` of folder may be."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


FOLDER_STATE_EDGES: Mapping[FolderState, frozenset[FolderState]] = {
    FolderState.OPEN: frozenset({FolderState.CLOSED}),
    FolderState.CLOSED: frozenset(),
}
