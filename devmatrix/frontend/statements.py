"""The bullets of a flow to statements with typed expressions."""

from dataclasses import dataclass, field, replace

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.diagnostics.model import Span
from devmatrix.expressions.check import Checker, read_condition, read_expression
from devmatrix.expressions.fitting import describe, fits
from devmatrix.expressions.parse import parse_assignment, parse_typed_name
from devmatrix.expressions.schema import Schema, Scope
from devmatrix.expressions.syntax import NameNode, TypedNameNode
from devmatrix.expressions.variables import check_variable
from devmatrix.frontend.drafts import EntityDraft
from devmatrix.frontend.effects import Effects
from devmatrix.frontend.language.pieces import Otherwise, StatementPiece
from devmatrix.frontend.language.reading import read_statement
from devmatrix.frontend.markdown.document import Bullet
from devmatrix.ir.api import Cause, Refusal
from devmatrix.ir.behavior import Bind, Create, Delete, Ensure, ForEach, Let, Require, Statement, When
from devmatrix.ir.values import ValueType

_WITH_CHILDREN = ("for each", "when", "otherwise")


@dataclass(frozen=True, slots=True)
class Read:
    """A bullet whose statement could be read."""

    bullet: Bullet
    piece: StatementPiece

    @property
    def text(self) -> Fragment:
        """Its text."""
        return self.bullet.text

    @property
    def codes(self) -> tuple[Fragment, ...]:
        """The texts between its backticks."""
        return tuple(self.text.part(*at) for at in self.piece.codes)

    @property
    def span(self) -> Span:
        """The place of its text."""
        return self.text.span()


def read_bullets(bullets: tuple[Bullet, ...], findings: Findings) -> tuple[Read, ...]:
    """The statements of some bullets; those that cannot be read are findings."""
    found = []
    for bullet in bullets:
        piece = read_statement(bullet.text, findings)
        if piece is not None:
            found.append(Read(bullet, piece))
    return tuple(found)


@dataclass
class StatementReader:
    """Reads the statements of one operation, in order, each with the names that those before it have made."""

    operation: str
    drafts: dict[str, EntityDraft]
    schema: Schema
    findings: Findings
    bound: frozenset[str] = frozenset()
    """Variables of ``with`` statements that the path binds already."""
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.effects = Effects(self.drafts, self.schema, self.findings)

    def read(
        self, reads: tuple[Read, ...], scope: Scope, prefix: str, *, nested: bool = False
    ) -> tuple[tuple[Statement, ...], Scope]:
        """The statements and the names that stand behind them."""
        made: list[Statement] = []
        number, before = 0, scope
        for read in reads:
            keyword = read.piece.keyword
            if nested and keyword in ("takes", "ensures", "answers"):
                message = f"'{keyword}' stands at the margin of a flow, not inside another statement"
                self.findings.add("DM410", read.span, message)
                continue
            if keyword in ("takes", "answers"):
                continue
            if read.bullet.children and keyword not in _WITH_CHILDREN:
                child = read.bullet.children[0].text.span()
                self.findings.add("DM410", child, f"no statement stands inside '{keyword}'", "move it to the margin")
            if keyword == "otherwise":
                scope = self._otherwise(read, made, before, scope)
                continue
            number, before = number + 1, scope
            statement, scope = self._one(read, scope, f"{prefix}{number}")
            if statement is not None:
                made.append(statement)
            elif keyword == "when":
                made.append(_broken_when(f"{prefix}{number}"))
        return tuple(statement for statement in made if statement.id), scope

    def _one(self, read: Read, scope: Scope, number: str) -> tuple[Statement | None, Scope]:
        node = f"{self.operation}/statement:{number}"
        match read.piece.keyword:
            case "with":
                return self._with(read, scope, node)
            case "requires":
                return self._require(read, scope, node), scope
            case "ensures":
                return self._ensure(read, scope, node), scope
            case "let":
                return self._let(read, scope, node)
            case "for each":
                return self._for_each(read, scope, number, node)
            case "when":
                return self._when(read, scope, number, node)
            case "creates":
                return self._create(read, scope, node)
            case "sets":
                return self._set(read, scope, node)
            case "deletes":
                return self._delete(read, scope, node)
            case _:
                return self.effects.membership(read.piece.keyword, read.codes, scope, node), scope

    def named(self, scope: Scope, name: str, type_: ValueType, at: Span, *, created: bool = False) -> Scope:
        """The scope with one more name; a name that is there already is a finding."""
        if check_variable(name, at, self.findings) and name in scope.variables:
            self.findings.add("DM404", at, f"'{name}' is a name in this flow already", "choose another name")
        made = scope.created | {name} if created else scope.created
        return replace(scope, variables={**scope.variables, name: type_}, created=made)

    def typed_name(self, code: Fragment) -> TypedNameNode | None:
        """``row: Entity`` with an entity that exists."""
        node = parse_typed_name(code, self.findings)
        if node is None:
            return None
        if node.entity not in self.drafts:
            at = code.span(node.entity_start, node.entity_start + len(node.entity))
            fix = write_instead(node.entity, self.drafts)
            self.findings.add("DM102", at, f"there is no entity '{node.entity}'", fix)
            return None
        return node

    def _poisoned(self, read: Read, scope: Scope) -> Scope:
        """The scope behind a statement that was to make a name but has a finding: nobody complains about the name."""
        name = read.codes[0].text.partition(":")[0].partition("=")[0].strip() if read.codes else ""
        return replace(scope, unread=scope.unread | {name}) if name.isidentifier() else scope

    def status_of(self, read: Read, otherwise: Otherwise | None, default: int) -> tuple[int, str | None]:
        """Status and message of an ``else``; a status outside 400 to 499 is a finding."""
        if otherwise is None:
            return default, None
        status = otherwise.status if otherwise.status is not None else default
        if not 400 <= status <= 499:
            at = read.text.span(*otherwise.at)
            self.findings.add("DM405", at, "a refusal has a status from 400 to 499", "write 'else 409 \"message\"'")
            return default, otherwise.message
        return status, otherwise.message

    def _with(self, read: Read, scope: Scope, node: str) -> tuple[Statement | None, Scope]:
        name = self.typed_name(read.codes[0])
        if name is None:
            return None, self._poisoned(read, scope)
        if name.name in self.bound:
            return None, scope
        draft = self.drafts[name.entity]
        key = self.schema.member(name.entity, draft.key.field)
        by = read_expression(read.codes[1], scope, self.schema, self.findings, key.type if key is not None else None)
        inner = self.named(scope, name.name, ValueType(kind="entity", entity=name.entity), read.codes[0].span())
        if by is None:
            return None, inner
        if key is not None and not fits(by.type, key.type):
            message = f"the key of {name.entity} is {describe(key.type)}, this is {describe(by.type)}"
            self.findings.add("DM412", read.codes[1].span(), message)
            return None, inner
        status, message_text = self.status_of(read, read.piece.otherwise, 409)
        refusal = Refusal(
            key=f"absent reference:{name.name}",
            cause=Cause.REFUSED,
            status=status,
            text=message_text or f"there is no such {' '.join(draft.variable.split('_'))}",
            node=node,
            span=read.span,
        )
        self.refusals.append(refusal)
        bind = Bind(id=node, variable=name.name, entity=name.entity, by=by, refusal=refusal.key, span=read.span)
        return bind, inner

    def _require(self, read: Read, scope: Scope, node: str) -> Statement | None:
        otherwise = read.piece.otherwise
        condition = read_condition(read.codes[0], scope, self.schema, self.findings)
        if otherwise is None:
            message = "'requires' says what is answered where it does not hold"
            self.findings.add("DM405", read.span, message, f"add 'else 409 \"{_words(read.codes[0])}\"'")
            return None
        status, message_text = self.status_of(read, otherwise, 409)
        if condition is None:
            return None
        text = message_text or f"this does not hold: {_words(read.codes[0])}"
        self._refuse(node, status, text, read)
        return Require(id=node, condition=condition, refusal=node, span=read.span)

    def _ensure(self, read: Read, scope: Scope, node: str) -> Statement | None:
        condition = read_condition(read.codes[0], replace(scope, old=True), self.schema, self.findings)
        if read.piece.otherwise is not None:
            at = read.text.span(*read.piece.otherwise.at)
            self.findings.add("DM405", at, "a broken 'ensures' is always 409", "leave the 'else' out")
            return None
        if condition is None:
            return None
        self._refuse(node, 409, f"this does not hold afterwards: {_words(read.codes[0])}", read)
        return Ensure(id=node, condition=condition, refusal=node, span=read.span)

    def _refuse(self, node: str, status: int, text: str, read: Read) -> None:
        self.refusals.append(
            Refusal(key=node, cause=Cause.REFUSED, status=status, text=text, node=node, span=read.span)
        )

    def _let(self, read: Read, scope: Scope, node: str) -> tuple[Statement | None, Scope]:
        code = read.codes[0]
        assignment = parse_assignment(code, self.findings)
        if assignment is None:
            return None, self._poisoned(read, scope)
        if not isinstance(assignment.target, NameNode) or assignment.operator != "=":
            at = code.span(assignment.target.start, assignment.target.end)
            self.findings.add("DM401", at, "'let' gives a name to a value", "write 'let `name = expression`'")
            return None, scope
        value = Checker(code, self.schema, self.findings).check(assignment.value, scope)
        if value is None:
            return None, self._poisoned(read, scope)
        if value.type.kind == "null" or (value.type.kind == "list" and value.type.item is None):
            self.findings.add("DM401", code.span(), "this value has no type of its own")
            return None, self._poisoned(read, scope)
        name = assignment.target.name
        at = code.span(assignment.target.start, assignment.target.end)
        inner = self.named(scope, name, value.type, at)
        return Let(id=node, variable=name, value=value, span=read.span), inner

    def _for_each(self, read: Read, scope: Scope, number: str, node: str) -> tuple[Statement | None, Scope]:
        name, range_code = read.codes
        over = read_expression(range_code, scope, self.schema, self.findings)
        plain = name.text.strip()
        if not (plain.isidentifier() and plain.isascii()):
            self.findings.add("DM413", name.span(), f"'{plain[:60]}' is no name", "write 'for each `row` in `list`'")
            return None, scope
        if over is not None and over.type.kind != "list":
            self.findings.add(
                "DM413", range_code.span(), f"'for each' goes over a list, not over {describe(over.type)}"
            )
            over = None
        if not read.bullet.children:
            self.findings.add("DM413", read.span, "nothing stands inside this 'for each'", "indent its statements")
        if over is None:
            inner = replace(scope, unread=scope.unread | {plain})
        else:
            item = over.type.item or ValueType(kind="null", nullable=True)
            inner = self.named(scope, plain, item, name.span())
        children = read_bullets(read.bullet.children, self.findings)
        body, after = self.read(children, inner, f"{number}.", nested=True)
        outer = _behind(scope, after)
        if over is None:
            return None, outer
        return ForEach(id=node, variable=plain, range=over, body=body, span=read.span), outer

    def _when(self, read: Read, scope: Scope, number: str, node: str) -> tuple[Statement | None, Scope]:
        condition = read_condition(read.codes[0], scope, self.schema, self.findings)
        if not read.bullet.children:
            self.findings.add("DM413", read.span, "nothing stands inside this 'when'", "indent its statements")
        children = read_bullets(read.bullet.children, self.findings)
        body, after = self.read(children, scope, f"{number}.", nested=True)
        outer = _behind(scope, after)
        if condition is None:
            return None, outer
        return When(id=node, condition=condition, body=body, span=read.span), outer

    def _otherwise(self, read: Read, made: list[Statement], before: Scope, scope: Scope) -> Scope:
        """The other branch, which begins where the 'when' began."""
        last = made[-1] if made else None
        if not isinstance(last, When) or last.otherwise:
            self.findings.add("DM413", read.span, "'otherwise' follows a 'when'")
            return scope
        if not read.bullet.children:
            self.findings.add("DM413", read.span, "nothing stands inside this 'otherwise'", "indent its statements")
        number = last.id.rpartition(":")[2]
        children = read_bullets(read.bullet.children, self.findings)
        body, after = self.read(children, before, f"{number}.else.", nested=True)
        made[-1] = last.model_copy(update={"otherwise": body})
        return _behind(scope, after)

    def _create(self, read: Read, scope: Scope, node: str) -> tuple[Statement | None, Scope]:
        head, *rest = read.codes
        if ":" in head.text:
            typed = self.typed_name(head)
            entity, name = (typed.entity, typed.name) if typed is not None else (None, None)
        else:
            name, entity = None, head.text.strip()
            if entity not in self.drafts:
                fix = write_instead(entity, self.drafts)
                self.findings.add("DM102", head.span(), f"there is no entity '{entity[:60]}'", fix)
                entity = None
        if entity is None:
            return None, self._poisoned(read, scope)
        draft = self.drafts[entity]
        if draft.external:
            self.findings.add("DM308", head.span(), f"'{entity}' belongs to another service")
            return None, self._poisoned(read, scope)
        assignments = self.effects.assignments(draft, tuple(rest), scope, head)
        inner = replace(scope, made=scope.made | {entity})
        if name is not None:
            inner = self.named(inner, name, ValueType(kind="entity", entity=entity), head.span(), created=True)
        if assignments is None:
            return None, inner
        return Create(id=node, variable=name, entity=entity, assignments=assignments, span=read.span), inner

    def _set(self, read: Read, scope: Scope, node: str) -> tuple[Statement | None, Scope]:
        if len(read.codes) > 1:
            self.findings.add("DM408", read.codes[1].span(), "one 'sets' changes one field", "write a bullet for each")
        return self.effects.set(read.codes[0], scope, node), scope

    def _delete(self, read: Read, scope: Scope, node: str) -> tuple[Statement | None, Scope]:
        found = self.effects.deletion(read.codes[0], scope)
        if found is None:
            return None, scope
        target, path = found
        deleted = scope.deleted if path is None else scope.deleted | {path}
        return Delete(id=node, target=target, span=read.span), replace(scope, deleted=deleted)


def _behind(outer: Scope, inner: Scope) -> Scope:
    """The scope behind nested statements: their names are gone, what they deleted is gone too."""
    kept = frozenset(path for path in inner.deleted if path[0] in outer.variables)
    return replace(outer, deleted=outer.deleted | kept, made=outer.made | inner.made)


def _broken_when(number: str) -> When:
    """Stands in for a 'when' with a finding, so that its 'otherwise' is not blamed."""
    from devmatrix.expressions.fitting import BOOLEAN
    from devmatrix.ir.expressions import LiteralValue

    return When(id=f":{number}", condition=LiteralValue(value=False, type=BOOLEAN), body=())


def _words(code: Fragment) -> str:
    return " ".join(code.text.split())
