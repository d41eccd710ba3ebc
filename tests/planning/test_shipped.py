"""The shipped patterns build every shipped example: no gap, no conflict, quickly."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.artifacts.plan import Plan
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.planning import bind, plan
from patternbank.bank import Bank
from patternbank.opening import open_bank

SPECS = sorted((Path(__file__).parents[2] / "seeds" / "specs").glob("*.md"), key=lambda path: path.name)


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with open_bank(":memory:") as opened:
        yield opened


def planned(path: Path) -> Plan:
    application, findings = read_spec(path.read_text(encoding="utf-8"), path.name)
    assert application is not None, findings
    return plan(refine(application))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_task_of_an_example_finds_its_pattern(path: Path, bank: Bank) -> None:
    made = planned(path)
    bindings, findings = bind(made, bank)
    assert [finding.message for finding in findings] == []
    bound = {binding.task for binding in bindings}
    assert {task.id for task in made.tasks if not task.id.startswith("app.")} <= bound
    assert all(binding.score > 0 and binding.reasons for binding in bindings)


def test_binding_is_the_same_each_time(bank: Bank) -> None:
    made = planned(SPECS[0])
    with open_bank(":memory:") as another:
        assert bind(made, another) == bind(made, bank)


def test_three_hundred_tasks_bind_in_a_blink(bank: Bank) -> None:
    """Warm, the best of five: under 50 ms."""
    tasks = tuple(task for path in SPECS for task in planned(path).tasks)[:300]
    many = planned(SPECS[0]).model_copy(update={"tasks": tasks})
    assert len(tasks) == 300
    took = []
    for _ in range(5):
        start = time.perf_counter()
        bind(many, bank)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05


def test_structure_and_setting_choose_how_to_write(bank: Bank) -> None:
    """Where one row is all that counts versions win, elsewhere locks do; what stood against the other is said."""
    text = (SPECS[0].parent / "ecommerce_api.md").read_text(encoding="utf-8")
    given = text.replace("## Entities\n", "## Settings\n\n- locking: optimistic\n\n## Entities\n", 1)
    bindings = {}
    for name, source in (("plain", text), ("given", given)):
        application, findings = read_spec(source, "shop.md")
        assert application is not None, findings
        bound, _ = bind(plan(refine(application)), bank)
        bindings[name] = {binding.task: binding for binding in bound}
    one, many = "operation.flow:restock_product", "operation.flow:checkout"
    assert bindings["given"][one].pattern == "operation-write-optimistic"
    assert {"made for touches.one-row", "the setting locking is optimistic"} <= {
        reason.text for reason in bindings["given"][one].reasons
    }
    assert any(
        "the setting locking is 'optimistic'; does not go with touches.one-row" in passed
        for passed in bindings["given"][one].rejected
    )
    assert bindings["given"][many].pattern == "operation-write-locking"
    assert "operation-write-optimistic@1.0.0: needs touches.one-row" in bindings["given"][many].rejected
    assert bindings["plain"][one].pattern == "operation-write-locking"
    assert any("the setting locking is 'pessimistic'" in passed for passed in bindings["plain"][one].rejected)
    assert "required:app.races" not in bindings["plain"]


def test_structure_and_setting_choose_how_to_read(bank: Bank) -> None:
    """Answers are kept where the spec asks for it and nothing but a write changes them; the rest is read as ever."""
    text = (
        "# T\n\n## Settings\n\n- reads: {}\n\n## Entities\n\n### Box\n- size: integer\n\n"
        "### Guest\n- born: date, required\n- grown: boolean, computed `born < today()`\n"
    )
    bindings = {}
    for reads in ("plain", "cached"):
        application, findings = read_spec(text.format(reads), "boxes.md")
        assert application is not None, findings
        bound, against = bind(plan(refine(application)), bank)
        assert against == ()
        bindings[reads] = {binding.task: binding for binding in bound}
    lasting, passing = "operation.read:read_box", "operation.read:read_guest"
    assert bindings["cached"][lasting].pattern == "operation-read-cached"
    assert {"made for answers.lasting", "the setting reads is cached"} <= {
        reason.text for reason in bindings["cached"][lasting].reasons
    }
    assert any("the setting reads is 'cached'" in passed for passed in bindings["cached"][lasting].rejected)
    assert bindings["cached"][passing].pattern == "operation-read"
    assert "operation-read-cached@1.0.0: needs answers.lasting" in bindings["cached"][passing].rejected
    assert {bindings["plain"][task].pattern for task in (lasting, passing)} == {"operation-read"}
    assert "required:app.cache" in bindings["cached"]
    assert "required:app.cache" not in bindings["plain"]
