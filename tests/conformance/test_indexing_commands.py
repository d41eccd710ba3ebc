"""The commands that keep graph, index and copies in line, on real servers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from devmatrix.interfaces.cli.main import run_command
from patternbank import cli
from patternbank.opening import open_bank
from patternbank.stores.server import ServerStore
from tests.servers import GraphServer
from tests.vectors import IndexPlace


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def run_bank(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command of the bank in this process, as the environment has it."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["patternbank", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def on_servers(empty_graph: GraphServer, index_place: IndexPlace, monkeypatch: pytest.MonkeyPatch) -> ServerStore:
    """The environment names servers; their bank holds the shipped patterns."""
    for name, value in {**empty_graph.environment, **index_place.environment}.items():
        monkeypatch.setenv(name, value)
    with open_bank() as bank:
        assert isinstance(bank.store, ServerStore)
        return bank.store


def test_doctor_reindex_and_sync_from_the_command_line(
    on_servers: ServerStore,
    run_bank: Callable[..., Ran],
    index_place: IndexPlace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each says what it found, with the exit code that tells; a dry run changes nothing."""
    assert run_bank("doctor").code == 0
    index = index_place.open()
    collection = index.live()
    assert collection is not None
    index.delete(collection, [index.held(collection)[0].id])
    found = run_bank("doctor", "--json")
    assert (found.code, json.loads(found.out)["healthy"]) == (1, False)
    assert "1 are missing" in run_bank("doctor").out
    assert run_bank("doctor", "--repair").code == 0
    assert "would index" in run_bank("reindex", "--dry-run").out
    assert index.live() == collection
    assert run_bank("reindex").code == 0
    assert index.live() != collection
    file = str(tmp_path / "copy.sqlite")
    open_bank(file, shipped=False).close()
    assert json.loads(run_bank("sync", "servers", file, "--dry-run", "--json").out)["versions"] > 0
    assert "they differ" in run_bank("sync", file, "servers").out
    assert run_bank("sync", "servers", file).code == 0
    assert "both hold the same" in run_bank("sync", file, "servers").out
    assert run_bank("--bank", file, "doctor").code == 0
    assert run_command(["doctor", "--json"]) in (0, 2)
    parts = {part["name"]: part["found"] for part in json.loads(capsys.readouterr().out)}
    assert "vectors at" in parts["pattern bank"]
    index.close()


def test_a_bank_in_a_file_has_no_index(tmp_path: Path, run_bank: Callable[..., Ran]) -> None:
    """There is nothing to make anew, and that is no success."""
    ran = run_bank("--bank", str(tmp_path / "bank.sqlite"), "reindex")
    assert (ran.code, "no index" in ran.err) == (2, True)
