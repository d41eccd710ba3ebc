"""Patterns as data: the manifest, the files beside it, and the folder that they are read from."""

from patternbank.patterns.fit import Fit, Subject, misfits
from patternbank.patterns.folder import read_pattern, read_patterns
from patternbank.patterns.manifest import FileEntry, PatternManifest, Slot, Status
from patternbank.patterns.version import PatternFile, PatternVersion, version_key

__all__ = [
    "FileEntry",
    "Fit",
    "PatternFile",
    "PatternManifest",
    "PatternVersion",
    "Slot",
    "Status",
    "Subject",
    "misfits",
    "read_pattern",
    "read_patterns",
    "version_key",
]
