"""Formulas into the solver's own, and back from its models."""

import re
from functools import cached_property
from typing import Any

import z3

from devmatrix.expressions.solver.regexes import found_in
from devmatrix.expressions.solver.symbolic.terms import Formula, Term
from devmatrix.expressions.solver.symbolic.values import NotLowered


class Converter:
    """Converts formulas for one context; what was converted once is shared."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Term, Any]] = {}
        self._numbers: dict[int, Any] = {}

    @cached_property
    def context(self) -> z3.Context:
        """A context of its own, so that nothing that was asked before has a say."""
        return z3.Context()

    @cached_property
    def _sorts(self) -> dict[str, Any]:
        context = self.context
        return {"int": z3.IntSort(context), "bool": z3.BoolSort(context), "text": z3.StringSort(context)}

    def convert(self, formula: Formula) -> Any:
        """The solver's expression of a formula."""
        if not isinstance(formula, Term):
            return self._constant(formula)
        found = self._done.get(id(formula))
        if found is None:
            found = (formula, self._converted(formula))
            self._done[id(formula)] = found
        return found[1]

    def knows(self, term: Term) -> bool:
        """Whether the formula was converted."""
        return id(term) in self._done

    def mark(self) -> int:
        """How much was converted so far."""
        return len(self._done)

    def forget(self, mark: int) -> None:
        """Let go of what was converted since the mark."""
        while len(self._done) > mark:
            self._done.popitem()

    def assert_in(self, solver: Any, formula: Formula) -> None:
        """Tell a solver that a formula holds."""
        z3.Z3_solver_assert(self.context.ref(), solver.solver, self.convert(formula).as_ast())

    def imply_in(self, solver: Any, literal: Any, formula: Any) -> None:
        """Tell a solver that a literal brings a converted formula along."""
        implied = z3.Z3_mk_implies(self.context.ref(), literal.as_ast(), formula.as_ast())
        z3.Z3_solver_assert(self.context.ref(), solver.solver, z3.BoolRef(implied, self.context).as_ast())

    def _constant(self, value: bool | int | str) -> Any:
        if isinstance(value, bool):
            return z3.BoolVal(value, self.context)
        if isinstance(value, str):
            return z3.StringVal(value, self.context)
        if value not in self._numbers:
            self._numbers[value] = z3.IntVal(value, self.context)
        return self._numbers[value]

    def _converted(self, term: Term) -> Any:
        operator, arguments = term.operator, term.arguments
        if operator in ("bool", "int", "text"):
            return z3.Const(arguments[0], self._sorts[operator])
        if operator == "apply":
            function = z3.Function(arguments[0], self._sorts["int"], self._sorts[term.sort])
            return function(self.convert(arguments[1]))
        if operator == "found":
            return found_in(self.convert(arguments[0]), arguments[1], self.context)
        if operator in _FOLDED and isinstance(arguments[0], Term) and arguments[0].operator == "cased":
            return self._folded(operator, *arguments)
        if operator == "cased":
            raise NotLowered(f"a text whose case is changed, {BESIDE}")
        parts = [self.convert(argument) for argument in arguments]
        return self._built(term, parts) if operator in _MAKERS else _TEXTS[operator](*parts)

    def _folded(self, operator: str, cased: Term, written: Formula) -> Any:
        """A comparison of a text whose case is changed, as a pattern of the text itself."""
        if not isinstance(written, str):
            raise NotLowered(f"a text whose case is changed, {BESIDE}")
        text, lower = cased.arguments
        if written != (written.lower() if lower else written.upper()):
            return self.convert(formula=False)
        letters = (f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in written)
        return found_in(self.convert(text), _FOLDED[operator].format("".join(letters)), self.context)

    def _built(self, term: Term, parts: list[Any]) -> Any:
        make, listed = _MAKERS[term.operator]
        asts = [part.ast for part in parts]
        reference = self.context.ref()
        made = make(reference, len(asts), (z3.Ast * len(asts))(*asts)) if listed else make(reference, *asts)
        return _KINDS[term.sort](made, self.context)


BESIDE = "beside anything but a text that is written out"
_FOLDED = {"equal": "^{}$", "contains": "{}", "starts": "^{}", "ends": "{}$"}
_KINDS = {"int": z3.ArithRef, "bool": z3.BoolRef, "text": z3.SeqRef}
_MAKERS: dict[str, tuple[Any, bool]] = {
    "not": (z3.Z3_mk_not, False),
    "and": (z3.Z3_mk_and, True),
    "or": (z3.Z3_mk_or, True),
    "equal": (z3.Z3_mk_eq, False),
    "less": (z3.Z3_mk_lt, False),
    "at most": (z3.Z3_mk_le, False),
    "sum": (z3.Z3_mk_add, True),
    "times": (z3.Z3_mk_mul, True),
    "floor": (z3.Z3_mk_div, False),
    "choose": (z3.Z3_mk_ite, False),
}
_TEXTS: dict[str, Any] = {
    "length": z3.Length,
    "joined": z3.Concat,
    "contains": z3.Contains,
    "starts": lambda text, part: z3.PrefixOf(part, text),
    "before": lambda left, right: left < right,
    "ends": lambda text, part: z3.SuffixOf(part, text),
}


class Model:
    """What the solver found: the value of every formula. Unknowns that nothing speaks of are false, zero or empty."""

    def __init__(self, converter: Converter, model: z3.ModelRef) -> None:
        self._converter = converter
        self._model = model
        self._known: dict[int, tuple[Term, Any]] = {}

    def value(self, formula: Formula) -> Any:
        """The value of a formula."""
        if not isinstance(formula, Term):
            return formula
        found = self._known.get(id(formula))
        if found is None:
            found = (formula, self._computed(formula))
            self._known[id(formula)] = found
        return found[1]

    def _computed(self, term: Term) -> Any:
        operator, arguments = term.operator, term.arguments
        if operator in ("bool", "int", "text"):
            return self._unknown(term)
        if operator == "choose":
            return self.value(arguments[1] if self.value(arguments[0]) else arguments[2])
        if operator == "and":
            return all(self.value(argument) for argument in arguments)
        if operator == "or":
            return any(self.value(argument) for argument in arguments)
        if operator in _COMPUTED:
            return _COMPUTED[operator](*[self.value(argument) for argument in arguments])
        return plain(self._model.eval(self._converter.convert(term), model_completion=True))

    def _unknown(self, term: Term) -> Any:
        if not self._converter.knows(term):
            return {"bool": False, "int": 0, "text": ""}[term.operator]
        return plain(self._model.eval(self._converter.convert(term), model_completion=True))


_COMPUTED: dict[str, Any] = {
    "not": lambda value: not value,
    "cased": lambda text, lower: text.lower() if lower else text.upper(),
    "equal": lambda left, right: left == right,
    "less": lambda left, right: left < right,
    "at most": lambda left, right: left <= right,
    "sum": lambda *parts: sum(parts),
    "times": lambda left, right: left * right,
    "floor": lambda left, right: left // right if right > 0 else 0,
}


def plain(value: Any) -> bool | int | str:
    """A constant of the solver as a plain value."""
    if z3.is_string_value(value):
        return _unescaped(str(value.as_string()))
    if z3.is_int_value(value):
        return int(value.as_string())
    return bool(z3.is_true(value))


def _unescaped(raw: str) -> str:
    out, place = [], 0
    while place < len(raw):
        end = raw.find("}", place) if raw.startswith("\\u{", place) else -1
        if end > 0:
            out.append(chr(int(raw[place + 3 : end], 16)))
            place = end + 1
        else:
            out.append(raw[place])
            place += 1
    return "".join(out)
