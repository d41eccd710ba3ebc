"""Ask the solver: always the same answer for the same question, within a fixed effort."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import z3

from devmatrix.expressions.solver.convert import Converter, Model
from devmatrix.expressions.solver.symbolic.ledger import Ledger, Unknown, Wish
from devmatrix.expressions.solver.symbolic.terms import Term, Truth, equal
from devmatrix.ir.base import NodeId

EFFORT = 4_000_000
SMALL_EFFORT = 400_000
RANKS = ("kept", "given", "null", "spread", "present", "grain", "shape", "value")
NEAR = 24
"""Doublings of the distance from the best value that are tried before any value will do."""


@dataclass(frozen=True)
class Demand:
    """Something that must hold, because of a node ("" for what is asked itself)."""

    node: NodeId
    formula: Truth


Verdict = Literal["sat", "unsat", "unknown"]


class Session:
    """One question: facts and demands asserted, wishes assumed."""

    def __init__(self, ledger: Ledger, converter: Converter) -> None:
        self._ledger = ledger
        self._converter = converter
        self._solver = self._fresh()
        self._fixed = 0

    def _fresh(self) -> Any:
        solver = z3.SimpleSolver(ctx=self._converter.context)
        solver.set("random_seed", 0)
        solver.set("rlimit", EFFORT)
        return solver

    def _add(self, solver: Any, fact: Truth) -> None:
        z3.Z3_solver_assert(self._converter.context.ref(), solver.solver, self._converter.convert(fact).as_ast())

    def _literal(self, name: str, fact: Truth, solver: Any) -> Any:
        """A literal that stands for a formula."""
        converted = self._converter.convert(fact)
        if isinstance(fact, Term) and fact.operator == "bool":
            return converted
        literal = z3.Bool(name, self._converter.context)
        solver.add(z3.Implies(literal, converted))
        return literal

    def seek(self, demands: Iterable[Demand], wishes: Iterable[Wish]) -> Model | Verdict:
        """A model of the demands that keeps as many wishes as it can, the weightier first."""
        for _, fact in self._ledger.facts:
            self._add(self._solver, fact)
        for demand in demands:
            self._add(self._solver, demand.formula)
        if self._check([]) == "unsat":
            return "unsat"
        unknowns = self._ledger.numbers
        wanted = _by_weight(wishes)
        formulas = [wish.formula for wish in wanted] + [equal(number.term, number.best) for number in unknowns]
        literals = [self._literal(f"wish {place}", formula, self._solver) for place, formula in enumerate(formulas)]
        verdict, kept = self._relax(literals)
        if verdict != "sat":
            return verdict
        lost = [
            number
            for number, literal in zip(unknowns, literals[len(wanted) :], strict=True)
            if not _among(literal, kept)
        ]
        return self._settle(kept, lost)

    def _relax(self, literals: list[Any]) -> tuple[Verdict, list[Any]]:
        """Drop the lightest of the wishes that contradict each other until none do."""
        kept = list(literals)
        places = {literal.get_id(): place for place, literal in enumerate(literals)}
        while True:
            verdict = self._check(kept)
            if verdict == "sat":
                return verdict, kept
            core = [literal.get_id() for literal in self._solver.unsat_core()] if verdict == "unsat" else []
            if not kept or (verdict == "unsat" and not core):
                return verdict, []
            if core:
                dropped = max(core, key=lambda found: places[found])
                kept = [literal for literal in kept if literal.get_id() != dropped]
            else:
                kept = kept[: len(kept) // 2]

    def _check(self, assumptions: list[Any]) -> Verdict:
        answer = self._solver.check(*assumptions)
        return "sat" if answer == z3.sat else "unsat" if answer == z3.unsat else "unknown"

    def _settle(self, kept: list[Any], lost: list[Unknown]) -> Model:
        """Bring each number that cannot be best as near to it as it can be, one after the other."""
        model = self._model()
        self._solver.set("rlimit", SMALL_EFFORT)
        for number in lost:
            model = self._bring_near(kept, number, model)
        return model

    def _bring_near(self, kept: list[Any], number: Unknown, model: Model) -> Model:
        converted = self._converter.convert(number.term)
        best = number.best

        def attempt(value: Any) -> bool:
            return self._check([*kept, value]) == "sat"

        far = abs(model.value(number.term) - best)
        low, high, found = 0, 1, None
        while high < far and high <= 2**NEAR:
            near = z3.And(converted >= best - high, converted <= best + high)
            if attempt(near):
                model = self._model()
                found = abs(model.value(number.term) - best)
                break
            low, high = high, high * 2
        limit = far if found is None else found
        while found is not None and limit - low > 1:
            middle = (low + limit) // 2
            if attempt(z3.And(converted >= best - middle, converted <= best + middle)):
                model = self._model()
                limit = min(middle, abs(model.value(number.term) - best))
            else:
                low = middle
        return self._fix(kept, number, model, converted, limit)

    def _fix(self, kept: list[Any], number: Unknown, model: Model, converted: Any, limit: int) -> Model:
        for value in dict.fromkeys((number.best + limit, number.best - limit, model.value(number.term))):
            chosen = converted == value
            if self._check([*kept, chosen]) == "sat":
                model = self._model()
                kept.append(self._named(chosen))
                break
        return model

    def _named(self, formula: Any) -> Any:
        self._fixed += 1
        literal = z3.Bool(f"fixed {self._fixed}", self._converter.context)
        self._solver.add(z3.Implies(literal, formula))
        return literal

    def _model(self) -> Model:
        best = {id(number.term): number.best for number in self._ledger.numbers}
        return Model(self._converter, self._solver.model(), best)

    def reasons(self, demands: Iterable[Demand]) -> tuple[NodeId, ...] | None:
        """The nodes that exclude the demands, as few as will do; None where no proof was found in time."""
        solver = self._fresh()
        grouped: dict[NodeId, list[Truth]] = {}
        for node, fact in (*self._ledger.facts, *((demand.node, demand.formula) for demand in demands)):
            grouped.setdefault(node, []).append(fact)
        literals: dict[NodeId, Any] = {}
        for node, facts in grouped.items():
            literal = z3.Bool(f"node {node}", self._converter.context)
            for fact in facts:
                if node:
                    solver.add(z3.Implies(literal, self._converter.convert(fact)))
                else:
                    self._add(solver, fact)
            if node:
                literals[node] = literal
        return _fewest(solver, literals)


def _by_weight(wishes: Iterable[Wish]) -> list[Wish]:
    """The weightiest first; of rows that need not be there, the last made first."""
    ranked: dict[str, list[Wish]] = {rank: [] for rank in RANKS}
    for wish in wishes:
        ranked[wish.rank].append(wish)
    ranked["present"].reverse()
    return [wish for found in ranked.values() for wish in found]


def _fewest(solver: Any, literals: dict[NodeId, Any]) -> tuple[NodeId, ...] | None:
    if solver.check(*literals.values()) != z3.unsat:
        return None
    core = {literal.get_id() for literal in solver.unsat_core()}
    needed = [node for node, literal in literals.items() if literal.get_id() in core]
    solver.set("rlimit", SMALL_EFFORT)
    for node in list(needed):
        rest = [literals[other] for other in needed if other != node]
        if solver.check(*rest) == z3.unsat:
            needed.remove(node)
    return tuple(needed)


def _among(literal: Any, kept: list[Any]) -> bool:
    return any(literal.get_id() == other.get_id() for other in kept)
