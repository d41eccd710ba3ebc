"""Faults that show only where calls meet or rows are many turn scenarios red, and not by luck."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.scenarios import ScenarioKind
from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.deploy import DeployOptions
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.local import LocalDeployer
from devmatrix.runtime.smoke import Target, ask
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = [pytest.mark.needs_server, pytest.mark.usefixtures("postgres_server")]

TIMES = 3
MEETING: tuple[ScenarioKind, ...] = ("race", "growth")


class Edit(NamedTuple):
    """One fault: the text that a file loses and gets, the scenarios that see it, and their cause."""

    application: str
    file: str
    old: str
    new: str
    seen: frozenset[str]
    cause: str


REPOSITORY = "src/repositories/base.py"
EDITS = {
    "rows are not taken": Edit(
        "ecommerce",
        REPOSITORY,
        "return statement.with_for_update(key_share=True) if self.locks else statement",
        "return statement",
        frozenset({"restock_product", "checkout", "pay_order", "cancel_order", "add_item_to_cart", "delete_product"}),
        "together",
    ),
    "rows that calls share are not taken": Edit(
        "ecommerce",
        "src/repositories/product.py",
        '    name = "product"\n',
        '    name = "product"\n    locks = False\n',
        frozenset({"checkout", "cancel_order", "restock_product"}),
        "together",
    ),
    "versions are not asked": Edit(
        "variants",
        "src/models/entities/meter.py",
        '{"version_id_col": row_versions}',
        "{}",
        frozenset({"advance", "mark", "delete_meter"}),
        "together",
    ),
    "rows of a page are read one by one": Edit(
        "ecommerce",
        "src/repositories/reading.py",
        "        if found or not offset:",
        "        for one in found:\n            await self.row(one[0])\n        if found or not offset:",
        frozenset({"list_products", "list_cart_items", "list_orders_of_customer"}),
        "growth",
    ),
}


def ask_meeting(built: Built, target: Target) -> tuple[Verdict, ...]:
    """What the scenarios find that make calls meet or count."""
    assert built.suite is not None
    chosen = tuple(item for item in built.suite.scenarios if item.kind in MEETING)
    return ask(built.suite.model_copy(update={"scenarios": chosen}), target)


@contextmanager
def running(built: Built, edit: Edit, folder: Path, settings: Settings) -> Iterator[Target]:
    """The application with the fault in it."""
    write_tree(folder, pack(built))
    file = folder / edit.file
    assert file.read_text().count(edit.old) == 1, f"the edit does not fit {edit.file} any more"
    file.write_text(file.read_text().replace(edit.old, edit.new))
    options = DeployOptions(environment=(("RATE_LIMIT_ENABLED", "false"),))
    with LocalDeployer(settings).deploy(folder, options, Recorder().step) as app:
        yield Target(url=app.url, database_url=app.database_url)


@pytest.mark.parametrize("name", EDITS)
def test_a_fault_is_seen_each_time(name: str, built: Building, tmp_path: Path, runtime_settings: Settings) -> None:
    """The same scenarios are red in every round, each for the reason that the fault is."""
    edit = EDITS[name]
    application = built(edit.application)
    with running(application, edit, tmp_path / "app", runtime_settings) as target:
        rounds = [[v for v in ask_meeting(application, target) if v.verdict == "failed"] for _ in range(TIMES)]
    for red in rounds:
        assert {verdict.cause for verdict in red} == {edit.cause}
        assert edit.seen <= {verdict.operation.removeprefix("operation:") for verdict in red}
    assert len({tuple(verdict.id for verdict in red) for red in rounds}) == 1


@pytest.mark.parametrize("name", ["ecommerce", "variants", "zints"])
def test_a_sound_application_stays_green(
    name: str, built: Building, tmp_path: Path, runtime_settings: Settings
) -> None:
    """Whether it takes rows or asks for their versions, and whichever call comes first."""
    application = built(name)
    with deployed(application, tmp_path / "app", runtime_settings) as app:
        target = Target(url=app.url, database_url=app.database_url)
        verdicts = [verdict for _ in range(TIMES) for verdict in ask_meeting(application, target)]
    assert {verdict.kind for verdict in verdicts} == set(MEETING)
    assert [(verdict.id, verdict.reason) for verdict in verdicts if verdict.verdict != "passed"] == []
