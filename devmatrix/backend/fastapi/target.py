"""The application as the FastAPI target spells it: classes, modules, enumerations and keys."""

from dataclasses import dataclass
from functools import cached_property

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.annotations import Typing
from devmatrix.expressions.lone_rows import may_be_overtaken
from devmatrix.expressions.reaching import ListBound, Reading, list_bounds, rule_readings
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.naming import class_name, table_name

_SUFFIXES = ("Read", "List", "Query", "Create", "Update", "Patch", "Repository", "Service")


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
        taken = {each for stem in self.classes.values() for each in _family(stem)} | names.TAKEN_CLASSES
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

    @cached_property
    def classes(self) -> dict[str, str]:
        """Entity -> its mapped class; no class that follows from one is a class that follows from another."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for entity in self.application.domain.entities:
            stem = names.class_of(entity.name)
            while not taken.isdisjoint(_family(stem)):
                stem = f"{stem}Row"
            taken.update(_family(stem))
            found[entity.name] = stem
        return found

    def class_of(self, entity: str) -> str:
        """The mapped class of an entity."""
        return self.classes[entity]

    def class_for(self, operation: Operation, what: str) -> str:
        """A class that belongs to one operation, e.g. ``AddItemToCartInput``."""
        name = f"{class_name(operation.wire)}{what}"
        while name in self._taken_classes or name in names.TAKEN_CLASSES:
            name = f"{name}Given"
        return name

    @cached_property
    def _taken_classes(self) -> frozenset[str]:
        stems = {each for stem in self.classes.values() for each in _family(stem)}
        return frozenset(stems | {enumeration.name for enumeration in self.enumerations})

    def function(self, operation: Operation) -> str:
        """The function of an operation, which is no attribute of its service."""
        name = names.function(operation.wire)
        return f"{name}_" if name in self._taken_attributes else name

    @cached_property
    def _taken_attributes(self) -> frozenset[str]:
        return frozenset(self.collections.values())

    def module(self, entity: str) -> str:
        """The module that holds what concerns an entity."""
        return names.module(entity)

    def collection(self, entity: str) -> str:
        """The plural of an entity as a module or attribute."""
        return self.collections[entity]

    @cached_property
    def collections(self) -> dict[str, str]:
        """Entity -> its plural."""
        entities = self.application.domain.entities
        return {entity.name: names.attribute(str(table_name(entity.name))) for entity in entities}

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The entities by name, those that are referred to first; cycles are broken in the order of the spec."""
        known = {entity.name: entity for entity in self.application.domain.entities}
        ordered: dict[str, Entity] = {}
        visiting: set[str] = set()

        def visit(entity: Entity) -> None:
            if entity.name in visiting:
                return
            visiting.add(entity.name)
            for field in entity.fields:
                if isinstance(field.type, Reference):
                    visit(known[field.type.entity])
            ordered[entity.name] = entity

        for entity in known.values():
            visit(entity)
        return ordered

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Entity -> its place when those that are referred to come first."""
        return {name: place for place, name in enumerate(self.entities)}

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
        found: dict[str, list[Operation]] = {entity.name: [] for entity in self.application.domain.entities}
        for operation in self.application.api.operations:
            found[self.home(operation)].append(operation)
        return {name: tuple(operations) for name, operations in found.items() if operations}

    @cached_property
    def has_cycle(self) -> bool:
        """Whether references lead from an entity over another one back to it."""
        links = ((e, f.type.entity) for e in self.entities.values() for f in e.fields if isinstance(f.type, Reference))
        return any(self.ranks[referred] > self.ranks[entity.name] for entity, referred in links)

    @cached_property
    def firsts(self) -> dict[tuple[str, str | None], str]:
        """Verb and entity -> the first operation that does this."""
        return {(o.verb, o.entity): o.id for o in reversed(self.application.api.operations)}

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """What rules read of rows that change elsewhere."""
        return rule_readings(self.application)

    @cached_property
    def bounds(self) -> tuple[ListBound, ...]:
        """Many lists that some operation may leave too short or too long."""
        return list_bounds(self.application)

    @cached_property
    def overtaken(self) -> frozenset[str]:
        """The operations that write without a lock."""
        operations = self.application.api.operations
        return frozenset(o.id for o in operations if may_be_overtaken(self.application, o))

    @cached_property
    def versions(self) -> dict[str, str]:
        """Entity -> the column that counts the changes of its rows, of those that are written without a lock."""
        counted = {o.addresses[0].entity for o in self.application.api.operations if o.id in self.overtaken}
        return {name: self._free_name(self.application.entity(name)) for name in sorted(counted)}

    def _free_name(self, entity: Entity) -> str:
        """A name that nothing of an entity has."""
        lists = {child.collection for child in self.application.children_of(entity.name) if child.collection}
        taken = {name for f in entity.fields for name in (f.name, f.column or "", self.column(f))} | lists
        name = "row_version"
        while {name, names.attribute(name)} & (taken | {names.attribute(each) for each in taken}):
            name = f"{name}s"
        return name

    def needs_reading(self, entity: str) -> bool:
        """Whether a row has to be read again to be shown: it has computed values or many lists."""
        fields = self.application.entity(entity).fields
        return any(field.computed is not None or isinstance(field.type, Many) for field in fields)


def _family(stem: str) -> set[str]:
    """The classes that follow from an entity's."""
    return {stem, *(f"{stem}{suffix}" for suffix in _SUFFIXES)}


def _members(choice: Choice) -> tuple[str, ...]:
    return tuple(member.name for member in choice.members)


def _choices(kind: Type) -> tuple[Choice, ...]:
    if isinstance(kind, Choice):
        return (kind,)
    return _choices(kind.item) if isinstance(kind, ListOf) else ()


def kind_of(kind: object) -> str:
    """The name of a scalar; whatever else is a key travels as text."""
    return kind.name if isinstance(kind, Scalar) else "text"
