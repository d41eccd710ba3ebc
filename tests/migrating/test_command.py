"""``patternbank migrate`` as a person meets it."""

import json

import pytest
from click.testing import CliRunner

from patternbank.cli.group import bank
from patternbank.stores.graph.connection import GraphConnection
from tests.servers import GraphServer

pytestmark = pytest.mark.needs_server


def test_it_says_what_it_did_as_json(empty_graph: GraphServer) -> None:
    """What was run before, what ran now, and with ``--check`` every difference; exit 1 where there is one."""
    runner = CliRunner(env=empty_graph.environment)
    clean = runner.invoke(bank, ["migrate", "--check", "--json"], standalone_mode=False)
    told = json.loads(clean.stdout)
    assert (clean.return_value, told["ran"], told["differences"]) == (0, [], [])
    assert told["before"][0] == "0001_constraints.cypher"
    graph = GraphConnection(*empty_graph.address)
    graph.note("CREATE (:Stranger)")
    graph.close()
    strange = runner.invoke(bank, ["migrate", "--check", "--dry-run"], standalone_mode=False)
    assert strange.return_value == 1
    assert "only in the graph: Stranger" in strange.stdout


def test_without_a_graph_it_says_so() -> None:
    """The embedded bank needs no migration by hand."""
    found = CliRunner(env={"PATTERNBANK_NEO4J_URL": None}).invoke(bank, ["migrate"], standalone_mode=False)
    assert "no graph is named" in str(found.exception)
