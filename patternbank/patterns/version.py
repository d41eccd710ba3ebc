"""One immutable version of a pattern: its manifest and all its files."""

from functools import cached_property, lru_cache
from typing import Self

from pydantic import model_validator

from patternbank.patterns.manifest import FileEntry, PatternManifest, RelativePath, Status
from patternbank.values import Frozen, digest

TEMPLATES = "files/"
EXAMPLE_VIEW = "example/view.json"
EXAMPLE_SLOTS = "example/slots.json"
EXPECTED = "example/expected/"


class PatternFile(Frozen):
    """A text of the pattern's folder."""

    path: RelativePath
    text: str


class PatternVersion(Frozen):
    """Everything that is needed to show, check and render a pattern."""

    manifest: PatternManifest
    files: tuple[PatternFile, ...]
    digest: str = ""

    @model_validator(mode="after")
    def seal(self) -> Self:
        """Sort the files and compute the digest; refuse one that does not match."""
        object.__setattr__(self, "files", tuple(sorted(self.files, key=lambda file: file.path)))
        found = content_digest(self.manifest, self.files)
        if self.digest not in ("", found):
            raise ValueError(f"the contents of {self.reference} do not match their digest")
        object.__setattr__(self, "digest", found)
        return self

    @property
    def name(self) -> str:
        """Give the pattern's name."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Give the version's number."""
        return self.manifest.version

    @property
    def reference(self) -> str:
        """Give ``name@version``."""
        return f"{self.manifest.name}@{self.manifest.version}"

    @cached_property
    def texts(self) -> dict[str, str]:
        """Give the text of each path."""
        return {file.path: file.text for file in self.files}

    @cached_property
    def entries(self) -> tuple[FileEntry, ...]:
        """Give the files to render: those declared, or else each one under ``files/`` as a whole file."""
        if self.manifest.files is not None:
            return self.manifest.files
        paths = (path.removeprefix(TEMPLATES) for path in self.texts if path.startswith(TEMPLATES))
        return tuple(FileEntry(template=path) for path in paths)

    def with_status(self, status: Status) -> Self:
        """Give the same contents, to be taken into a bank in this state."""
        manifest = self.manifest.model_copy(update={"status": status})
        return self.model_copy(update={"manifest": manifest})

    def template(self, entry: FileEntry) -> str:
        """Give the text of an entry's template."""
        return self.texts[TEMPLATES + entry.template]


def content_digest(manifest: PatternManifest, files: tuple[PatternFile, ...]) -> str:
    """Hash what a version is; its status is no part of it, for that may change.

    The manifest counts as it is read, so comments and layout of ``pattern.yaml`` are free.
    """
    described = manifest.model_dump(mode="json", by_alias=True, exclude={"status"}, exclude_defaults=True)
    return digest({"manifest": described, "files": [[file.path, file.text] for file in files]})


@lru_cache(maxsize=4096)
def version_key(version: str) -> tuple[object, ...]:
    """Give a key that sorts versions as semver does: a pre-release comes before its release."""
    core, _, early = version.partition("-")
    numbers = tuple(int(part) for part in core.split("."))
    marks = tuple((0, int(mark), "") if mark.isdigit() else (1, 0, mark) for mark in early.split(".") if mark)
    return (*numbers, not early, marks)
