"""From what the parser reduces to syntax nodes, while it parses: no tree is walked, so depth costs no stack."""

from typing import Any

from lark import Token, Transformer

from devmatrix.expressions import syntax
from devmatrix.expressions.syntax import Syntax

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class TooDeepError(Exception):
    """The expression nests deeper than MAX_DEPTH; ``offset`` is where."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class SyntaxBuilder(Transformer[Token, Any]):
    """One method for each alternative of the grammar; children come with all their tokens."""

    def binary(self, children: list[Any]) -> syntax.BinaryNode:
        """``left operator right``."""
        left, operator, right = children
        return syntax.BinaryNode(**_around(children), operator=str(operator), left=left, right=right)

    def unary(self, children: list[Any]) -> syntax.UnaryNode:
        """``! operand``."""
        operator, operand = children
        return syntax.UnaryNode(**_around(children), operator=str(operator), operand=operand)

    def conditional(self, children: list[Any]) -> syntax.ConditionalNode:
        """``condition ? then : otherwise``."""
        condition, _, then, _, otherwise = children
        return syntax.ConditionalNode(**_around(children), condition=condition, then=then, otherwise=otherwise)

    def member(self, children: list[Any]) -> syntax.MemberNode:
        """``operand . name``."""
        operand, _, name = children
        return syntax.MemberNode(**_around(children), operand=operand, name=str(name), name_start=_start(name))

    def method(self, children: list[Any]) -> syntax.CallNode:
        """``receiver . name ( arguments )``."""
        receiver, _, name, *rest = children
        return syntax.CallNode(
            **_around(children), receiver=receiver, name=str(name), name_start=_start(name), arguments=_listed(rest)
        )

    def call(self, children: list[Any]) -> syntax.CallNode:
        """``name ( arguments )``."""
        name, *rest = children
        return syntax.CallNode(
            **_around(children), receiver=None, name=str(name), name_start=_start(name), arguments=_listed(rest)
        )

    def arguments(self, children: list[Any]) -> tuple[Syntax, ...]:
        """Expressions between commas."""
        return tuple(child for child in children if not isinstance(child, Token))

    def group(self, children: list[Any]) -> Syntax:
        """``( expression )`` is the expression."""
        inner: Syntax = children[1]
        return inner

    def items(self, children: list[Any]) -> syntax.ListNode:
        """``[ items ]``."""
        return syntax.ListNode(**_around(children), items=_listed(children))

    def name(self, children: list[Any]) -> syntax.NameNode:
        """A bare name."""
        return syntax.NameNode(**_around(children), name=str(children[0]))

    def integer(self, children: list[Any]) -> syntax.LiteralNode:
        """A whole number."""
        return syntax.LiteralNode(**_around(children), kind="integer", value=str(children[0]))

    def decimal(self, children: list[Any]) -> syntax.LiteralNode:
        """A number with a point."""
        return syntax.LiteralNode(**_around(children), kind="decimal", value=str(children[0]))

    def text(self, children: list[Any]) -> syntax.LiteralNode:
        """A text in quotes."""
        return syntax.LiteralNode(**_around(children), kind="text", value=unescape(str(children[0])))

    def boolean(self, children: list[Any]) -> syntax.LiteralNode:
        """``true`` or ``false``."""
        return syntax.LiteralNode(**_around(children), kind="boolean", value=str(children[0]))

    def null(self, children: list[Any]) -> syntax.LiteralNode:
        """``null``."""
        return syntax.LiteralNode(**_around(children), kind="null", value="null")

    def assignment(self, children: list[Any]) -> syntax.AssignmentNode:
        """``target = value``."""
        target, operator, value = children
        return syntax.AssignmentNode(**_around(children), target=target, operator=str(operator), value=value)

    def typed_name(self, children: list[Any]) -> syntax.TypedNameNode:
        """``variable : Entity``."""
        name, _, entity = children
        return syntax.TypedNameNode(
            **_around(children), name=str(name), entity=str(entity), entity_start=_start(entity)
        )


def unescape(quoted: str) -> str:
    """The text between the quotes; an unknown escape stays as it was written."""
    body, parts, index = quoted[1:-1], [], 0
    while index < len(body):
        character = body[index]
        following = body[index + 1 : index + 2]
        if character == "\\" and following:
            parts.append(_ESCAPES.get(following, character + following))
            index += 2
        else:
            parts.append(character)
            index += 1
    return "".join(parts)


def _listed(children: list[Any]) -> tuple[Syntax, ...]:
    return next((child for child in children if isinstance(child, tuple)), ())


def _around(children: list[Any]) -> dict[str, int]:
    depth = 1 + max((_depth(child) for child in children), default=0)
    start, last = _start(children[0]), children[-1]
    if depth > syntax.MAX_DEPTH:
        raise TooDeepError(start)
    return {"start": start, "end": _end(last), "depth": depth}


def _depth(child: Any) -> int:
    if isinstance(child, Token):
        return 0
    if isinstance(child, tuple):
        return max((item.depth for item in child), default=0)
    return int(child.depth)


def _start(child: Any) -> int:
    return int(child.start_pos or 0) if isinstance(child, Token) else int(child.start)


def _end(child: Any) -> int:
    return int(child.end_pos or 0) if isinstance(child, Token) else int(child.end)
