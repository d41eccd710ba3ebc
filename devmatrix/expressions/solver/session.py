"""Ask the solver: always the same answer for the same question, within a fixed effort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import z3

from devmatrix.expressions.solver.convert import Converter, Model
from devmatrix.expressions.solver.symbolic.ledger import Ledger, Unknown, Wish
from devmatrix.expressions.solver.symbolic.terms import Truth, equal
from devmatrix.ir.base import NodeId

EFFORT = 4_000_000
SMALL_EFFORT = 400_000
RANKS = ("kept", "given", "null", "spread", "present", "grain", "shape", "value")
PATIENCE = 20
"""So many wishes may be dropped before the rest are given up."""
NEAR = 2**12
"""Up to this distance from its best value a number is brought as near as it comes."""


@dataclass(frozen=True)
class Demand:
    """Something that must hold, because of a node ("" for what is asked itself)."""

    node: NodeId
    formula: Truth


Verdict = Literal["sat", "unsat", "unknown"]


class Session:
    """The facts of one world, asked question after question; ``common`` are formulas that many questions use.

    Which wishes are kept goes by their weight alone, and each number comes as near to its best value as it can: so an
    answer does not depend on the solver's own choices. Only where it gave up (``gave_up``) might it.
    """

    def __init__(self, ledger: Ledger, common: Iterable[Truth] = ()) -> None:
        self._ledger = ledger
        self._converter = Converter()
        self._solver = self._fresh()
        self._count = 0
        self.gave_up = self._impatient = False
        for _, fact in ledger.facts:
            self._add(self._solver, fact)
        for formula in common:
            self._converter.convert(formula)
        self._wishes = [(wish.rank, self._literal(wish.formula)) for wish in ledger.wishes]
        self._best = [self._literal(equal(number.term, number.best)) for number in ledger.numbers]

    def _fresh(self) -> Any:
        solver = z3.SimpleSolver(ctx=self._converter.context)
        solver.set("random_seed", 0)
        solver.set("ctrl_c", False)
        solver.set("rlimit", EFFORT)
        return solver

    def _add(self, solver: Any, fact: Truth) -> None:
        self._converter.assert_in(solver, fact)

    def _literal(self, fact: Truth) -> Any:
        """A literal that stands for a formula."""
        return self._named(self._converter.convert(fact))

    def _named(self, formula: Any) -> Any:
        self._count += 1
        literal = z3.Bool(f"wish {self._count}", self._converter.context)
        self._converter.imply_in(self._solver, literal, formula)
        return literal

    def seek(self, demands: Iterable[Demand], wishes: Iterable[Wish]) -> Model | Verdict:
        """A model of the demands that keeps the weightiest wishes."""
        mark, count = self._converter.mark(), self._count
        self.gave_up = self._impatient = False
        self._solver.push()
        self._solver.set("rlimit", EFFORT)
        try:
            for demand in demands:
                self._add(self._solver, demand.formula)
            verdict = self._check([])
            return verdict if verdict == "unsat" else self._kept(wishes)
        finally:
            self._solver.pop()
            self._converter.forget(mark)
            self._count = count

    def _kept(self, wishes: Iterable[Wish]) -> Model | Verdict:
        own = [(wish.rank, self._literal(wish.formula)) for wish in wishes]
        if self._ledger.strings:
            self._solver.set("rlimit", SMALL_EFFORT)
        kept = self._relax([*_by_weight([*own, *self._wishes]), *self._best])
        self._solver.set("rlimit", EFFORT)
        if kept is None:
            kept = []
        if self._check(kept) != "sat":
            return "unknown"
        if self._impatient:
            return self._model()
        names = {literal.get_id() for literal in kept}
        pairs = zip(self._ledger.numbers, self._best, strict=True)
        return self._settle(kept, [number for number, literal in pairs if literal.get_id() not in names])

    def _relax(self, literals: list[Any]) -> list[Any] | None:
        """The literals that are kept: each that contradicts those before it is dropped, up to a point."""
        kept: list[Any] = []
        rest, patience = literals, PATIENCE
        while (verdict := self._check([*kept, *rest])) != "sat":
            patience -= 1
            if patience == 0:
                self.gave_up = self._impatient = True
                return kept
            place = self._first_conflict(kept, rest, verdict)
            if place is None:
                return None
            kept += rest[:place]
            rest = rest[place + 1 :]
        return [*kept, *rest]

    def _first_conflict(self, kept: list[Any], rest: list[Any], verdict: Verdict) -> int | None:
        """The place of the first of the rest that contradicts those before it; None where the solver gives up."""
        place = len(rest)
        while verdict != "sat":
            if place == 0:
                return None
            place = self._last_in_core(rest[:place]) if verdict == "unsat" else place // 2
            verdict = self._check([*kept, *rest[:place]])
        return place

    def _last_in_core(self, rest: Sequence[Any]) -> int:
        core = {literal.get_id() for literal in self._solver.unsat_core()}
        return max((place for place, literal in enumerate(rest) if literal.get_id() in core), default=0)

    def _check(self, assumptions: list[Any]) -> Verdict:
        answer = self._solver.check(*assumptions)
        self.gave_up = self.gave_up or answer == z3.unknown
        return "sat" if answer == z3.sat else "unsat" if answer == z3.unsat else "unknown"

    def _settle(self, kept: list[Any], lost: list[Unknown]) -> Model:
        """Bring each number that cannot be best as near to it as it can be, one after the other."""
        model = self._model()
        self._solver.set("rlimit", SMALL_EFFORT)
        for number in lost:
            for value in self._candidates(kept, number, model):
                chosen = self._named(self._converter.convert(equal(number.term, value)))
                if self._check([*kept, chosen]) == "sat":
                    model = self._model()
                    kept.append(chosen)
                    break
        return model

    def _candidates(self, kept: list[Any], number: Unknown, model: Model) -> list[int]:
        """Values to try, the best first: the nearest ones, else the bounds, else the nearest of all."""
        found = abs(model.value(number.term) - number.best)
        nearest = self._nearest(kept, number, 0, min(found, NEAR), known=found <= NEAR)
        if nearest is not None:
            return [number.best + nearest, number.best - nearest]
        for bound in (number.high, number.low):
            if self._check([*kept, self._named(self._converter.convert(equal(number.term, bound)))]) == "sat":
                return [bound]
        far = self._nearest(kept, number, NEAR, found, known=True)
        return [number.best + (far or found), number.best - (far or found)]

    def _nearest(self, kept: list[Any], number: Unknown, low: int, high: int, *, known: bool) -> int | None:
        """The smallest distance from the best value above ``low``; None where there is none up to ``high``."""
        if not known and not self._within(kept, number, high):
            return None
        step = 1
        while low + step < high:
            if self._within(kept, number, low + step):
                high = low + step
                break
            low, step = low + step, step * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self._within(kept, number, middle):
                high = middle
            else:
                low = middle
        return high

    def _within(self, kept: list[Any], number: Unknown, distance: int) -> bool:
        term = self._converter.convert(number.term)
        near = z3.And(term >= number.best - distance, term <= number.best + distance)
        return self._check([*kept, self._named(near)]) == "sat"

    def _model(self) -> Model:
        return Model(self._converter, self._solver.model())

    def reasons(self, demands: Iterable[Demand]) -> tuple[NodeId, ...] | None:
        """The nodes that exclude the demands, as few as will do; None where no proof was found in time."""
        solver, mark = self._fresh(), self._converter.mark()
        grouped: dict[NodeId, list[Truth]] = {}
        for node, fact in (*self._ledger.facts, *((demand.node, demand.formula) for demand in demands)):
            grouped.setdefault(node, []).append(fact)
        literals = {node: z3.Bool(f"node {node}", self._converter.context) for node in grouped if node}
        for node, facts in grouped.items():
            for fact in facts:
                if node:
                    self._converter.imply_in(solver, literals[node], self._converter.convert(fact))
                else:
                    self._add(solver, fact)
        found = _fewest(solver, literals)
        self._converter.forget(mark)
        return found


def _by_weight(ranked: list[tuple[str, Any]]) -> list[Any]:
    """The weightiest first; of rows that need not be there, the last made first."""
    found: dict[str, list[Any]] = {rank: [] for rank in RANKS}
    for rank, literal in ranked:
        found[rank].append(literal)
    found["present"].reverse()
    return [literal for literals in found.values() for literal in literals]


def _fewest(solver: Any, literals: dict[NodeId, Any]) -> tuple[NodeId, ...] | None:
    if solver.check(*literals.values()) != z3.unsat:
        return None
    core = {literal.get_id() for literal in solver.unsat_core()}
    needed = [node for node, literal in literals.items() if literal.get_id() in core]
    solver.set("rlimit", SMALL_EFFORT)
    for node in reversed(list(needed)):
        rest = [literals[other] for other in needed if other != node]
        if solver.check(*rest) == z3.unsat:
            needed.remove(node)
    return tuple(needed)
