"""What holds for every shipped example: refined once and for all, without loss, the same in every process."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from devmatrix.checks import check_application
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Create, walk_statements
from devmatrix.ir.expressions import SELF, free_variables
from devmatrix.passes import PASSES, refine

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "seeds" / "specs").glob("*.md"), key=lambda path: path.name)
DIGEST = """
import sys
from pathlib import Path
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
application, _ = read_spec(Path(sys.argv[1]).read_text(encoding="utf-8"), "spec.md")
print(refine(application).digest)
"""


@cache
def elaborated(path: Path) -> ApplicationIR:
    application, findings = read_spec(path.read_text(encoding="utf-8"), path.name)
    assert application is not None, findings
    return application


@pytest.fixture(params=SPECS, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> ApplicationIR:
    path: Path = request.param
    return elaborated(path)


def test_every_pass_is_idempotent_and_pure(example: ApplicationIR) -> None:
    current = example
    for one in PASSES:
        before = current.to_json()
        following = one(current)
        assert current.to_json() == before
        assert one(following) == following
        current = following
    assert refine(current) == current


def test_json_goes_round(example: ApplicationIR) -> None:
    refined = refine(example)
    assert ApplicationIR.from_json(refined.to_json()) == refined


def test_nothing_is_wrong_with_an_example(example: ApplicationIR) -> None:
    assert [finding.render() for finding in check_application(refine(example))] == []


def test_every_creation_is_complete(example: ApplicationIR) -> None:
    refined = refine(example)
    for flow in refined.behavior.flows:
        for statement in walk_statements(flow.statements):
            if isinstance(statement, Create):
                assert not any(SELF in free_variables(item.value) for item in statement.assignments)
                fields = refined.entity(statement.entity).fields
                stored = [f.name for f in fields if f.computed is None and f.role in ("plain", "owner")]
                assert [item.field for item in statement.assignments if item.field in stored] == stored


def test_what_statements_refuse_is_listed(example: ApplicationIR) -> None:
    refined = refine(example)
    for operation in refined.api.operations:
        keys = {refusal.key for refusal in operation.refusals}
        for statement in walk_statements(refined.statements(operation)):
            assert set(statement.refuses) <= keys


def test_every_obligation_names_a_node_of_its_application(example: ApplicationIR) -> None:
    refined = refine(example)
    text = refined.model_copy(update={"tests": type(refined.tests)()}).to_json()
    assert refined.tests.obligations
    for obligation in refined.tests.obligations:
        assert f'"{obligation.node}"' in text
        assert refined.operation(obligation.operation)


def test_the_digest_is_the_same_in_every_process() -> None:
    spec = SPECS[0]
    found = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(spec)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    again, _ = read_spec(spec.read_text(encoding="utf-8"), "spec.md")
    assert again is not None
    assert found == {refine(again).digest + "\n"}
