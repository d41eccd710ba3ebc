"""Where the identifiers of a spec stand: the compiler's own grammars say so, nothing is guessed from words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.diagnostics.model import Span
from devmatrix.expressions.parse import parse_assignment, parse_expression, parse_typed_name
from devmatrix.expressions.syntax import MemberNode, NameNode, Node
from devmatrix.frontend.declarations import EndpointDeclaration, EntityDeclaration, FlowDeclaration, OptionDeclaration
from devmatrix.frontend.entities_section import read_entities
from devmatrix.frontend.language.pieces import GuardPiece, LiteralPiece, RulePiece, StatesPiece, TypePiece
from devmatrix.frontend.language.reading import read_declared
from devmatrix.frontend.markdown.document import Bullet, Bullets, Section
from devmatrix.frontend.markdown.outline import read_document
from devmatrix.frontend.operations_sections import read_endpoints, read_flows
from devmatrix.frontend.statements import read_bullets

MEMBERS = frozenset({"id", "created_at", "updated_at"})
"""What every entity has (docs/spec-language.md, section 2): words of the language behind a dot and in rules."""
OWNER = "owner"
"""What ``where`` calls the path's row when the listed rows have its name already (section 3)."""
CONSTANTS = frozenset({"true", "false"})
_SEGMENT = re.compile(r"[^/]+")
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def places_of(text: str) -> tuple[Span, ...]:
    """The place of every identifier of a spec that has no findings."""
    findings = Findings()
    document = read_document(text, "spec.md", findings)
    assert document is not None
    assert document.title is not None
    walk = _Walk(findings, text)
    found = [document.title]
    for section in document.sections:
        found.extend(walk.section(section))
    assert not findings.count, findings.ordered()
    return tuple(sorted((each.span() for each in found), key=lambda at: (at.line, at.column)))


class _Walk:
    def __init__(self, findings: Findings, text: str) -> None:
        self.findings = findings
        self.has_owner = re.search(r"^### Owner\b", text, re.MULTILINE) is not None

    def section(self, section: Section) -> Iterator[Fragment]:
        match section.kind:
            case "settings":
                yield from _settings(section)
            case "entities":
                for entity in read_entities(section, self.findings):
                    yield from self._entity(entity)
            case "endpoints":
                for endpoint in read_endpoints(section, self.findings):
                    yield from self._endpoint(endpoint)
            case "flows":
                for flow in read_flows(section, self.findings):
                    yield from self._flow(flow)

    def _entity(self, entity: EntityDeclaration) -> Iterator[Fragment]:
        yield entity.at
        for clause in entity.heading.clauses:
            yield from (entity.fragment.part(*word.at) for word in clause.words)
        for field in entity.fields:
            yield field.name
            assert field.type is not None
            yield from _type(field.type.piece, field.type.fragment)
            for rule in field.rules:
                yield from self._rule(rule.piece, rule.fragment, field.type.piece)
        for option in entity.options:
            yield from self._option(option)

    def _rule(self, rule: RulePiece, at: Fragment, type_: TypePiece) -> Iterator[Fragment]:
        for literal in rule.literals:
            yield from _literal(literal, at, type_)
        if rule.kind == "copied from":
            path = at.part(*rule.inner)
            yield from (path.part(*match.span()) for match in _NAMES.finditer(path.text))
        elif rule.kind == "computed":
            yield from self._expression(at.part(*rule.inner).strip(), language=MEMBERS)

    def _option(self, option: OptionDeclaration) -> Iterator[Fragment]:
        piece, value = option.piece, option.value
        match piece:
            case GuardPiece():
                yield from self._expression(value.part(*piece.code), language=MEMBERS)
            case StatesPiece():
                yield value.part(*piece.field.at)
                yield from (value.part(*word.at) for chain in piece.chains for word in chain)
            case tuple():
                words = [value.part(*word.at) for word in piece]
                yield from (word for word in words if word.text.lstrip("- ") not in MEMBERS)
            case _ if option.name in ("table", "schema"):
                yield value
            case _ if option.name == "path":
                yield from _path(value)

    def _endpoint(self, endpoint: EndpointDeclaration) -> Iterator[Fragment]:
        yield from _path(endpoint.path_at)
        yield endpoint.does_at.part(*endpoint.does.entity.at)
        if endpoint.does.where is not None:
            language = frozenset() if self.has_owner else frozenset({OWNER})
            yield from self._expression(endpoint.does_at.part(*endpoint.does.where), language=language)

    def _flow(self, flow: FlowDeclaration) -> Iterator[Fragment]:
        yield flow.title
        yield from _path(flow.path_at)
        if flow.head.on is not None:
            yield from self._typed_name(flow.head_at.part(*flow.head.on))
        if flow.head.answer is not None and flow.head.answer.value is not None:
            yield from self._expression(flow.head_at.part(*flow.head.answer.value))
        yield from self._bullets(flow.bullets)

    def _bullets(self, bullets: tuple[Bullet, ...]) -> Iterator[Fragment]:
        for read in read_bullets(bullets, self.findings):
            yield from self._statement(read.piece.keyword, read.codes)
            if read.piece.answer is not None and read.piece.answer.value is not None:
                yield from self._expression(read.text.part(*read.piece.answer.value))
            yield from self._bullets(read.bullet.children)

    def _statement(self, keyword: str, codes: tuple[Fragment, ...]) -> Iterator[Fragment]:
        match keyword:
            case "takes":
                for code in codes:
                    yield from self._input(code)
            case "with":
                yield from self._typed_name(codes[0])
                yield from self._expression(codes[1])
            case "let" | "sets":
                yield from self._assignment(codes[0])
            case "creates":
                yield from self._typed_name(codes[0]) if ":" in codes[0].text else (codes[0].strip(),)
                for code in codes[1:]:
                    yield from self._assignment(code)
            case _:
                for code in codes:
                    yield from self._expression(code)

    def _input(self, code: Fragment) -> Iterator[Fragment]:
        colon = code.text.index(":")
        declared_at = code.part(colon + 1)
        declared = read_declared(declared_at, self.findings)
        assert declared is not None
        assert declared.type is not None
        yield code.part(0, colon).strip()
        yield from _type(declared.type, declared_at)
        for rule in declared.rules:
            yield from self._rule(rule, declared_at, declared.type)

    def _typed_name(self, code: Fragment) -> Iterator[Fragment]:
        node = parse_typed_name(code, self.findings)
        assert node is not None
        yield code.part(node.start, node.start + len(node.name))
        yield code.part(node.entity_start, node.entity_start + len(node.entity))

    def _assignment(self, code: Fragment) -> Iterator[Fragment]:
        node = parse_assignment(code, self.findings)
        assert node is not None
        yield from _names(node, code, frozenset())

    def _expression(self, code: Fragment, *, language: frozenset[str] = frozenset()) -> Iterator[Fragment]:
        node = parse_expression(code, self.findings)
        assert node is not None
        yield from _names(node, code, language)


def _names(node: Node, code: Fragment, language: frozenset[str]) -> Iterator[Fragment]:
    """Names of an expression; names of functions are the language's."""
    if isinstance(node, NameNode) and node.name not in language:
        yield code.part(node.start, node.start + len(node.name))
    if isinstance(node, MemberNode) and node.name not in MEMBERS:
        yield code.part(node.name_start, node.name_start + len(node.name))
    for inner in _parts(node):
        yield from _names(inner, code, language)


def _parts(node: Node) -> Iterator[Node]:
    for each in fields(node):
        value = getattr(node, each.name)
        yield from (item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Node))


def _type(piece: TypePiece, at: Fragment) -> Iterator[Fragment]:
    if piece.kind in ("reference", "many"):
        yield at.part(*piece.name_at)
    yield from (at.part(*member.at) for member in piece.members)
    if piece.item is not None:
        yield from _type(piece.item, at)


def _literal(literal: LiteralPiece, at: Fragment, type_: TypePiece) -> Iterator[Fragment]:
    chosen = type_.kind == "choice" or (type_.item is not None and type_.item.kind == "choice")
    if (literal.kind == "name" and literal.text not in CONSTANTS) or (literal.kind == "text" and chosen):
        yield at.part(*literal.at)
    for item in literal.items:
        yield from _literal(item, at, type_)


def _path(path: Fragment) -> Iterator[Fragment]:
    """Segments; ``{id}`` is the language's: the row that a flow is on, and the rows of default paths."""
    for match in _SEGMENT.finditer(path.text):
        if match.group() != "{id}":
            yield path.part(*match.span())


def _settings(section: Section) -> Iterator[Fragment]:
    bullets: Iterable[Bullet] = (item for block in section.blocks if isinstance(block, Bullets) for item in block.items)
    for bullet in bullets:
        name, _, value = bullet.text.text.partition(":")
        if name.strip() == "schema":
            yield bullet.text.part(len(bullet.text.text) - len(value)).strip()
