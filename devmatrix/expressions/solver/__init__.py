"""Solve conditions: situations in which an operation succeeds, or ends in exactly one refusal."""

from devmatrix.expressions.solver.goals import (
    Assumption,
    Break,
    FromState,
    Goal,
    Probe,
    Succeed,
    Taken,
    Unreachable,
    Unsolved,
)
from devmatrix.expressions.solver.regexes import text_matching
from devmatrix.expressions.solver.solve import boundaries, branches, breakable, solve

__all__ = [
    "Assumption",
    "Break",
    "FromState",
    "Goal",
    "Probe",
    "Succeed",
    "Taken",
    "Unreachable",
    "Unsolved",
    "boundaries",
    "branches",
    "breakable",
    "solve",
    "text_matching",
]
