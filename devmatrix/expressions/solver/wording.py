"""Turn the tokens that stand for texts into readable texts that keep every bound of whoever holds them."""

from dataclasses import dataclass, field

from devmatrix.expressions.evaluation.constants import compiled_pattern
from devmatrix.expressions.solver.convert import Model
from devmatrix.expressions.solver.regexes import solved_text, text_matching
from devmatrix.expressions.solver.symbolic.ledger import FOUND, LENGTH
from devmatrix.expressions.solver.symbolic.terms import Term
from devmatrix.expressions.solver.symbolic.unknowns import FORMS
from devmatrix.expressions.solver.symbolic.values import RowId, Scalar
from devmatrix.expressions.solver.world import World


class NoWording(Exception):  # noqa: N818
    """No text was found that a token could stand for."""


@dataclass
class _Wanted:
    low: int = 0
    high: int = 10_000
    known: dict[str, None] = field(default_factory=dict)
    stem: str = "text"


@dataclass
class Wording:
    """Texts by token, each token another text."""

    world: World
    model: Model
    rows: tuple[RowId, ...]
    texts: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken.update(self.world.ledger.literals)
        if not self.world.ledger.strings:
            for token, wanted in self._collect().items():
                self.texts[token] = self._word(token, wanted)
                self.taken.add(self.texts[token])

    def text(self, kind: str, found: int | str) -> str:
        """The text that a token stands for."""
        if isinstance(found, str):
            return found
        literal = next((text for text, token in self.world.ledger.literals.items() if token == found), None)
        if literal is not None:
            return literal
        if kind == "json":
            return f'{{"number":{abs(found)}}}'
        return self.texts.get(found) or f"text {abs(found)}"

    def _collect(self) -> dict[int, _Wanted]:
        found: dict[int, _Wanted] = {}
        start = self.world.start
        for (row, name), value in start.values.items():
            if row in self.rows:
                self._want(found, value, name)
        for name, given in start.inputs.items():
            if self.model.value(given.sent) and not self.model.value(given.null):
                self._want(found, given.value, name)
        return found

    def _want(self, found: dict[int, _Wanted], value: object, stem: str) -> None:
        for inner in [item for _, item in getattr(value, "items", ())] or [value]:
            if not isinstance(inner, Scalar) or inner.kind != "text" or self.model.value(inner.null):
                continue
            token = self.model.value(inner.term)
            if token in self.world.ledger.literals.values():
                continue
            wanted = found.setdefault(token, _Wanted(stem=stem))
            wanted.low = max(wanted.low, inner.low or 0)
            wanted.high = min(wanted.high, wanted.high if inner.high is None else inner.high)
            wanted.known.update(dict.fromkeys(sorted(inner.known)))

    def _word(self, token: int, wanted: _Wanted) -> str:
        low, high = wanted.low, wanted.high
        ledger = self.world.ledger
        if ledger.measured:
            low = high = self.model.value(Term("apply", "int", LENGTH, token))
        asked = {
            regex: bool(self.model.value(Term("apply", "bool", FOUND + regex, token))) for regex in ledger.patterns
        }
        yes = [regex for regex in dict.fromkeys((*wanted.known, *asked)) if asked.get(regex, True)]
        no = [regex for regex, found in asked.items() if not found and regex not in wanted.known]
        text = readable_text(wanted.stem, abs(token), low, high, tuple(yes), tuple(no), self.taken)
        if text is None:
            raise NoWording(f"no text of {low} to {high} characters keeps {yes} and not {no}")
        return text


def readable_text(
    stem: str, number: int, low: int, high: int, yes: tuple[str, ...], no: tuple[str, ...], taken: set[str]
) -> str | None:
    """A text that keeps patterns and length and is none of those taken."""
    for variant in range(number, number + 40):
        text = _attempt(stem, variant, low, high, yes)
        if text is not None and text not in taken and fits(text, low, high, yes, no):
            return text
    patterns = tuple(FORMS.get(regex, regex) for regex in yes)
    text = solved_text(patterns, low, high, tuple(FORMS.get(regex, regex) for regex in no))
    return text if text is not None and text not in taken else None


def _attempt(stem: str, variant: int, low: int, high: int, yes: tuple[str, ...]) -> str | None:
    forms = [regex for regex in yes if regex in FORMS]
    patterns = [regex for regex in yes if regex not in FORMS]
    if patterns:
        return text_matching(patterns[0], low, high, variant)
    word = stem.replace("_", "-").lower()
    match forms[:1]:
        case ["email"]:
            return f"{word.replace('-', '.')}{variant}@example.com"[-high:].rjust(low, "a")
        case ["url"]:
            return f"https://example.com/{word}-{variant}".ljust(low, "x")
        case ["slug"]:
            return f"{word}-{variant}"[-high:].strip("-").ljust(low, "x")
    return plain_text(stem, variant, low, high)


def plain_text(stem: str, variant: int, low: int, high: int) -> str:
    """A readable text of a length between the bounds."""
    text = f"{stem.replace('_', ' ')} {variant}"
    if len(text) > high:
        text = _short(variant, high)
    return text.ljust(low, "x")


def _short(variant: int, high: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    text = ""
    while len(text) < high and (variant or not text):
        variant, place = divmod(variant, 26)
        text = letters[place] + text
    return text


def fits(text: str, low: int, high: int, yes: tuple[str, ...], no: tuple[str, ...]) -> bool:
    """Whether a text keeps all that is asked of it."""
    if not low <= len(text) <= high:
        return False
    found = all(compiled_pattern(FORMS.get(regex, regex)).search(text) for regex in yes)
    return found and not any(compiled_pattern(FORMS.get(regex, regex)).search(text) for regex in no)
