"""What a pack holds, and how much it may hold.

``manifest.json`` names every other file with its size and hash, and says what the giver claims of each version;
``patterns/NAME@VERSION/pattern.json`` is the manifest of a version, and its files lie beside it.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from patternbank.lifecycle import HistoryEntry, Scores
from patternbank.patterns import PatternVersion, Status
from patternbank.records import EvidenceRecord
from patternbank.values import Frozen

FORMAT = 1
MANIFEST = "manifest.json"
PATTERN = "pattern.json"
FOLDER = "patterns/"
LARGEST_FILE = 1_000_000
LARGEST_MANIFEST = 20_000_000
LARGEST_PACK = 100_000_000
MOST_FILES = 20_000

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PackedFile(Frozen):
    """A file as the manifest declares it."""

    path: str
    size: int = Field(ge=0)
    sha256: Hash


class Claims(Frozen):
    """What the giver's bank says of a version; it is shown, and never believed."""

    status: Status
    origin: str
    scores: Scores | None
    evidence: tuple[EvidenceRecord, ...]
    history: tuple[HistoryEntry, ...]


class PackedPattern(Frozen):
    """A version in the pack."""

    reference: str
    digest: Hash
    claims: Claims


class PackManifest(Frozen):
    """The declaration of everything in the pack."""

    format: Literal[1]
    patterns: tuple[PackedPattern, ...]
    files: tuple[PackedFile, ...]


class Pack(Frozen):
    """A pack that was read, and in which everything is as it declares."""

    name: str
    sha256: Hash
    manifest: PackManifest
    patterns: tuple[PatternVersion, ...]
