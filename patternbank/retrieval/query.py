"""What the bank is asked for, and what it answers."""

from pydantic import Field, field_validator

from patternbank.embeddings import Graph
from patternbank.patterns import Status
from patternbank.patterns.fit import Scalar
from patternbank.ports import USABLE, Conditions
from patternbank.values import Frozen


class Query(Frozen):
    """A need: a capability, the structure to be built, the stack, words and settings; empty parts do not count."""

    capability: str = ""
    graph: Graph | None = None
    facts: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    text: str = ""
    settings: tuple[tuple[str, Scalar], ...] = ()
    production_ready: bool = True
    deprecated: bool = False
    """Whether deprecated versions count as well: those who find nothing golden may fall back on them."""
    excluded: tuple[str, ...] = ()
    """References of versions that must not be the answer, whatever they score."""
    min_score: float = Field(default=0.0, ge=0, le=1)
    limit: int = Field(default=10, ge=1, le=1000)

    @field_validator("settings", mode="before")
    @classmethod
    def order_settings(cls, value: object) -> object:
        """Read a mapping as sorted pairs."""
        return sorted(value.items()) if isinstance(value, dict) else value

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Give the states that count."""
        states = (Status.GOLDEN,) if self.production_ready else USABLE
        return (*states, Status.DEPRECATED) if self.deprecated else states

    @property
    def describes_a_need(self) -> bool:
        """Say whether predicates can be judged; a search by words alone says nothing of structure and settings."""
        return bool(self.capability or self.facts or self.settings) or self.graph is not None

    @property
    def structure(self) -> Graph | None:
        """Give the graph, unless it is empty."""
        return self.graph if self.graph is not None and self.graph.nodes else None

    @property
    def conditions(self) -> Conditions:
        """Give the hard conditions that a store checks."""
        return Conditions(
            capability=self.capability, stack=self.stack, statuses=self.statuses, min_score=self.min_score
        )


class Candidate(Frozen):
    """A version that fits, how well, and why; ``legs`` are the parts of the score."""

    name: str
    version: str
    digest: str
    score: float
    legs: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """Give ``name@version``."""
        return f"{self.name}@{self.version}"


class Rejection(Frozen):
    """A version that provides what is asked for, and does not fit."""

    pattern: str
    reason: str


class Ranking(Frozen):
    """The candidates, best first; when the best is not good enough the bank abstains and says why."""

    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejection, ...]
    abstained: bool
    reason: str

    @property
    def best(self) -> Candidate | None:
        """Give the best candidate, none when the bank abstains."""
        return None if self.abstained else self.candidates[0]
