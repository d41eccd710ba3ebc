"""What one symbolic world has made so far: unknowns, what is known of them, numbers that stand for names."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

from devmatrix.expressions.evaluation.constants import compiled_pattern
from devmatrix.expressions.solver.symbolic.terms import Formula, Sort, Term, Truth, any_of, equal, implies, negate
from devmatrix.ir.base import NodeId

Rank = Literal["kept", "given", "null", "spread", "present", "grain", "shape", "value"]
"""What a wish is about; also the order of their weight."""

LENGTH = "length"
FOUND = "found "


@dataclass(frozen=True)
class Wish:
    """Something that a readable situation has where nothing speaks against it."""

    rank: Rank
    formula: Truth


@dataclass(frozen=True)
class Unknown:
    """A number to be found, with the value that it would best have and its bounds."""

    term: Term
    best: int
    low: int
    high: int


@dataclass
class Ledger:
    """The unknowns and facts of one world, in the order in which they were made."""

    strings: bool
    facts: list[tuple[NodeId, Truth]] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    numbers: list[Unknown] = field(default_factory=list)
    count: int = 0
    measured: bool = False
    """Whether lengths of abstract texts matter."""
    codes: dict[Hashable, int] = field(default_factory=dict)
    literals: dict[str, int] = field(default_factory=dict)
    patterns: dict[str, None] = field(default_factory=dict)
    restrictions: set[NodeId] = field(default_factory=set)
    """Nodes of facts that narrow the search and prove nothing."""

    def fresh(self, name: str, sort: Sort) -> Term:
        """A new unknown."""
        self.count += 1
        return Term(sort, sort, f"{name}#{self.count}")

    def learn(self, node: NodeId, fact: Truth) -> None:
        """Something that always holds, because of a node."""
        if fact is not True:
            self.facts.append((node, fact))

    def prefer(self, rank: Rank, formula: Truth) -> None:
        """Something that would be nice."""
        if not isinstance(formula, bool):
            self.wishes.append(Wish(rank, formula))

    def prefer_first(self, choices: list[Truth]) -> None:
        """One of the choices is what holds: the first if it can be, else the next."""
        for count in range(1, len(choices)):
            self.prefer("value", any_of(choices[:count]))

    def number(self, name: str, *, low: int, high: int, best: int, node: NodeId) -> Term:
        """A new whole number between bounds."""
        term = self.fresh(name, "int")
        self.learn(node, Term("at most", "bool", low, term))
        self.learn(node, Term("at most", "bool", term, high))
        self.numbers.append(Unknown(term, max(low, min(high, best)), low, high))
        return term

    def code(self, name: Hashable) -> int:
        """The number that stands for a name."""
        return self.codes.setdefault(name, len(self.codes))

    def literal(self, text: str) -> int:
        """The token of a text that stands in the spec; all such tokens are negative."""
        if text not in self.literals:
            self.literals[text] = -1 - len(self.literals)
        return self.literals[text]

    def length(self, token: Formula) -> Formula:
        """The length of an abstract text."""
        self.measured = True
        return Term("apply", "int", LENGTH, token)

    def finds(self, token: Formula, regex: str) -> Truth:
        """Whether a pattern is found in an abstract text."""
        self.patterns.setdefault(regex)
        return Term("apply", "bool", FOUND + regex, token)

    def close(self) -> None:
        """What is known of the texts of the spec, once all are known."""
        for text, token in list(self.literals.items()):
            if self.measured:
                self.learn("", equal(Term("apply", "int", LENGTH, token), len(text)))
            for regex in self.patterns:
                found = compiled_pattern(regex).search(text) is not None
                self.learn("", equal(Term("apply", "bool", FOUND + regex, token), found))

    def describe(self, token: Term, *, low: int, high: int, regexes: tuple[str, ...], node: NodeId) -> None:
        """Bounds and patterns of an abstract text, kept until it is known whether anybody asks."""
        self.described.append((token, low, high, regexes, node))

    described: list[tuple[Term, int, int, tuple[str, ...], NodeId]] = field(default_factory=list)

    def close_texts(self) -> None:
        """Let the bounds of abstract texts hold, as far as anything asks for them."""
        if self.measured:
            self.literal("")
        for token, low, high, regexes, node in self.described:
            if self.measured:
                length = Term("apply", "int", LENGTH, token)
                self.learn(node, Term("at most", "bool", low, length))
                self.learn(node, Term("at most", "bool", length, high))
                self.learn("", implies(equal(length, 0), equal(token, self.literal(""))))
                best = max(low, min(high, 12))
                self.prefer("shape", equal(length, best))
                self.numbers.append(Unknown(length, best, low, high))
            for regex in self.patterns:
                found = Term("apply", "bool", FOUND + regex, token)
                if regex in regexes:
                    self.learn(node, found)
                else:
                    self.prefer("shape", negate(found))
        self.close()
