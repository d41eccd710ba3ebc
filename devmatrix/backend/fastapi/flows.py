"""What the service of a writing operation sees: rows to take, values to keep, statements in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.limits import lengths_of
from devmatrix.backend.fastapi.loads import Load, LoadPlan, plan_loads
from devmatrix.backend.fastapi.locks import named_twice
from devmatrix.backend.fastapi.python import PythonExpressions
from devmatrix.backend.fastapi.snapshots import place_snapshots
from devmatrix.backend.fastapi.source import source_of
from devmatrix.backend.fastapi.wording import edges_constant, label, locals_of, mentions, parameter, step_of
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import (
    Add,
    Assignment,
    Bind,
    BindMany,
    Create,
    Delete,
    Ensure,
    ForEach,
    Let,
    Remove,
    Require,
    Set,
    Statement,
    When,
    walk_statements,
)
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Expression, ListLiteral, LiteralValue
from devmatrix.ir.types import ListOf, Many, Scalar
from devmatrix.naming import table_name
from patternbank.rendering import UserText

View = dict[str, Any]
PAD = "    "


@dataclass
class FlowLowering:
    """Lowers one operation. ``choices``: members of a choice -> its enumeration; ``classes``: entity -> its class."""

    application: ApplicationIR
    operation: Operation
    choices: Mapping[tuple[str, ...], str]
    classes: Mapping[str, str]
    repositories: dict[str, str] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    edges: set[str] = field(default_factory=set)
    expressions: PythonExpressions = field(init=False)
    plan: LoadPlan = field(init=False)
    variables: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        statements = self.application.statements(self.operation)
        created = {s.variable for s in walk_statements(statements) if isinstance(s, Create) and s.variable}
        roots = {address.variable: address.entity for address in self.operation.addresses}
        answered = tuple(answer.value for answer in self.operation.answers if answer.value is not None)
        self.plan = plan_loads(self.application, roots, statements, answered)
        growing = frozenset(s.entity for s in walk_statements(statements) if isinstance(s, Create))
        changing = frozenset(s.target.entity for s in walk_statements(statements) if isinstance(s, Set))
        self.variables = locals_of(self.application, self.operation)
        self.expressions = PythonExpressions(
            self.application, self.choices, created=frozenset(created), growing=growing, changing=changing
        )
        self.expressions.guards = any(refusal.key == "arithmetic" for refusal in self.operation.refusals)
        self.expressions.reserved = frozenset(self.variables.values()) | {
            parameter(self.application, self.operation, address.parameter) for address in self.operation.addresses
        }
        for statement in statements:
            if isinstance(statement, Let | Bind | BindMany | Create) and statement.variable:
                self._local(statement)
        for item in self.operation.body:
            self.expressions.rename[item.name] = f"body.{names.attribute(item.wire)}"

    def view(self) -> View:
        """Everything that the service method says, as data."""
        statements = list(self._block(self.application.statements(self.operation), PAD))
        answer = self._answered()
        twice = named_twice(self.application, self.operation, self.expressions)
        loads = [load for address in self.operation.addresses for load in self._loads_of(address.variable)]
        kept: list[View] = [{"name": each.name, "value": each.value} for each in self.expressions.snapshots]
        first, statements = place_snapshots(statements, kept)
        return {
            "addresses": [
                self._address(place)
                | {"used": mentions(names.variable(address.variable), loads, kept, statements, answer)}
                for place, address in enumerate(self.operation.addresses)
            ],
            "prelocks": [{"repository": self.repository(entity), "rows": keys} for entity, keys in twice.items()],
            "loads": loads,
            "snapshots": first,
            "statements": [
                line | {"used": mentions(line["variable"], kept, statements[place + 1 :], answer)}
                if line["kind"] in ("bind", "create", "let", "for each") and line["variable"]
                else line
                for place, line in enumerate(statements)
            ],
            "repositories": [{"attribute": a, "entity": e} for a, e in sorted(self.repositories.items())],
            "entities": sorted(self.entities),
            "uses_now": "now" in self.expressions.context,
            "uses_today": "today" in self.expressions.context,
            "enums": sorted(self.expressions.enums | self.edges),
        }

    def _answered(self) -> View:
        answer = self.operation.answers[0] if self.operation.answers else None
        if answer is None or answer.shape is None:
            return {}
        if answer.value is not None:
            return {"value": self.expressions.text(answer.value)}
        return {"value": names.variable(self.operation.row or "")}

    def repository(self, entity: str) -> str:
        """The attribute of the service that holds an entity's repository."""
        attribute = names.attribute(str(table_name(entity)))
        self.repositories[attribute] = entity
        return attribute

    def _address(self, place: int) -> View:
        address = self.operation.addresses[place]
        load = self.plan.roots[address.variable]
        owner = next((a for a in self.operation.addresses if a.variable == address.owner), None)
        return {
            "variable": names.variable(address.variable),
            "repository": self.repository(address.entity),
            "parameter": parameter(self.application, self.operation, address.parameter),
            "label": label(address.entity),
            "owner": parameter(self.application, self.operation, owner.parameter) if owner else None,
            "lists": self._lists(address.entity, load),
        }

    def _lists(self, entity: str, load: Load) -> list[str]:
        """Lists that are read together with the row, as loaders of its repository."""
        holder = f"{self.classes[entity]}Repository"
        return [f"{holder}.{names.loader(name)}" for (how, name), _ in load.children.items() if how != "row"]

    def _loads_of(self, variable: str) -> Iterator[View]:
        """Rows to take once those of a variable are in hand, nearest first."""
        load = self.plan.roots[variable]
        queue: list[tuple[Load, str, tuple[tuple[str, str], ...]]] = [(load, names.variable(variable), ())]
        seen = {id(load)}
        while queue:
            holder, row, loops = queue.pop(0)
            for (how, name), child in holder.children.items():
                if id(child) in seen:
                    continue
                seen.add(id(child))
                yield from self._load(holder, (how, name), child, row, loops)
                queue.append((child, *self._reached((how, name), child, row, loops)))

    def _reached(
        self, step: tuple[str, str], child: Load, row: str, loops: tuple[tuple[str, str], ...]
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        how, name = step
        read = f"{row}.{names.attribute(name)}"
        if how == "row":
            return read, loops
        stem = names.variable(self.application.entity(child.entity).variable)
        inner = stem if all(stem != known for known, _ in loops) else f"{stem}_{len(loops) + 1}"
        return inner, (*loops, (inner, read))

    def _load(
        self, holder: Load, step: tuple[str, str], child: Load, row: str, loops: tuple[tuple[str, str], ...]
    ) -> Iterator[View]:
        how, name = step
        target = self.application.entity(child.entity)
        if how == "row":
            if not child.followed:
                return
            kept = self.application.field(holder.entity, name)
            keys = f"{row}.{names.attribute(kept.column or name)}"
        elif child.lists or (how == "members" and child.followed):
            inner, loops = self._reached(step, child, row, loops)
            keys = f"{inner}.{names.attribute(target.key.field)}"
        else:
            return
        yield {
            "repository": self.repository(child.entity),
            "key": keys,
            "loops": [{"variable": variable, "rows": rows} for variable, rows in loops],
            "nullable": how == "row" and self.application.field(holder.entity, name).nullable,
            "lists": self._lists(child.entity, child),
            "external": target.external,
        }

    def _block(self, statements: tuple[Statement, ...], pad: str) -> Iterator[View]:
        for statement in statements:
            for line in self._statement(statement, pad):
                yield {"node": statement.id, **line}

    def _statement(self, statement: Statement, pad: str) -> Iterator[View]:
        match statement:
            case Bind() | BindMany():
                yield from self._bind(statement, pad)
            case Require():
                yield self._condition("require", statement.condition, statement.refusal, pad)
            case Ensure():
                yield self._condition("ensure", statement.condition, statement.refusal, pad)
            case Let():
                yield self._let(statement, pad)
            case ForEach():
                rows = self.expressions.text(statement.range)
                rows = f"list({rows} or [])" if statement.range.type.nullable else rows
                rows = rows if rows.startswith(("[", "list(")) else f"list({rows})"
                variable = self.variables[statement.id]
                hidden = self.expressions.rename.get(statement.variable, names.variable(statement.variable))
                self.expressions.rename[statement.variable] = variable
                yield {"kind": "for each", "pad": pad, "variable": variable, "rows": rows}
                yield from self._block(statement.body, pad + PAD)
                self.expressions.rename[statement.variable] = hidden
            case When():
                yield {"kind": "when", "pad": pad, "condition": self.expressions.condition(statement.condition)}
                yield from self._block(statement.body, pad + PAD)
                if statement.otherwise:
                    yield {"kind": "otherwise", "pad": pad}
                    yield from self._block(statement.otherwise, pad + PAD)
            case Create():
                yield self._create(statement, pad)
            case Set():
                yield self._set(statement, pad)
            case Delete():
                yield self._delete(statement, pad)
            case Add() | Remove():
                yield self._member(statement, pad)

    def _condition(self, kind: str, condition: Expression, key: str, pad: str) -> View:
        refusal = self.operation.refusal(key)
        return {
            "kind": kind,
            "pad": pad,
            "condition": self.expressions.condition(condition),
            "status": refusal.status,
            "text": UserText(refusal.text),
        }

    def _local(self, statement: Let | Bind | BindMany | Create) -> str:
        """The Python name of what a statement binds, for those behind it too."""
        self.expressions.rename[statement.variable or ""] = self.variables[statement.id]
        return self.variables[statement.id]

    def _let(self, statement: Let, pad: str) -> View:
        value = self.expressions.text(statement.value)
        return {"kind": "let", "pad": pad, "variable": self._local(statement), "value": value}

    def _bind(self, statement: Bind | BindMany, pad: str) -> Iterator[View]:
        refusal = self.operation.refusal(statement.refusal)
        many = isinstance(statement, BindMany)
        load = self.plan.roots.get(statement.variable)
        yield {
            "kind": "bind many" if many else "bind",
            "pad": pad,
            "variable": self._local(statement),
            "repository": self.repository(statement.entity),
            "key": self.expressions.text(statement.by),
            "optional": isinstance(statement, Bind) and statement.optional,
            "external": self.application.entity(statement.entity).external,
            "lists": self._lists(statement.entity, load) if load is not None else [],
            "cause": "REFERENCE_ABSENT",
            "status": refusal.status,
            "text": UserText(refusal.text),
        }
        if load is not None:
            for line in self._loads_of(statement.variable):
                yield {"kind": "load", "pad": pad, **line}

    def _create(self, statement: Create, pad: str) -> View:
        entity = self.application.entity(statement.entity)
        self.entities.add(entity.name)
        values: list[View] = []
        for assignment in statement.assignments:
            values.extend(self._assignment(entity, assignment, statement.id))
        return {
            "kind": "create",
            "pad": pad,
            "variable": self._local(statement) if statement.variable else None,
            "repository": self.repository(entity.name),
            "entity": self.classes[entity.name],
            "values": values,
        }

    def _assignment(self, entity: Entity, assignment: Assignment, statement: str) -> Iterator[View]:
        kept = entity.field(assignment.field)
        if kept.target is None or isinstance(kept.type, Many):
            name = names.attribute(kept.name)
            yield {"name": name, "value": self.stored(kept, assignment.value, entity.name)}
            return
        if isinstance(assignment.value, LiteralValue):
            return
        key = self.expressions.key(assignment.value)
        yield {"name": names.attribute(kept.column or kept.name), "value": source_of(key)}
        if self.plan.in_hand(statement, kept.name, assignment.value):
            yield {"name": names.attribute(kept.name), "value": self.expressions.text(assignment.value)}

    def _set(self, statement: Set, pad: str) -> View:
        target = statement.target
        kept = self.application.field(target.entity, target.name)
        row = self.expressions.text(target.operand)
        if target.operand.type.nullable:
            row = f"present({row}, {label(target.operand.type.entity or '')!r})"
        line: View = {
            "kind": "set",
            "pad": pad,
            "row": row,
            "name": names.attribute(kept.name),
            "operator": "=",
            "given": None,
            "inner": pad if statement.when_given is None else pad + PAD,
            "column": None,
            "key": None,
            "edges": None,
            "field": kept.wire,
        }
        if statement.when_given is not None:
            wire = next(item.wire for item in self.operation.body if item.name == statement.when_given)
            line["given"] = names.attribute(wire)
        machine = self.application.machine(target.entity, target.name)
        if machine is not None:
            line["edges"] = edges_constant(self.application, target.entity, target.name)
            self.edges.add(line["edges"])
        if kept.target is not None and not isinstance(kept.type, Many):
            line["column"] = names.attribute(kept.column or kept.name)
            line["key"] = self._kept_key(kept, statement.value, target.entity)
            loaded = self.plan.in_hand(statement.id, kept.name, statement.value)
            line["value"] = self.expressions.text(statement.value) if loaded else None
            return line
        step = step_of(statement, kept)
        if step is not None and machine is None:
            return {**line, "operator": step[0], "value": self.expressions.text(step[1])}
        return {**line, "value": self.stored(kept, statement.value, target.entity, before=f"{row}.{line['name']}")}

    def _kept_key(self, kept: Field, value: Expression, entity: str) -> str:
        key = source_of(self.expressions.key(value))
        if value.type.nullable and not kept.nullable:
            return f"present({key}, {f'{kept.wire} of the {label(entity)}'!r})"
        return key

    def stored(self, kept: Field, value: Expression, entity: str, *, before: str | None = None) -> str:
        """A value as the field keeps it: rounded to its places, present where null is not allowed."""
        text = self.expressions.text(value)
        exact = isinstance(kept.type, Scalar) and kept.type.name == "decimal"
        if exact and isinstance(value, LiteralValue) and value.type.kind == "integer":
            return f'Decimal("{value.value}")'
        if isinstance(kept.type, Scalar) and kept.type.name == "decimal" and not isinstance(value, LiteralValue):
            text = self._rounded(kept, value, text)
        if isinstance(kept.type, Scalar) and kept.type.name == "password" and not isinstance(value, LiteralValue):
            self.expressions.calls.add("hashed")
            text = f"hashed({text})" if before is None else f"hashed({text}, {before})"
        if isinstance(kept.type, ListOf | Many) and not isinstance(value, LiteralValue | ListLiteral):
            text = f"list({text}) if {text} is not None else None" if value.type.nullable else f"list({text})"
        if value.type.nullable and not kept.nullable:
            self.expressions.calls.add("present")
            return f"present({text}, {f'{kept.wire} of the {label(entity)}'!r})"
        return text

    def _rounded(self, kept: Field, value: Expression, text: str) -> str:
        scale = kept.type.scale if isinstance(kept.type, Scalar) else None
        if value.type.kind == "decimal" and value.type.scale is not None and value.type.scale <= (scale or 0):
            return text
        function = "rounded_or_none" if value.type.nullable else "rounded"
        self.expressions.calls.add(function)
        exact = text if value.type.kind == "decimal" else f"Decimal({text})"
        return f"{function}({exact}, {scale})"

    def _delete(self, statement: Delete, pad: str) -> View:
        many = statement.target.type.kind == "list"
        row = (many and statement.target.type.item) or statement.target.type
        return {
            "kind": "delete",
            "pad": pad,
            "many": many,
            "repository": self.repository(row.entity or ""),
            "row": self.expressions.text(statement.target),
        }

    def _member(self, statement: Add | Remove, pad: str) -> View:
        kept = self.application.field(statement.target.entity, statement.target.name)
        return {
            "kind": "add" if isinstance(statement, Add) else "remove",
            "pad": pad,
            "once": isinstance(kept.type, Many),
            "nullable": statement.target.type.nullable,
            "most": lengths_of(kept.constraints, None, None)["max_length"],
            "text": UserText(f"{kept.wire} of the {label(statement.target.entity)} would be too long"),
            "list": self.expressions.text(statement.target),
            "row": self.expressions.text(statement.target.operand),
            "name": names.attribute(kept.name),
            "item": self.expressions.text(statement.item),
        }
