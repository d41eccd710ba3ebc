"""Small applications for the solver's tests: entities and flows out of short texts, without the frontend."""

from dataclasses import dataclass, field

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions import schema as shapes
from devmatrix.expressions.check import read_expression
from devmatrix.ir.api import Address, Api, Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import (
    Assignment,
    Behavior,
    Bind,
    Create,
    Delete,
    Edge,
    Ensure,
    Flow,
    ForEach,
    Let,
    Require,
    Set,
    StateMachine,
    Statement,
    When,
)
from devmatrix.ir.domain import Domain, Entity, Field, Key, Relationship, Source, Storage
from devmatrix.ir.expressions import SELF, Access, Expression, LiteralValue
from devmatrix.ir.types import SAFE_INTEGER, Choice, Many, Member, Reference, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range, Rule, Unique, Validation
from devmatrix.ir.values import ValueType


def integer(low: int = -SAFE_INTEGER, high: int = SAFE_INTEGER) -> Scalar:
    """A whole number."""
    return Scalar(name="integer", minimum=low, maximum=high)


def decimal(precision: int, scale: int) -> Scalar:
    """A decimal."""
    return Scalar(name="decimal", precision=precision, scale=scale)


def text(most: int = 100) -> Scalar:
    """A text."""
    return Scalar(name="text", max_length=most)


def choice(*members: str) -> Choice:
    """One of some members."""
    return Choice(members=tuple(Member(name=member, wire=member) for member in members))


def between(low: str | None, high: str | None = None, *, open_low: bool = False) -> Range:
    """A range."""
    return Range(id="range", minimum=low, maximum=high, minimum_open=open_low)


def lengths(low: int, high: int | None = None) -> Length:
    """Bounds of a length."""
    return Length(id="length", minimum=low, maximum=high)


def pattern(regex: str) -> Pattern:
    """A pattern."""
    return Pattern(id="pattern", regex=regex)


@dataclass
class Sketch:
    """An application under construction."""

    entities: dict[str, Entity] = field(default_factory=dict)
    relations: list[Relationship] = field(default_factory=list)
    machines: list[StateMachine] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def entity(
        self, name: str, *fields: Field, owner: str | None = None, collection: str | None = None, key: str = "id"
    ) -> None:
        """Add an entity; the owner's reference is made."""
        given = list(fields)
        if owner is not None:
            given.append(_field(name, owner.lower(), Reference(entity=owner), role="owner", nullable=False))
        if key == "id":
            given.insert(0, _field(name, "id", Scalar(name="uuid"), role="key", nullable=False))
        self.entities[name] = Entity(
            id=f"entity:{name}", name=name, wire=name, variable=name.lower(), plural=f"{name.lower()}s",
            key=Key(field=key, generated="uuid" if key == "id" else None),
            fields=tuple(item.model_copy(update={"id": f"entity:{name}/field:{item.name}"}) for item in given),
            owner=owner, collection=collection, path=f"/{name.lower()}", storage=Storage(schema_name="s", table=name),
        )  # fmt: skip
        for item in given:
            if isinstance(item.type, Reference | Many):
                kind = "many" if isinstance(item.type, Many) else "owner" if item.role == "owner" else "reference"
                self.relations.append(
                    Relationship(
                        id=f"relationship:{name}.{item.name}",
                        name=item.name,
                        kind=kind,
                        source=name,
                        target=item.type.entity,
                        fk_field=None if kind == "many" else f"{item.name}_id",
                        on_delete=item.on_delete,
                    )
                )

    def unique(self, entity: str, *fields: str) -> None:
        """No two rows agree in these fields."""
        node = f"entity:{entity}/unique:{len(self.uniques) + 1}"
        self.uniques.append(Unique(id=node, entity=entity, fields=fields, constraint=node))

    def rule(self, entity: str, condition: str) -> None:
        """A rule over an entity's rows."""
        scope = shapes.Scope(self_entity=entity)
        node = f"entity:{entity}/rule:{len(self.rules) + 1}"
        self.rules.append(Rule(id=node, entity=entity, condition=self.read(condition, scope), text=condition))

    def machine(self, entity: str, name: str, *edges: str) -> None:
        """Allowed changes, ``A>B``."""
        node = f"entity:{entity}/states:{name}"
        found = tuple(Edge(id=f"{node}/edge:{e}", source=e.split(">")[0], target=e.split(">")[1]) for e in edges)
        self.machines.append(StateMachine(id=node, entity=entity, field=name, initial=found[0].source, edges=found))

    def schema(self) -> shapes.Schema:
        """The entities as expressions see them."""
        found: dict[str, shapes.EntityShape] = {}
        for entity in self.entities.values():
            members: dict[str, shapes.MemberShape] = {}
            for item in entity.fields:
                how: shapes.How = "value"
                if isinstance(item.type, Reference):
                    how = "row"
                elif isinstance(item.type, Many):
                    how = "members"
                members[item.name] = shapes.MemberShape(how, shapes.value_type(item.type, nullable=item.nullable))
            for child in self.entities.values():
                if child.owner == entity.name and child.collection is not None:
                    members[child.collection] = shapes.MemberShape("rows", shapes.rows_of(child.name))
            found[entity.name] = shapes.EntityShape(entity.name, members)
        return shapes.Schema(found)

    def read(self, written: str, scope: shapes.Scope, expected: ValueType | None = None) -> Expression:
        """A typed expression."""
        findings = Findings()
        found = read_expression(Fragment.at("sketch", 1, 1, written), scope, self.schema(), findings, expected)
        if found is None:
            raise AssertionError([finding.render() for finding in findings.ordered()])
        return found

    def flow(self, name: str, on: dict[str, str], takes: dict[str, Input], *lines: object) -> str:
        """An operation with statements written as tuples; gives its id."""
        node = f"operation:{name}"
        variables = {variable: _row(entity) for variable, entity in on.items()}
        for key, given in takes.items():
            variables[key] = shapes.value_type(given.type, nullable=given.nullable and not given.has_default)
        writer = _Writer(self, node)
        statements = writer.statements(lines, dict(variables), "")
        self.operations.append(
            Operation(
                id=node,
                name=name,
                wire=name,
                verb="flow",
                entity=None,
                method="POST",
                path="/x",
                addresses=tuple(
                    Address(variable=variable, entity=entity, key_fields=("id",), parameter="id")
                    for variable, entity in on.items()
                ),
                inputs=tuple(
                    given.model_copy(update={"id": f"{node}/input:{key}", "name": key, "wire": key})
                    for key, given in takes.items()
                ),
            )
        )
        self.flows.append(Flow(operation=node, statements=statements))
        return node

    def application(self) -> ApplicationIR:
        """The finished application."""
        return ApplicationIR(
            name="Sketch", slug="sketch",
            domain=Domain(entities=tuple(self.entities.values()), relationships=tuple(self.relations)),
            validation=Validation(uniques=tuple(self.uniques), rules=tuple(self.rules)),
            api=Api(operations=tuple(self.operations)),
            behavior=Behavior(machines=tuple(self.machines), flows=tuple(self.flows)),
        )  # fmt: skip


def takes(of: Type, *constraints: Constraint, required: bool = True) -> Input:
    """A body input."""
    return Input(
        id="", name="", wire="", type=of, required=required, nullable=not required, constraints=tuple(constraints)
    )


def stored(name: str, of: Type, *constraints: Constraint, nullable: bool = False, **more: object) -> Field:
    """A stored field."""
    return _field("", name, of, nullable=nullable, constraints=constraints, **more)


def computed(sketch: Sketch, entity: str, name: str, of: Type, expression: str) -> None:
    """Add a computed field to an entity that is there."""
    source = Source(by="computed", at="reading", expression=sketch.read(expression, shapes.Scope(self_entity=entity)))
    item = _field(entity, name, of, nullable=False, sources=(source,))
    old = sketch.entities[entity]
    sketch.entities[entity] = old.model_copy(update={"fields": (*old.fields, item)})


def _field(entity: str, name: str, of: Type, **more: object) -> Field:
    return Field(id=f"entity:{entity}/field:{name}", name=name, wire=name, column=name, type=of, **more)


def _row(entity: str) -> ValueType:
    return ValueType(kind="entity", entity=entity)


@dataclass
class _Writer:
    sketch: Sketch
    node: str

    def statements(self, lines: object, variables: dict[str, ValueType], prefix: str) -> tuple[Statement, ...]:
        """Statements of a block, numbered."""
        found = []
        for number, line in enumerate(lines, start=1):  # type: ignore[arg-type, var-annotated]
            found.append(
                self._statement(f"{self.node}/statement:{prefix}{number}", f"{prefix}{number}.", line, variables)
            )
        return tuple(found)

    def _read(self, written: str, variables: dict[str, ValueType], expected: ValueType | None = None) -> Expression:
        return self.sketch.read(written, shapes.Scope(variables=variables, old=True), expected)

    def _statement(self, node: str, prefix: str, line: tuple, variables: dict[str, ValueType]) -> Statement:  # type: ignore[type-arg]
        match line:
            case ("with", name, entity, by):
                variables[name] = _row(entity)
                return Bind(
                    id=node,
                    variable=name,
                    entity=entity,
                    by=self._read(by, variables),
                    refusal=f"absent reference:{name}",
                )
            case ("requires", condition):
                return Require(id=node, condition=self._read(condition, variables), refusal=node)
            case ("ensures", condition):
                return Ensure(id=node, condition=self._read(condition, variables), refusal=node)
            case ("let", name, written):
                value = self._read(written, variables)
                variables[name] = value.type
                return Let(id=node, variable=name, value=value)
            case ("for", name, written, *body):
                value = self._read(written, variables)
                assert value.type.item is not None
                inner = {**variables, name: value.type.item}
                return ForEach(id=node, variable=name, range=value, body=self.statements(body, inner, prefix))
            case ("when", written, body, otherwise):
                return When(
                    id=node, condition=self._read(written, variables),
                    body=self.statements(body, dict(variables), prefix),
                    otherwise=self.statements(otherwise, dict(variables), f"{prefix}else."),
                )  # fmt: skip
            case ("sets", target, written):
                access = self._read(target, variables)
                assert isinstance(access, Access)
                return Set(id=node, target=access, value=self._read(written, variables, access.type))
            case ("deletes", written):
                return Delete(id=node, target=self._read(written, variables))
            case ("creates", name, entity, assignments):
                made = self._create(node, entity, assignments, variables, name)
                if name is not None:
                    variables[name] = _row(entity)
                return made
        raise AssertionError(line)

    def _create(
        self, node: str, entity: str, given: dict[str, str], variables: dict[str, ValueType], name: str | None
    ) -> Create:
        null = LiteralValue(value=None, type=ValueType(kind="null", nullable=True))
        assignments = []
        for item in self.sketch.entities[entity].fields:
            if item.role == "key":
                continue
            expected = shapes.value_type(item.type, nullable=item.nullable)
            if item.name in given:
                value = self._read(given[item.name], variables, expected)
            else:
                value = LiteralValue(value=item.default, type=expected) if item.has_default else null
            assignments.append(Assignment(field=item.name, value=value))
        assert SELF not in given
        return Create(id=node, variable=name, entity=entity, assignments=tuple(assignments))
