"""Flows to operations: head line, addresses, inputs, statements and the answer."""

from dataclasses import dataclass, replace

from devmatrix import naming
from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.check import read_expression
from devmatrix.expressions.schema import Schema, Scope, value_type
from devmatrix.expressions.syntax import TypedNameNode
from devmatrix.frontend.declarations import FlowDeclaration
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.inputs import read_input
from devmatrix.frontend.language.pieces import AnswerPiece
from devmatrix.frontend.routes import Collections, Parameter, link, parameters_of
from devmatrix.frontend.statements import Read, StatementReader, read_bullets
from devmatrix.ir.api import Address, Answer, Cause, Input, Operation, Refusal
from devmatrix.ir.behavior import Flow
from devmatrix.ir.values import ValueType


@dataclass(frozen=True, slots=True)
class FlowContext:
    """What all flows share."""

    drafts: dict[str, EntityDraft]
    schema: Schema
    collections: Collections
    base_path: str
    findings: Findings


def read_flow(declaration: FlowDeclaration, context: FlowContext) -> tuple[Operation, Flow]:
    """The operation and its statements; what cannot be read is a finding and left out."""
    wire = naming.snake_name(declaration.title.text)
    return _FlowReader(declaration, context, wire).read()


class _FlowReader:
    def __init__(self, declaration: FlowDeclaration, context: FlowContext, wire: str) -> None:
        self.declaration = declaration
        self.context = context
        self.findings = context.findings
        self.wire = wire
        self.id = f"operation:{wire}"
        self.hidden: frozenset[str] = frozenset()
        self.renamed: dict[str, str] = {}
        self.reader = StatementReader(self.id, context.drafts, context.schema, context.findings)

    def read(self) -> tuple[Operation, Flow]:
        """Head line first, then the statements, then the answer."""
        declaration, context = self.declaration, self.context
        reads = read_bullets(declaration.bullets, self.findings)
        addresses, row = self._addresses(reads)
        scope = Scope()
        for address in addresses:
            type_ = ValueType(kind="entity", entity=address.entity)
            scope = self.reader.named(scope, address.variable, type_, address.span or declaration.head_at.span())
        inputs, scope = self._inputs(reads, scope)
        if row is not None and row.name not in scope.variables:
            self.hidden |= {row.name}
        scope = replace(scope, unread=scope.unread | self.hidden)
        addresses = self._unhide(addresses, inputs)
        statements, after = self.reader.read(reads, scope, "")
        answer = self._answer(reads, after)
        operation = Operation(
            id=self.id,
            name=self.wire,
            wire=self.wire,
            verb="flow",
            entity=row.entity if row is not None else None,
            row=self.renamed.get(row.name, row.name) if row is not None else None,
            method=declaration.method,
            path=context.base_path + declaration.path,
            addresses=addresses,
            inputs=inputs,
            answers=() if answer is None else (answer,),
            refusals=tuple(self.reader.refusals),
            title=declaration.title.text,
            documentation=declaration.documentation,
            span=declaration.title.span(),
        )
        return operation, Flow(operation=self.id, statements=statements)

    def _addresses(self, reads: tuple[Read, ...]) -> tuple[tuple[Address, ...], TypedNameNode | None]:
        declaration = self.declaration
        parameters = parameters_of(declaration.path)
        pairs: dict[str, tuple[TypedNameNode, Read | None]] = {}
        row = None
        if declaration.head.on is not None:
            code = declaration.head_at.part(*declaration.head.on)
            row = self.reader.typed_name(code)
            self.hidden = frozenset() if row is not None else frozenset({code.text.partition(":")[0].strip()})
            parameter = next((p for p in parameters if p.name == "id"), next(iter(parameters), None))
            if parameter is None:
                message = f"'on' binds the key in the path, but '{declaration.path}' has none"
                self.findings.add("DM403", code.span(), message, "write '{id}' into the path")
            elif row is not None:
                self._check_place(parameter, row, code)
                pairs[parameter.name] = (row, None)
        self._bind_by_path(reads, parameters, pairs)
        for parameter in parameters:
            if parameter.name not in pairs and not (parameter.name == "id" and declaration.head.on is not None):
                at = declaration.path_at.span(*parameter.at)
                fix = (
                    f"add 'with `row: Entity` by `{parameter.name}`'"
                    if parameter.name != "id"
                    else "add 'on `row: Entity`'"
                )
                self.findings.add("DM403", at, f"nothing binds '{{{parameter.name}}}'", fix)
        bound = [(p, self.context.drafts[pairs[p.name][0].entity]) for p in parameters if p.name in pairs]
        variables = {name: typed.name for name, (typed, _) in pairs.items()}
        addresses = link(declaration.path_at, tuple(bound), variables, self.findings) or ()
        self.reader.bound = frozenset(address.variable for address in addresses)
        self._path_refusals(pairs)
        return addresses, row

    def _check_place(self, parameter: Parameter, row: TypedNameNode, code: Fragment) -> None:
        stands = self.context.collections.entity(parameter.prefix)
        if stands is not None and stands.name != row.entity:
            message = f"'{{{parameter.name}}}' stands behind '{parameter.prefix}', which holds {stands.name}"
            at = code.span(row.entity_start, row.entity_start + len(row.entity))
            fix = f"write '{row.name}: {stands.name}', and bind other keys of the path with 'with'"
            self.findings.add("DM403", at, message, fix)

    def _bind_by_path(
        self,
        reads: tuple[Read, ...],
        parameters: tuple[Parameter, ...],
        pairs: dict[str, tuple[TypedNameNode, Read | None]],
    ) -> None:
        names = {parameter.name: parameter for parameter in parameters}
        for read in reads:
            if read.piece.keyword != "with" or read.codes[1].text.strip() not in names:
                continue
            name = read.codes[1].text.strip()
            typed = self.reader.typed_name(read.codes[0])
            if name in pairs:
                self.findings.add("DM403", read.span, f"'{{{name}}}' is bound already")
            elif typed is not None:
                self._check_place(names[name], typed, read.codes[0])
                pairs[name] = (typed, read)

    def _path_refusals(self, pairs: dict[str, tuple[TypedNameNode, Read | None]]) -> None:
        for typed, read in pairs.values():
            if read is None or read.piece.otherwise is None:
                continue
            status, message = self.reader.status_of(read, read.piece.otherwise, 404)
            noun = " ".join(self.context.drafts[typed.entity].variable.split("_"))
            self.reader.refusals.append(
                Refusal(
                    key=f"absent:{typed.name}",
                    cause=Cause.ABSENT,
                    status=status,
                    text=message or f"there is no such {noun}",
                    node=self.id,
                    span=read.span,
                )
            )

    def _inputs(self, reads: tuple[Read, ...], scope: Scope) -> tuple[tuple[Input, ...], Scope]:
        made: dict[str, Input] = {}
        for read in reads:
            if read.piece.keyword != "takes":
                continue
            if read.bullet.children:
                self.findings.add("DM410", read.bullet.children[0].text.span(), "no statement stands inside 'takes'")
            if self.declaration.method == "GET":
                self.findings.add("DM406", read.span, "a GET has no body to take anything from", "write 'POST'")
            for code in read.codes:
                found = read_input(code, self.id, self.context.drafts, self.findings)
                if found is None:
                    name = code.text.partition(":")[0].strip()
                    scope = replace(scope, unread=scope.unread | {name})
                elif found.name in made:
                    self.findings.add("DM404", code.span(), f"the input '{found.name}' stands there twice")
                else:
                    made[found.name] = found
                    type_ = value_type(found.type, nullable=found.nullable)
                    scope = replace(scope, variables={**scope.variables, found.name: type_})
        return tuple(made.values()), scope

    def _unhide(self, addresses: tuple[Address, ...], inputs: tuple[Input, ...]) -> tuple[Address, ...]:
        """An input hides a row of the path that has its name; the row, which nobody can name now, gets another."""
        taken = {found.name for found in inputs}
        for address in addresses:
            if address.variable in taken:
                name = f"{address.variable}_row"
                while name in taken:
                    name += "_"
                self.renamed[address.variable] = name
                taken.add(name)
        if not self.renamed:
            return addresses
        self.reader.refusals = [
            refusal.model_copy(update={"key": f"absent:{self.renamed[variable]}"})
            if (variable := refusal.key.removeprefix("absent:")) in self.renamed
            else refusal
            for refusal in self.reader.refusals
        ]
        return tuple(
            address.model_copy(
                update={
                    "variable": self.renamed.get(address.variable, address.variable),
                    "owner": self.renamed.get(address.owner or "", address.owner),
                }
            )
            for address in addresses
        )

    def _answer(self, reads: tuple[Read, ...], scope: Scope) -> Answer | None:
        head = self.declaration.head.answer
        found = [read for read in reads if read.piece.keyword == "answers"]
        for read in found[1:] if head is None else found:
            self.findings.add("DM411", read.span, "this flow says already what it answers")
        if found and found[0] is not reads[-1]:
            self.findings.add("DM411", found[0].span, "'answers' is the last statement", "move it to the end")
        if head is not None:
            return self._read_answer(head, self.declaration.head_at, scope)
        if found and found[0].piece.answer is not None:
            return self._read_answer(found[0].piece.answer, found[0].text, scope)
        return None

    def _read_answer(self, piece: AnswerPiece, text: Fragment, scope: Scope) -> Answer | None:
        at = text.span(*piece.at)
        if piece.view is not None:
            self.findings.add("DM090", text.span(*piece.view.at), "'as View' is not supported yet", "leave it out")
        if not 200 <= piece.status <= 299 or (piece.status in (204, 205)) != (piece.value is None):
            fix = "write 'answers 200 with `row`', 'answers 201 with `row`' or 'answers 204'"
            self.findings.add("DM411", at, f"{piece.status} is no answer of this kind", fix)
            return None
        if piece.value is None:
            return Answer(status=piece.status, span=at)
        code = text.part(*piece.value)
        value = read_expression(code, scope, self.context.schema, self.findings)
        if value is None:
            return None
        if value.type.kind in ("null", "duration") or (value.type.kind == "list" and value.type.item is None):
            self.findings.add("DM411", code.span(), "this value cannot travel")
            return None
        return Answer(status=piece.status, value=value, span=at)
