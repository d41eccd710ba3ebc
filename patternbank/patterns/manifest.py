"""The manifest of a pattern: ``pattern.yaml`` as a frozen model."""

import posixpath
import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    field_validator,
    model_validator,
)

from patternbank.embeddings import Graph
from patternbank.patterns.fit import Fit
from patternbank.values import NAME_PATTERN, Frozen

SEMVER = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$"
_SLOT_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Status(StrEnum):
    """How far a pattern is trusted."""

    DRAFT = "draft"
    CANDIDATE = "candidate"
    GOLDEN = "golden"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


def check_path(value: str) -> str:
    """Refuse a path that is absolute, climbs, or is not written in its plain form."""
    plain = posixpath.normpath(value)
    if plain != value or value.startswith(("/", "..")) or "\\" in value or "\x00" in value or ":" in value:
        raise ValueError(f"{value!r} is not a plain relative path")
    return value


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=100)]
RelativePath = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(check_path)]
Names = Annotated[tuple[Name, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Slot(Frozen):
    """A choice that a caller may make, with the one that is made without him."""

    name: str
    default: JsonValue
    description: str = ""


class FileEntry(Frozen):
    """One template and where its text goes."""

    template: RelativePath
    path: RelativePath = ""
    kind: Literal["file", "fragment"] = "file"
    id: str = Field(default="", max_length=100)
    place: str = Field(default="body", pattern=r"^[a-z][a-z0-9_.-]*$")
    order: int = Field(default=50, ge=0, le=9999)
    into: str | None = Field(default=None, max_length=100)
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def fill_path_and_id(cls, value: object) -> object:
        """Take path and id from the template's own path where they are not given."""
        if not isinstance(value, dict) or not isinstance(value.get("template"), str):
            return value
        target = value["template"].removesuffix(".j2")
        return {"path": target, "id": posixpath.splitext(posixpath.basename(target))[0], **value}

    @model_validator(mode="after")
    def keep_files_whole(self) -> Self:
        """Refuse a class for a whole file."""
        if self.kind == "file" and self.into is not None:
            raise ValueError("a whole file goes into no class: leave out 'into' or say kind: fragment")
        return self


class PatternManifest(Frozen):
    """What a pattern is, gives, needs and fits."""

    name: Name
    version: Annotated[str, StringConstraints(pattern=SEMVER, max_length=60)]
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=10000)
    category: Name
    stack: Names = ()
    capability: Name
    provides: Names = ()
    requires: Names = ()
    conflicts: Names = ()
    status: Status = Status.DRAFT
    view: str = Field(min_length=1, max_length=100)
    slots: tuple[Slot, ...] = ()
    files: tuple[FileEntry, ...] | None = None
    features: Graph = Graph()
    when: Fit = Fit()
    labels: tuple[str, ...] = ()

    @field_validator("slots", mode="before")
    @classmethod
    def read_slots(cls, value: object) -> object:
        """Read ``name: default`` and ``name: {default: …, description: …}``."""
        if not isinstance(value, dict):
            return value
        return [_slot(name, given) for name, given in sorted(value.items())]

    @field_validator("slots")
    @classmethod
    def check_slots(cls, value: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Refuse names that a template could not say."""
        wrong = [slot.name for slot in value if not _SLOT_NAME.fullmatch(slot.name)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no name for a slot: write it like 'log_event'")
        return value

    @property
    def capabilities(self) -> tuple[str, ...]:
        """Give everything that the pattern provides, the main capability first."""
        return tuple(dict.fromkeys((self.capability, *self.provides)))

    @property
    def text(self) -> str:
        """Give the words that a text search looks at."""
        return " ".join((self.name, self.title, self.description, self.category, *self.capabilities, *self.labels))


def _slot(name: object, given: object) -> dict[str, object]:
    if isinstance(given, dict) and "default" in given and not set(given) - {"default", "description"}:
        return {"name": name, **given}
    return {"name": name, "default": given}
