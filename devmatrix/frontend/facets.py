"""The rules of a field or an input to what they say: facts, bounds, pattern and default, all fitting its type."""

from dataclasses import dataclass, field
from typing import Any

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.expressions.matching import is_found
from devmatrix.expressions.regex import read_pattern
from devmatrix.frontend.constants import UnfitError, ordered, read_constant
from devmatrix.frontend.declarations import PlacedRule
from devmatrix.frontend.types import MAX_LONG_TEXT, MAX_TEXT, name_of
from devmatrix.ir.types import Choice, ListOf, Many, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range
from devmatrix.ir.values import Constant

_TEXTS = frozenset({"text", "email", "url", "slug", "password"})
_ORDERED = frozenset({"integer", "decimal", "date", "datetime"})
_PLAIN = frozenset(
    {"text", "integer", "decimal", "boolean", "date", "datetime", "uuid", "email", "url", "slug", "one of"}
)
_ALL = frozenset({*_PLAIN, "password", "json", "reference", "many", "list of"})
_BOUNDS = (">", ">=", "<", "<=", "between")
FITTING: dict[str, frozenset[str]] = {
    "required": _ALL,
    "unique": _PLAIN | {"reference"},
    "default": _PLAIN | {"list of"},
    "immutable": _ALL,
    "read-only": _ALL,
    "write-only": _ALL,
    "searchable": _TEXTS - {"password"},
    "filterable": _PLAIN | {"reference"},
    "sortable": _PLAIN,
    "indexed": _PLAIN | {"reference"},
    "length": _TEXTS | {"list of", "many"},
    "matches": _TEXTS,
    "copied from": _ALL - {"password", "many"},
    "computed": _ALL - {"password", "many", "json", "reference", "list of"},
    **dict.fromkeys(("deletes with it", "restricts", "clears"), frozenset({"reference"})),
    **dict.fromkeys(_BOUNDS, _ORDERED),
}
_DELETIONS = ("deletes with it", "restricts", "clears")


@dataclass
class Facets:
    """What the rules of one field say."""

    type: Type
    given: dict[str, PlacedRule] = field(default_factory=dict)
    default: Constant = None
    has_default: bool = False
    constraints: list[Constraint] = field(default_factory=list)
    on_delete: str = "restricts"

    def has(self, rule: str) -> bool:
        """Whether a rule is given."""
        return rule in self.given


def read_facets(type_: Type, rules: tuple[PlacedRule, ...], node: str, findings: Findings) -> Facets:
    """What the rules say; a rule that does not fit is a finding and says nothing."""
    reader = _Reader(Facets(type_), node, findings)
    for rule in rules:
        reader.take(rule)
    reader.finish()
    return reader.facets


class _Reader:
    def __init__(self, facets: Facets, node: str, findings: Findings) -> None:
        self.facets = facets
        self.node = node
        self.findings = findings
        self.name = name_of(facets.type)
        self.range: dict[str, Any] = {}
        self.range_rule: PlacedRule | None = None

    def report(self, code: str, rule: PlacedRule, message: str, fix: str | None = None) -> None:
        self.findings.add(code, rule.fragment.span(*rule.piece.at), message, fix)

    def take(self, rule: PlacedRule) -> None:
        """One rule."""
        kind = rule.piece.kind
        if self.name not in FITTING[kind]:
            fix = "every reference is filterable by itself" if kind == "filterable" else None
            self.report("DM121", rule, f"'{kind}' does not fit the type '{self.name}'", fix)
            return
        if kind in self.facets.given:
            self.report("DM122", rule, f"the rule '{kind}' stands there twice")
            return
        self.facets.given[kind] = rule
        match kind:
            case ">" | ">=" | "<" | "<=" | "between":
                self._bounds(rule)
            case "length":
                self._length(rule)
            case "matches":
                self._pattern(rule)
            case "deletes with it" | "restricts" | "clears":
                self._deletion(rule)

    def _deletion(self, rule: PlacedRule) -> None:
        if (
            other := next((o for o in _DELETIONS if o != rule.piece.kind and o in self.facets.given), None)
        ) is not None:
            self.report("DM122", rule, f"'{rule.piece.kind}' and '{other}' exclude each other")
            return
        self.facets.on_delete = rule.piece.kind

    def _constant(self, rule: PlacedRule, index: int) -> Constant:
        literal = rule.piece.literals[index]
        try:
            return read_constant(literal, self.facets.type)
        except UnfitError as why:
            fix = self._constant_fix(literal.text)
            self.findings.add("DM123", rule.fragment.span(*literal.at), str(why), fix)
            return None

    def _constant_fix(self, text: str) -> str | None:
        if isinstance(self.facets.type, Choice):
            return write_instead(text, [member.name for member in self.facets.type.members])
        return None

    def _bounds(self, rule: PlacedRule) -> None:
        self.range_rule = self.range_rule or rule
        kind = rule.piece.kind
        if kind == "between":
            self._bound(rule, "minimum", 0, is_open=False)
            self._bound(rule, "maximum", 1, is_open=False)
        else:
            self._bound(rule, "minimum" if kind[0] == ">" else "maximum", 0, is_open=len(kind) == 1)

    def _bound(self, rule: PlacedRule, side: str, index: int, *, is_open: bool) -> None:
        value = self._constant(rule, index)
        if value is None:
            return
        if side in self.range:
            what = "lower" if side == "minimum" else "upper"
            self.report("DM122", rule, f"there is a {what} bound already")
            return
        self.range[side] = str(value)
        self.range[f"{side}_open"] = is_open

    def _length(self, rule: PlacedRule) -> None:
        low, dots, high = rule.piece.text.partition("..")
        if not dots:
            high = low
        type_ = self.facets.type
        most = type_.max_items if isinstance(type_, ListOf | Many) else getattr(type_, "max_length", None)
        open_text = isinstance(type_, Scalar) and type_.name == "text" and most == MAX_TEXT and len(high) < 9
        if open_text and high and MAX_TEXT < int(high) <= MAX_LONG_TEXT:
            most = int(high)
        if len(low) > 8 or len(high) > 8 or int(low or 0) > (int(high) if high else most or 0):
            self.report("DM123", rule, f"'{rule.piece.text}' is no length", "write the smaller number first")
            return
        if high and most is not None and int(high) > most:
            self.report("DM123", rule, f"this type holds at most {most}, less than the rule allows")
            return
        maximum = int(high) if high else None
        if open_text and maximum is not None:
            self.facets.type = type_.model_copy(update={"max_length": maximum})
        self.facets.constraints.append(
            Length(id=f"{self.node}/rule:length", minimum=int(low or 0), maximum=maximum, span=self._span(rule))
        )

    def _pattern(self, rule: PlacedRule) -> None:
        common, complaint = read_pattern(rule.piece.text)
        if complaint is not None:
            self.report("DM124", rule, complaint, "write '[0-9]', '[a-z]' and the like")
            return
        self.facets.constraints.append(Pattern(id=f"{self.node}/rule:pattern", regex=common, span=self._span(rule)))

    def _span(self, rule: PlacedRule) -> Any:
        return rule.fragment.span(*rule.piece.at)

    def finish(self) -> None:
        """What needs all rules: the range, then the default against everything."""
        if self.range and self.range_rule is not None and self._range_holds(self.range_rule):
            made = Range(id=f"{self.node}/rule:range", span=self._span(self.range_rule), **self.range)
            self.facets.constraints.insert(0, made)
        if (rule := self.facets.given.get("default")) is not None:
            self._default(rule)

    def _range_holds(self, rule: PlacedRule) -> bool:
        low, high = self.range.get("minimum"), self.range.get("maximum")
        if low is None or high is None:
            return True
        first, second = ordered(low, self.facets.type), ordered(high, self.facets.type)
        is_open = self.range["minimum_open"] or self.range["maximum_open"]
        if first > second or (first == second and is_open):  # type: ignore[operator]
            self.report("DM123", rule, f"no value lies between {low} and {high}")
            return False
        return True

    def _default(self, rule: PlacedRule) -> None:
        literal = rule.piece.literals[0]
        if literal.kind == "name" and literal.text == "null":
            self.report("DM123", rule, "a default is a value", "leave the rule out: what has no default may be null")
            return
        value = self._constant(rule, 0)
        if value is None:
            return
        for constraint in self.facets.constraints:
            if not keeps(value, constraint, self.facets.type):
                self.report("DM123", rule, f"the default {literal.text or 'list'} breaks the field's own rules")
                return
        self.facets.default, self.facets.has_default = value, True


def keeps(value: Constant, constraint: Constraint, type_: Type) -> bool:
    """Whether a canonical constant keeps a constraint."""
    match constraint:
        case Range():
            return _in_range(value, constraint, type_)
        case Length():
            size = len(value) if isinstance(value, str | tuple) else 0
            return constraint.minimum <= size and (constraint.maximum is None or size <= constraint.maximum)
        case Pattern():
            return is_found(constraint.regex, str(value))


def _in_range(value: Constant, range_: Range, type_: Type) -> bool:
    found: Any = ordered(value, type_)
    if range_.minimum is not None:
        low: Any = ordered(range_.minimum, type_)
        if found < low or (found == low and range_.minimum_open):
            return False
    if range_.maximum is not None:
        high: Any = ordered(range_.maximum, type_)
        if found > high or (found == high and range_.maximum_open):
            return False
    return True
