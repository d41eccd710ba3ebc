"""An application becomes tasks; each gets a pattern, and what does not fit together is a finding."""

from pathlib import Path
from typing import Literal

import pytest
import yaml

from devmatrix.artifacts.plan import Plan
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine
from devmatrix.planning import bind, plan
from patternbank.bank import Bank
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import read_patterns
from tests.passes.building import application

APPLICATION = refine(application())
PLAN = plan(APPLICATION)


def make_bank(folder: Path, *manifests: dict[str, object]) -> Bank:
    """A bank in memory with one golden pattern for each manifest."""
    bank = open_bank(":memory:", shipped=False)
    for given in manifests:
        name = str(given["name"])
        manifest = {"version": "1.0.0", "title": name, "category": "test", "status": "golden", "view": "any", **given}
        (folder / name / "files").mkdir(parents=True)
        (folder / name / "files" / f"{name}.txt").write_text("text\n")
        (folder / name / "pattern.yaml").write_text(yaml.safe_dump(manifest))
    bank.store.add(read_patterns(folder), Change(by="test", why="test"))
    return bank


def capable(*capabilities: str) -> list[dict[str, object]]:
    return [{"name": capability, "capability": capability} for capability in capabilities]


def every_capability(made: Plan) -> list[str]:
    return list(dict.fromkeys(task.capability for task in made.tasks))


def test_a_plan_holds_each_task_once_in_building_order() -> None:
    ids = [task.id for task in PLAN.tasks]
    assert len(set(ids)) == len(ids)
    order = [ids.index(name) for name in ("app.project", "entity.model:Good", "operation.flow:fill", "app.main")]
    assert order == sorted(order)


def test_every_operation_and_entity_has_its_tasks() -> None:
    nodes = {task.node for task in PLAN.tasks}
    assert nodes >= {operation.id for operation in APPLICATION.api.operations}
    assert nodes >= {entity.id for entity in APPLICATION.domain.entities}
    assert "entity.router:Line" in {task.id for task in PLAN.tasks}


def test_graphs_hold_no_names() -> None:
    """Only kinds stand in a graph: nothing that an author chose."""
    chosen = {entity.name for entity in APPLICATION.domain.entities}
    chosen |= {field.name for entity in APPLICATION.domain.entities for field in entity.fields if field.role == "plain"}
    labels = {label for task in PLAN.tasks for label in task.graph.labels}
    assert not {label for label in labels for word in label.split(".") if word in chosen - {"count"}}
    assert all(task.text == "" for task in PLAN.tasks)


def renamed(made: ApplicationIR) -> ApplicationIR:
    """The same structure with other names of fields, entities and operations on the wire and in titles."""
    text = made.to_json()
    for old, new in (("Basket", "Zint"), ("Good", "Gob"), ("Line", "Pip"), ("basket", "zint"), ("best", "blue")):
        text = text.replace(old, new)
    return ApplicationIR.from_json(text)


def test_renaming_changes_no_graph() -> None:
    before = [(task.capability, task.graph) for task in PLAN.tasks]
    assert [(task.capability, task.graph) for task in plan(renamed(APPLICATION)).tasks] == before


def test_a_statement_leads_to_the_next_and_to_its_entity() -> None:
    graph = next(task.graph for task in PLAN.tasks if task.id == "operation.flow:fill")
    triples = {(graph.labels[source], label, graph.labels[target]) for source, label, target in graph.edges}
    assert {("guard", "then", "effect.insert"), ("effect.insert", "on", "entity")} <= triples
    assert ("effect.update", "moves", "states") in triples


def test_every_task_is_bound_with_reasons(tmp_path: Path) -> None:
    with make_bank(tmp_path, *capable(*every_capability(PLAN))) as bank:
        bindings, findings = bind(PLAN, bank)
    assert findings == ()
    assert [binding.task for binding in bindings] == [task.id for task in PLAN.tasks]
    assert all(binding.reasons and binding.digest for binding in bindings)


def test_the_pattern_made_for_a_structure_wins(tmp_path: Path) -> None:
    graph = next(task.graph for task in PLAN.tasks if task.capability == "operation.flow")
    features = {
        "nodes": [[str(position), label] for position, label in enumerate(graph.labels)],
        "edges": [[str(source), label, str(target)] for source, label, target in graph.edges],
    }
    special: dict[str, object] = {"name": "flow.moving", "capability": "operation.flow", "features": features}
    with make_bank(tmp_path, *capable(*every_capability(PLAN)), special) as bank:
        bindings, _ = bind(PLAN, bank)
    chosen = next(binding for binding in bindings if binding.capability == "operation.flow")
    assert chosen.pattern == "flow.moving"
    assert any("operation.flow@1.0.0" in other for other in chosen.rejected)
    assert any(reason.kind == "alignment" and reason.score for reason in chosen.reasons)


def test_a_gap_names_task_and_capability(tmp_path: Path) -> None:
    known = [name for name in every_capability(PLAN) if name != "operation.patch"]
    with make_bank(tmp_path, *capable(*known)) as bank:
        bindings, findings = bind(PLAN, bank)
    assert [finding.code for finding in findings] == ["DM801"]
    assert "operation.patch:patch_good" in findings[0].message
    assert len(bindings) == len(PLAN.tasks) - 1


def test_what_a_pattern_requires_is_bound_too(tmp_path: Path) -> None:
    known = capable(*every_capability(PLAN))
    known[0]["requires"] = ["app.clock"]
    with make_bank(tmp_path, *known, *capable("app.clock")) as bank:
        bindings, findings = bind(PLAN, bank)
    assert findings == ()
    assert bindings[-1].task == "required:app.clock"


def test_a_requirement_that_nobody_meets_names_both_sides(tmp_path: Path) -> None:
    known = capable(*every_capability(PLAN))
    known[0]["requires"] = ["app.clock"]
    with make_bank(tmp_path, *known) as bank:
        _, findings = bind(PLAN, bank)
    assert [finding.code for finding in findings] == ["DM803"]
    assert f"{known[0]['name']}@1.0.0" in findings[0].message
    assert "app.clock" in findings[0].message


def test_a_conflict_names_both_sides(tmp_path: Path) -> None:
    known = capable(*every_capability(PLAN))
    known[0]["conflicts"] = [known[1]["name"]]
    with make_bank(tmp_path, *known) as bank:
        _, findings = bind(PLAN, bank)
    assert [finding.code for finding in findings] == ["DM804"]
    assert f"{known[0]['name']}@1.0.0" in findings[0].message
    assert f"{known[1]['name']}@1.0.0" in findings[0].message


def test_one_pattern_may_serve_several_needs_of_the_application(tmp_path: Path) -> None:
    known = [given for given in capable(*every_capability(PLAN)) if given["name"] != "app.logging"]
    known[0]["provides"] = ["app.logging"]
    with make_bank(tmp_path, *known) as bank:
        bindings, findings = bind(PLAN, bank)
    assert findings == ()
    assert "app.logging" not in [binding.task for binding in bindings]


@pytest.mark.parametrize("paging", ["offset", "keyset"])
def test_paging_chooses_the_list(paging: Literal["offset", "keyset"]) -> None:
    """Of the shipped patterns the one that the setting asks for, and the other is named with why it is not."""
    wire = APPLICATION.infrastructure.wire.model_copy(update={"paging": paging})
    changed = APPLICATION.infrastructure.model_copy(update={"wire": wire})
    with open_bank(":memory:") as bank:
        bindings, findings = bind(plan(APPLICATION.model_copy(update={"infrastructure": changed})), bank)
    assert findings == ()
    lists = [binding for binding in bindings if binding.capability == "operation.list"]
    other = "keyset" if paging == "offset" else "offset"
    assert {binding.pattern for binding in lists} == {f"operation-list-{paging}"}
    assert all(f"the setting paging is {paging}" in [reason.text for reason in binding.reasons] for binding in lists)
    assert all(f"operation-list-{other}@1.0.0: the setting paging is '{paging}'" in b.rejected for b in lists)


@pytest.mark.parametrize("problem_format", ["detail", "problem+json"])
def test_settings_reach_the_question(tmp_path: Path, problem_format: str) -> None:
    known = [given for given in capable(*every_capability(PLAN)) if given["name"] != "app.errors"]
    kinds: list[dict[str, object]] = [
        {"name": f"errors-{kind[0]}", "capability": "app.errors", "when": {"setting": {"problem_format": kind}}}
        for kind in ("detail", "problem+json")
    ]
    wire = APPLICATION.infrastructure.wire.model_copy(update={"problem_format": problem_format})
    changed = APPLICATION.infrastructure.model_copy(update={"wire": wire})
    made = plan(APPLICATION.model_copy(update={"infrastructure": changed}))
    with make_bank(tmp_path, *known, *kinds) as bank:
        bindings, findings = bind(made, bank)
    assert findings == ()
    chosen = next(binding for binding in bindings if binding.capability == "app.errors")
    assert chosen.pattern == f"errors-{problem_format[0]}"
