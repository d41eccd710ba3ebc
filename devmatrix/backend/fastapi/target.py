"""The application as the FastAPI target spells it: classes, modules, enumerations and keys."""

from dataclasses import dataclass
from functools import cached_property

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.annotations import Typing
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Choice, ListOf, Many, Scalar, Type
from devmatrix.naming import class_name, table_name, words


@dataclass(frozen=True)
class Enumeration:
    """A choice as a class; ``edges`` name its state machines' constants and what each member may become."""

    name: str
    documentation: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """Names of everything that is generated, each spelled once."""

    application: ApplicationIR

    @cached_property
    def enumerations(self) -> tuple[Enumeration, ...]:
        """All choices, each set of members once, named after the first field or input that has it."""
        found: dict[tuple[str, ...], Enumeration] = {}
        taken: set[str] = set()
        for owner, holder, kind in self._typed():
            for choice in _choices(kind):
                members = tuple(member.name for member in choice.members)
                if members in found:
                    continue
                name = class_name(f"{owner} {holder}")
                while name in taken:
                    name = class_name(f"{name} choice")
                taken.add(name)
                found[members] = Enumeration(name, f"What `{holder}` of {names.label(owner)} may be.", members)
        return tuple(found.values())

    def _typed(self) -> list[tuple[str, str, Type]]:
        fields = [(e.name, f.name, f.type) for e in self.application.domain.entities for f in e.fields]
        inputs = [(o.wire, i.wire, i.type) for o in self.application.api.operations for i in o.body]
        return fields + inputs

    @cached_property
    def choices(self) -> dict[tuple[str, ...], str]:
        """Members of a choice -> name of its enumeration."""
        return {enumeration.members: enumeration.name for enumeration in self.enumerations}

    @cached_property
    def typing(self) -> Typing:
        """How types are spelled."""
        return Typing({e.name: e.key_field.type for e in self.application.domain.entities}, self.choices)

    def enums_of(self, *kinds: Type) -> list[str]:
        """The enumerations that these types mention, sorted."""
        return sorted({self.choices[_members(choice)] for kind in kinds for choice in _choices(kind)})

    def class_of(self, entity: str) -> str:
        """The mapped class of an entity."""
        return names.class_of(entity)

    def module(self, entity: str) -> str:
        """The module that holds what concerns an entity."""
        return names.module(entity)

    def collection(self, entity: str) -> str:
        """The plural of an entity as a module or attribute."""
        return names.attribute(str(table_name(entity)))

    def column(self, field: Field) -> str:
        """The mapped attribute that holds a field's stored value."""
        return names.attribute(field.column or field.name)

    def table(self, entity: Entity) -> str:
        """The table of an entity with its schema, where it is not the default one."""
        schema = entity.storage.schema_name
        return entity.storage.table if schema == "public" else f"{schema}.{entity.storage.table}"

    def home(self, operation: Operation) -> str:
        """The entity in whose service and router an operation stands."""
        if operation.verb == "flow" and operation.addresses:
            return operation.addresses[0].entity
        if operation.entity is not None:
            return operation.entity
        return self.application.domain.entities[0].name

    @cached_property
    def homes(self) -> dict[str, tuple[Operation, ...]]:
        """Entity -> the operations of its service, in the order of the spec; idle entities are left out."""
        found: dict[str, tuple[Operation, ...]] = {}
        for entity in self.application.domain.entities:
            mine = tuple(o for o in self.application.api.operations if self.home(o) == entity.name)
            if mine:
                found[entity.name] = mine
        return found

    def needs_reading(self, entity: str) -> bool:
        """Whether a row has to be read again to be shown: it has computed values or many lists."""
        fields = self.application.entity(entity).fields
        return any(field.computed is not None or isinstance(field.type, Many) for field in fields)


def constant(*parts: str) -> str:
    """A constant's name, e.g. ``CART_STATUS_EDGES``."""
    return "_".join(word for part in parts for word in words(part)).upper()


def _members(choice: Choice) -> tuple[str, ...]:
    return tuple(member.name for member in choice.members)


def _choices(kind: Type) -> tuple[Choice, ...]:
    if isinstance(kind, Choice):
        return (kind,)
    return _choices(kind.item) if isinstance(kind, ListOf) else ()


def kind_of(kind: object) -> str:
    """The name of a scalar; whatever else is a key travels as text."""
    return kind.name if isinstance(kind, Scalar) else "text"
