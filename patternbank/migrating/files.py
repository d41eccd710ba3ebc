"""The migrations that come with this release: numbered files of Cypher, known by their checksums."""

import hashlib
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from patternbank.errors import PatternBankError
from patternbank.values import Frozen

_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.cypher")


class Migration(Frozen):
    """One file: statements that may be run again, for a runner may die between two of them."""

    number: int
    name: str
    checksum: str
    statements: tuple[str, ...]

    @property
    def file(self) -> str:
        """Give the file's name."""
        return f"{self.number:04d}_{self.name}.cypher"


def read_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """Read the migrations in order; the numbers go from 1 without a gap."""
    place = folder or files("graph_schema") / "migrations"
    found = sorted(
        (_read(path) for path in place.iterdir() if path.name.endswith(".cypher")), key=lambda one: one.number
    )
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        named = ", ".join(one.file for one in found) or "none"
        raise PatternBankError(
            f"the migrations are not numbered 0001, 0002, … without a gap: {named}",
            "install the release again: its files are not whole",
        )
    return tuple(found)


def _read(path: Traversable) -> Migration:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise PatternBankError(f"{path.name} is no name of a migration", "write it like 0001_what_it_does.cypher")
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    return Migration(
        number=int(match["number"]),
        name=match["name"],
        checksum=hashlib.sha256(text.encode()).hexdigest(),
        statements=_statements(text),
    )


def _statements(text: str) -> tuple[str, ...]:
    """Part a file at the semicolons that end a line; a line that begins with ``//`` is a comment."""
    code = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//"))
    return tuple(part.strip() for part in re.split(r";\s*(?:\n|$)", code) if part.strip())
