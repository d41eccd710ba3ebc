"""The catalogue of faults: what the lab may inject, read from YAML in families."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Discriminator, Field, StringConstraints, Tag, ValidationError, field_validator

from devmatrix.artifacts.diagnosis import Cause
from devmatrix.artifacts.scenarios import ScenarioKind
from devmatrix.errors import DevMatrixError
from devmatrix.ir.base import Node
from devmatrix.lab.places import check_expression, check_replacement
from devmatrix.lab.rows import Spoiling
from patternbank.errors import ManifestError
from patternbank.patterns.yaml_text import read_yaml

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=300, strip_whitespace=True)]
EXTENSION = ".yaml"

Model = TypeVar("Model", bound=Node)


class FaultError(DevMatrixError):
    """A fault cannot be read, or does not fit what it is injected into."""


class PatternEdit(Node):
    """In a template of a pattern ``old`` becomes ``new``: where it stands first, or with ``every`` wherever it stands.

    ``file`` is below the pattern's ``files/``.
    """

    pattern: str = Field(min_length=1)
    file: str = Field(min_length=1)
    old: str = Field(min_length=1)
    new: str
    every: bool = False


class SlotEdit(Node):
    """A pattern gets a slot; what it renders without being asked is wrong."""

    pattern: str = Field(min_length=1)
    slot: str = Field(min_length=1)
    default: bool
    description: str = ""


class TreeEdit(Node):
    """In the first rendered file (by path) whose path is like ``tree`` and that matches ``old``, the first match
    becomes ``new``, a template of ``re.sub``.
    """

    tree: str = Field(min_length=1)
    old: str = Field(min_length=1)
    new: str

    @field_validator("old")
    @classmethod
    def _compiles(cls, value: str) -> str:
        check_expression(value)
        return value

    def model_post_init(self, _context: Any) -> None:
        """Refuse a replacement that names a group which is not there."""
        check_replacement(self.old, self.new)


class SeedEdit(Node):
    """The rows of the scenarios of one operation, the first that it can be done to, are not those that it needs.

    ``row``: the row that the judged call addresses is not there; ``reference``: one that its body names is not;
    ``value``: the addressed row holds another number or another truth. Other scenarios than those of a kind stay.
    """

    seeds: Spoiling
    scenarios: ScenarioKind = "happy"


def _kind_of(edit: Any) -> str:
    given = edit if isinstance(edit, dict) else edit.model_fields_set
    return next((kind for kind in ("seeds", "tree", "slot") if kind in given), "pattern")


Edit = Annotated[
    Annotated[PatternEdit, Tag("pattern")]
    | Annotated[SlotEdit, Tag("slot")]
    | Annotated[TreeEdit, Tag("tree")]
    | Annotated[SeedEdit, Tag("seeds")],
    Discriminator(_kind_of),
]


class Fault(Node):
    """One mistake that somebody could make; ``cause`` is what a diagnosis has to say of what it breaks.

    ``also``: what it may say as well, where an application promises more than others (two rows where one should be are
    a wrong status where something has to be unique).
    """

    name: Slug
    family: str = Field(min_length=1, max_length=60)
    description: Sentence
    cause: Cause
    also: tuple[Cause, ...] = ()
    edits: tuple[Edit, ...] = Field(min_length=1)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns that it changes, each once."""
        named = (edit.pattern for edit in self.edits if isinstance(edit, PatternEdit | SlotEdit))
        return tuple(dict.fromkeys(named))


class _Family(Node):
    """A file of the catalogue."""

    family: str
    faults: tuple[dict[str, Any], ...] = Field(min_length=1)


def load_faults(folder: Path | None = None) -> tuple[Fault, ...]:
    """All faults of a folder, by file and place in it; without a folder those that are shipped.

    FaultError where a file is not as it must be, or two faults share a name.
    """
    if folder is None:
        with resources.as_file(resources.files("seeds") / "faults") as shipped:
            return load_faults(shipped)
    files = sorted(folder.glob(f"*{EXTENSION}")) if folder.is_dir() else []
    if not files:
        raise FaultError(f"{folder} holds no faults", hint=f"name a folder of {EXTENSION} files, one a family")
    found: dict[str, Fault] = {}
    for file in files:
        for fault in _read(file):
            if fault.name in found:
                message = f"{file}: there is another fault {fault.name!r}, in {found[fault.name].family!r}"
                raise FaultError(message, hint="give each fault a name of its own")
            found[fault.name] = fault
    return tuple(found.values())


def families(faults: tuple[Fault, ...]) -> tuple[str, ...]:
    """The families of faults, in their order."""
    return tuple(dict.fromkeys(fault.family for fault in faults))


def _read(file: Path) -> tuple[Fault, ...]:
    try:
        given = read_yaml(file.read_text(encoding="utf-8"), str(file))
    except ManifestError as error:
        raise FaultError(str(error), hint=error.hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FaultError(f"{file} cannot be read: {error}", hint="check the file and its rights") from error
    family = _checked(_Family, given, str(file))
    return tuple(
        _checked(
            Fault, {"family": family.family, **fault}, f"{file}: fault {place} ({fault.get('name', 'without name')})"
        )
        for place, fault in enumerate(family.faults, start=1)
    )


def _checked(model: type[Model], given: object, place: str) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its contents"
        message = f"{place}: {where}: {first['msg']}"
        raise FaultError(message, hint="write it as the shipped faults in seeds/faults are written") from error
