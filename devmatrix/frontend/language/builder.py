"""From what the parser reduces to pieces, while it parses."""

import re
from typing import Any, cast

from lark import Token, Transformer

from devmatrix.expressions.build import unescape
from devmatrix.frontend.language.pieces import (
    AnswerPiece,
    Clause,
    Declared,
    DoesPiece,
    GuardPiece,
    HeadingPiece,
    HeadPiece,
    LiteralPiece,
    Offsets,
    Otherwise,
    RulePiece,
    StatementPiece,
    StatesPiece,
    TypePiece,
    Word,
)

Children = list[Any]
_SPACES = re.compile(r"\s+")


class PieceBuilder(Transformer[Token, Any]):
    """One method for each alternative of the grammar; children come with all their tokens."""

    def declared(self, children: Children) -> Declared:
        """``type, rule, …``."""
        return Declared(children[0], _of(RulePiece, children))

    def declared_choice(self, children: Children) -> Declared:
        """``one of A, B, rule, …``."""
        _, member, (members, rules) = children
        words = (member, *members)
        return Declared(TypePiece("choice", (_start(children[0]), words[-1].at[1]), members=words), rules)

    def declared_choices(self, children: Children) -> Declared:
        """``list of one of A, B, rule, …``."""
        inner = self.declared_choice(children[1:])
        assert inner.type is not None  # noqa: S101  # made in the line above
        return Declared(TypePiece("list", (_start(children[0]), inner.type.at[1]), item=inner.type), inner.rules)

    def choice_end(self, _: Children) -> tuple[tuple[Word, ...], tuple[RulePiece, ...]]:
        """No further member."""
        return (), ()

    def choice_more(self, children: Children) -> tuple[tuple[Word, ...], tuple[RulePiece, ...]]:
        """One more member."""
        _, member, (members, rules) = children
        return (member, *members), rules

    def choice_rules(self, children: Children) -> tuple[tuple[Word, ...], tuple[RulePiece, ...]]:
        """The rules behind the members."""
        return (), _of(RulePiece, children)

    def member(self, children: Children) -> Word:
        """A member, perhaps in quotes."""
        token = children[0]
        return Word(unescape(str(token)) if token.startswith('"') else str(token), _at(token))

    def named(self, children: Children) -> TypePiece:
        """``text(200)``."""
        arguments = tuple(str(child) for child in children if child.type == "NUMBER")
        return TypePiece("named", _around(children), str(children[0]), _at(children[0]), arguments)

    def reference(self, children: Children) -> TypePiece:
        """``-> Entity``."""
        return TypePiece("reference", _around(children), str(children[1]), _at(children[1]))

    def many(self, children: Children) -> TypePiece:
        """``many Entity``."""
        return TypePiece("many", _around(children), str(children[1]), _at(children[1]))

    def list_of(self, children: Children) -> TypePiece:
        """``list of TYPE``."""
        return TypePiece("list", (_start(children[0]), children[1].at[1]), item=children[1])

    def rules(self, children: Children) -> Declared:
        """``rule, rule``."""
        return Declared(None, _of(RulePiece, children))

    def flag(self, children: Children) -> RulePiece:
        """A rule of fixed words."""
        return RulePiece(_SPACES.sub(" ", str(children[0])), _around(children))

    def default(self, children: Children) -> RulePiece:
        """``default VALUE``."""
        return RulePiece("default", (_start(children[0]), children[1].at[1]), (children[1],))

    def bound(self, children: Children) -> RulePiece:
        """``>= n``."""
        return RulePiece(str(children[0]), (_start(children[0]), children[1].at[1]), (children[1],))

    def between(self, children: Children) -> RulePiece:
        """``between a and b``."""
        return RulePiece("between", (_start(children[0]), children[3].at[1]), (children[1], children[3]))

    def length(self, children: Children) -> RulePiece:
        """``length a..b``."""
        return RulePiece("length", _around(children), text=_SPACES.sub("", str(children[1])))

    def matches(self, children: Children) -> RulePiece:
        """``matches /re/``."""
        return RulePiece("matches", _around(children), text=str(children[1])[1:-1].replace("\\/", "/"))

    def copied(self, children: Children) -> RulePiece:
        """``copied from path``."""
        return RulePiece("copied from", _around(children), inner=_code(children[1]))

    def computed(self, children: Children) -> RulePiece:
        """``computed EXPR``."""
        value = children[1]
        inner = _code(value) if isinstance(value, Token) else cast("Offsets", value)
        end = _end(value) if isinstance(value, Token) else inner[1]
        return RulePiece("computed", (_start(children[0]), end), inner=inner)

    def raw(self, children: Children) -> Offsets:
        """An expression without backticks: only its place."""
        return children[0][0], children[-1][1]

    def piece(self, children: Children) -> Offsets:
        """A stretch of an expression."""
        return _start(children[0]), _end(children[-1])

    def inside(self, children: Children) -> Offsets:
        """A stretch between brackets."""
        return _at(children[0]) if isinstance(children[0], Token) else cast("Offsets", children[0])

    def text(self, children: Children) -> LiteralPiece:
        """A text in quotes."""
        return LiteralPiece("text", unescape(str(children[0])), _around(children))

    def number(self, children: Children) -> LiteralPiece:
        """A number, with a sign and a point perhaps."""
        return LiteralPiece("number", str(children[0]), _around(children))

    def time(self, children: Children) -> LiteralPiece:
        """A date or an instant."""
        return LiteralPiece("time", str(children[0]), _around(children))

    def word(self, children: Children) -> LiteralPiece:
        """``true``, ``false`` or a member."""
        return LiteralPiece("name", str(children[0]), _around(children))

    def items(self, children: Children) -> LiteralPiece:
        """A list of constants."""
        return LiteralPiece("list", "", (_start(children[0]), _end(children[-1])), _of(LiteralPiece, children))

    def heading(self, children: Children) -> HeadingPiece:
        """An entity's name and its clauses."""
        return HeadingPiece(_word(children[0]), _of(Clause, children))

    def part_of(self, children: Children) -> Clause:
        """``part of Cart as items``."""
        return Clause("part of", _around(children), tuple(_word(child) for child in children if child.type == "NAME"))

    def external(self, children: Children) -> Clause:
        """``external``."""
        return Clause("external", _around(children))

    def schema(self, children: Children) -> Clause:
        """``schema shared``."""
        return Clause("schema", _around(children), (_word(children[1]),))

    def table(self, children: Children) -> Clause:
        """``table design_jobs``."""
        return Clause("table", _around(children), (_word(children[1]),))

    def names(self, children: Children) -> tuple[Word, ...]:
        """Names between commas."""
        return tuple(_word(child) for child in children if child.type == "NAME")

    def sorting(self, children: Children) -> tuple[Word, ...]:
        """Names between commas, with a minus perhaps."""
        return tuple(_word(child) for child in children if child.type == "SORT_KEY")

    def guard(self, children: Children) -> GuardPiece:
        """A condition and its message."""
        if len(children) == 1:
            return GuardPiece(_code(children[0]))
        code, word, message = children
        return GuardPiece(_code(code), Otherwise((_start(word), _end(message)), message=unescape(str(message))))

    def states(self, children: Children) -> StatesPiece:
        """A field and its chains of states."""
        return StatesPiece(_word(children[0]), tuple(child for child in children if isinstance(child, tuple)))

    def chain(self, children: Children) -> tuple[Word, ...]:
        """``A -> B -> C``."""
        return tuple(_word(child) for child in children if child.type == "NAME")

    def does(self, children: Children) -> DoesPiece:
        """What an endpoint does."""
        where = _code(children[3]) if len(children) > 2 else None
        return DoesPiece(_word(children[0]), _word(children[1]), where)

    def head(self, children: Children) -> HeadPiece:
        """The head line of a flow."""
        codes = [child for child in children if isinstance(child, Token) and child.type == "CODE"]
        answer = next(iter(_of(AnswerPiece, children)), None)
        return HeadPiece(_code(codes[0]), _code(codes[1]) if len(codes) > 1 else None, answer)

    def answer(self, children: Children) -> AnswerPiece:
        """``answers 201 with `order```."""
        value = next((_code(child) for child in children if child.type == "CODE"), None)
        view = next((_word(child) for child in children if child.type == "NAME"), None)
        return AnswerPiece(_around(children), _status(children[1]), value, view)

    def otherwise(self, children: Children) -> Otherwise:
        """``else 409 "message"``."""
        message = unescape(str(children[2])) if len(children) > 2 else None
        return Otherwise(_around(children), _status(children[1]), message)

    def simple(self, children: Children) -> StatementPiece:
        """A keyword and its expressions."""
        codes = tuple(_code(child) for child in children if child.type == "CODE")
        return StatementPiece(_SPACES.sub(" ", str(children[0])), _around(children), codes)

    def guarded(self, children: Children) -> StatementPiece:
        """A keyword, its expressions and what happens otherwise."""
        codes = tuple(_code(child) for child in children if isinstance(child, Token) and child.type == "CODE")
        otherwise = next(iter(_of(Otherwise, children)), None)
        last = children[-1] if isinstance(children[-1], Token) else None
        end = _end(last) if last is not None else (otherwise.at[1] if otherwise else 0)
        return StatementPiece(str(children[0]), (_start(children[0]), end), codes, otherwise)

    def answering(self, children: Children) -> StatementPiece:
        """``answers`` as a statement."""
        return StatementPiece("answers", children[0].at, answer=children[0])


def _of(kind: type[Any], children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if isinstance(child, kind))


def _word(token: Token) -> Word:
    return Word(_SPACES.sub("", str(token)), _at(token))


def _status(token: Token) -> int:
    return int(token) if token.isdigit() and len(token) < 6 else 0


def _code(token: Token) -> Offsets:
    return (_start(token) + 1, _end(token) - 1) if token.startswith("`") else _at(token)


def _at(token: Token) -> Offsets:
    return _start(token), _end(token)


def _around(children: Children) -> Offsets:
    return _start(children[0]), _end(children[-1])


def _start(child: Any) -> int:
    return int(child.start_pos or 0) if isinstance(child, Token) else int(child[0])


def _end(child: Any) -> int:
    return int(child.end_pos or 0) if isinstance(child, Token) else int(child[1])
