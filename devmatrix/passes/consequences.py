"""What an operation writes, the consequences of its deletions included."""

from dataclasses import dataclass

from devmatrix.ir.behavior import Create, Delete, Statement
from devmatrix.ir.directory import Directory
from devmatrix.ir.domain import Relationship
from devmatrix.ir.expressions import Access, Expression, walk

Place = tuple[str, str | None]
"""(entity, field), or (entity, None) for rows that are made or removed."""


@dataclass(frozen=True)
class Consequences:
    """Everything that changes when an operation succeeds.

    ``created`` and ``deleted`` are entities, ``removed`` those of them whose rows go without their owner going too;
    ``written`` the fields that statements set; ``followed`` the relationships that a deletion goes along,
    ``restricting`` those that can forbid it.
    """

    created: tuple[str, ...]
    deleted: tuple[str, ...]
    removed: tuple[str, ...]
    written: tuple[Place, ...]
    followed: tuple[Relationship, ...]
    restricting: tuple[Relationship, ...]

    @property
    def places(self) -> frozenset[Place]:
        """All places that may change in rows that are still there; of a list that goes with its owner nothing is."""
        cleared = {(relation.source, relation.name) for relation in self.followed if not cascades(relation)}
        rows = {(entity, None) for entity in (*self.created, *self.removed)}
        return frozenset({*self.written, *cleared, *rows})


def consequences_of(directory: Directory, statements: tuple[Statement, ...]) -> Consequences:
    """What the statements of an operation, those inside others included, lead to."""
    created: dict[str, None] = {}
    removed: dict[str, None] = {}
    written: dict[Place, None] = {}
    for statement in statements:
        for entity, field in statement.writes:
            if isinstance(statement, Create):
                created[entity] = None
            elif isinstance(statement, Delete):
                removed[entity] = None
            else:
                written[entity, field] = None
    deleted, followed, restricting = _along(directory, tuple(removed))
    unowned = [relation.source for relation in followed if cascades(relation) and relation.kind != "owner"]
    alone = tuple(dict.fromkeys((*removed, *unowned)))
    return Consequences(tuple(created), deleted, alone, tuple(written), followed, restricting)


def _along(
    directory: Directory, removed: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Relationship, ...], tuple[Relationship, ...]]:
    """All entities that lose rows when these do, and the relationships on the way."""
    deleted, waiting = dict.fromkeys(removed), list(removed)
    followed: list[Relationship] = []
    restricting: list[Relationship] = []
    while waiting:
        for relation in directory.relationships_to(waiting.pop(0)):
            if relation.kind == "reference" and relation.on_delete == "restricts":
                restricting.append(relation)
                continue
            followed.append(relation)
            if cascades(relation) and relation.source not in deleted:
                deleted[relation.source] = None
                waiting.append(relation.source)
    return tuple(deleted), tuple(followed), tuple(restricting)


def cascades(relation: Relationship) -> bool:
    """Whether the row that refers goes when the row that it refers to does."""
    return relation.kind == "owner" or (relation.kind == "reference" and relation.on_delete == "deletes with it")


def places_read(directory: Directory, expression: Expression) -> frozenset[Place]:
    """The places that an expression depends on, through computed fields too."""
    found: set[Place] = set()
    waiting = [expression]
    while waiting:
        for part in walk(waiting.pop()):
            if not isinstance(part, Access) or (part.entity, part.name) in found:
                continue
            found.add((part.entity, part.name))
            if part.how in ("rows", "members") and part.type.item is not None and part.type.item.entity is not None:
                found.add((part.type.item.entity, None))
                owner = directory.entity(part.type.item.entity).owner_field
                found |= set() if owner is None or part.how == "members" else {(part.type.item.entity, owner.name)}
            if part.how == "value":
                computed = directory.field(part.entity, part.name).computed
                waiting.extend([] if computed is None else [computed])
    return frozenset(found)
