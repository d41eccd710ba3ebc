"""Rewrites what a fragment renders, as a lesson says: each place that looks like one text becomes another."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from devmatrix.artifacts.steering import Rewrite
from patternbank.rendering import RenderedPiece

_HOLE = re.compile(r"_[1-9][0-9]*")
_LAYOUT = frozenset({"comma", "semicolon", "equal", "lpar", "rpar", "header", "footer", "indent", "leading_lines"})
_TIGHT = (
    cst.BinaryOperation, cst.BooleanOperation, cst.UnaryOperation, cst.Comparison, cst.ComparisonTarget,
    cst.Attribute, cst.Call, cst.Subscript, cst.Await, cst.IfExp,
)  # fmt: skip
_LOOSE = (
    cst.BinaryOperation, cst.BooleanOperation, cst.UnaryOperation, cst.Comparison, cst.Await, cst.IfExp, cst.Lambda,
    cst.Yield, cst.NamedExpr,
)  # fmt: skip
Bound = dict[str, cst.CSTNode]


def rewritten(piece: RenderedPiece, rewrites: Sequence[Rewrite]) -> RenderedPiece:
    """The piece after all rewrites that mean its fragment; the same piece where there is none."""
    meant = [one for one in rewrites if (one.reference, one.fragment) == (piece.pattern, piece.fragment)]
    if not meant or not piece.path.endswith(".py"):
        return piece
    text = piece.text
    for one in meant:
        text = rewrite(text, one.find, one.put)
    return piece.model_copy(update={"text": text})


def rewrite(text: str, find: str, put: str) -> str:
    """The text with every place that looks like ``find`` replaced; the same text where nothing does.

    ValueError when one of the three is no Python, or what comes out is none.
    """
    try:
        module, wanted, given = (cst.parse_module(source) for source in (text, find, put))
        expressions = _expression(wanted), _expression(given)
        if expressions[0] is not None and expressions[1] is not None:
            changed = module.visit(_Expressions(expressions[0], expressions[1])).code
        else:
            changed = module.visit(_Statements(tuple(wanted.body), tuple(given.body))).code
        ast.parse(changed)
    except (cst.ParserSyntaxError, cst.CSTValidationError, SyntaxError) as error:
        raise ValueError(f"no Python: {error}") from error
    return changed


def _expression(module: cst.Module) -> cst.BaseExpression | None:
    """The expression that a text consists of; None when it is anything else."""
    match module.body:
        case [cst.SimpleStatementLine(body=[cst.Expr(value=value)])]:
            return value
    return None


class _Holding(cst.CSTTransformer):
    """Knows what stands around a node, and puts brackets where an expression would fall apart there."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Enter a node."""
        self.around.append(node)
        return super().on_visit(node)

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        """Leave a node."""
        self.around.pop()
        return super().on_leave(original_node, updated_node)

    def held(self, expression: cst.BaseExpression) -> cst.BaseExpression:
        """The expression, in brackets where it needs them."""
        tight = bool(self.around) and isinstance(self.around[-1], _TIGHT)
        if not tight or expression.lpar or not isinstance(expression, _LOOSE):
            return expression
        return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


class _Expressions(_Holding):
    """Replaces expressions."""

    def __init__(self, wanted: cst.BaseExpression, given: cst.BaseExpression) -> None:
        super().__init__()
        self.wanted, self.given = wanted, given

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        """The expression that takes the node's place, or the node."""
        left = super().on_leave(original_node, updated_node)
        bound: Bound = {}
        if isinstance(updated_node, cst.BaseExpression) and looks_like(self.wanted, updated_node, bound):
            return self.held(filled(self.given, bound))  # type: ignore[return-value]
        return left


class _Statements(cst.CSTTransformer):
    """Replaces runs of statements."""

    def __init__(self, wanted: tuple[cst.BaseStatement, ...], given: tuple[cst.BaseStatement, ...]) -> None:
        super().__init__()
        self.wanted, self.given = wanted, given

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.BaseSuite:  # noqa: N802, ARG002
        """The block with its runs replaced; one that would be empty does nothing."""
        body = tuple(self.replaced(updated_node.body))
        nothing = cst.SimpleStatementLine([cst.Pass()])
        return updated_node.with_changes(body=body or (nothing,))

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802, ARG002
        """The module with its runs replaced."""
        return updated_node.with_changes(body=tuple(self.replaced(updated_node.body)))

    def replaced(self, body: Sequence[cst.BaseStatement]) -> Iterator[cst.BaseStatement]:
        """The statements of a block, wanted runs replaced from the top."""
        place, size = 0, len(self.wanted)
        while place < len(body):
            bound: Bound = {}
            run = body[place : place + size]
            if size and len(run) == size and all(map(looks_like, self.wanted, run, [bound] * size)):
                given = [filled(statement, bound) for statement in self.given]
                yield from (with_lines_of(body[place], given[0]), *given[1:]) if given else ()
                place += size
            else:
                yield body[place]
                place += 1


def with_lines_of(stood: cst.BaseStatement, given: cst.BaseStatement) -> cst.BaseStatement:
    """The statement with the blank lines and remarks above it that stand above another."""
    lines = getattr(stood, "leading_lines", None)
    return given if lines is None else given.with_changes(leading_lines=lines)


def looks_like(wanted: object, found: object, bound: Bound) -> bool:
    """Whether two trees say the same, layout apart; holes of the first are bound to expressions of the second."""
    if isinstance(wanted, cst.Name) and _HOLE.fullmatch(wanted.value) and isinstance(found, cst.BaseExpression):
        known = bound.setdefault(wanted.value, found)
        return known is found or looks_like(known, found, {})
    if isinstance(wanted, cst.CSTNode):
        return type(wanted) is type(found) and all(
            looks_like(getattr(wanted, name), getattr(found, name), bound) for name in _said(wanted)
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return (
            isinstance(found, Sequence)
            and len(wanted) == len(found)
            and all(looks_like(one, other, bound) for one, other in zip(wanted, found, strict=True))
        )
    return wanted == found


def filled(template: cst.CSTNodeT, bound: Mapping[str, cst.CSTNode]) -> cst.CSTNodeT:
    """The tree with its holes filled."""

    class Fill(_Holding):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802, ARG002
            value = bound.get(updated_node.value)
            return self.held(value.deep_clone()) if isinstance(value, cst.BaseExpression) else updated_node

    return template.visit(Fill())  # type: ignore[return-value]


def _said(node: cst.CSTNode) -> Iterator[str]:
    """The fields of a node that are more than layout."""
    for name in node.__dataclass_fields__:
        if name not in _LAYOUT and not name.startswith(("whitespace", "lines_", "trailing_", "leading_")):
            yield name
