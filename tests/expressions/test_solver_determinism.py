"""The same question has the same answer: in any process, with any hash seed, whatever was asked before."""

import os
import subprocess
import sys
from pathlib import Path

from devmatrix.expressions.solver import Goal, Succeed, boundaries, breakable, solve
from devmatrix.ir.behavior import Require, walk_statements
from tests.expressions.solver_shop import shop

ROOT = Path(__file__).parents[2]


def questions() -> list[tuple[str, Goal]]:
    """Every goal of every flow of the shop."""
    found: list[tuple[str, Goal]] = []
    for operation in shop().api.operations:
        found.append((operation.id, Succeed()))
        found += [(operation.id, goal) for goal in breakable(shop(), operation.id)]
        for statement in walk_statements(shop().statements(operation)):
            if isinstance(statement, Require):
                found += [(operation.id, goal) for goal in boundaries(shop(), operation.id, statement.id)]
    return found


def answers(*, backwards: bool) -> str:
    """All answers as text, in the order of the questions; asked from the last to the first if ``backwards``."""
    asked = list(enumerate(questions()))
    found = {place: solve(shop(), *question) for place, question in (reversed(asked) if backwards else asked)}
    return "\n".join(found[place].model_dump_json() for place in range(len(asked)))


def test_the_order_of_questions_does_not_matter() -> None:
    """A session that has answered other questions gives the same answers as a fresh one."""
    forwards, backwards = answers(backwards=False), answers(backwards=True)
    assert forwards == backwards
    assert len(forwards.splitlines()) > 40


def test_hash_seeds_and_processes_do_not_matter() -> None:
    """Three processes with three hash seeds agree with this one."""
    script = "from tests.expressions.test_solver_determinism import answers; print(answers(backwards=False))"
    told = []
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ended = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        told.append(ended.stdout.strip())
    assert set(told) == {answers(backwards=False)}
