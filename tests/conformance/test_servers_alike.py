"""A bank on servers gives the same answers as a bank in a file, down to the bytes of an application."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.retrieval.cases import cases
from benchmarks.retrieval.measures import kendall
from benchmarks.retrieval.shelf import Shelf
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from devmatrix.wiring import choose_bank
from patternbank.bank import Bank
from patternbank.errors import StoreError
from patternbank.opening import open_bank
from patternbank.stores.server import ServerStore
from patternbank.stores.vectors import QdrantIndex
from tests.servers import GIVEN, GraphServer
from tests.vectors import IndexPlace

SPEC = Path(__file__).parents[2] / "seeds" / "specs" / "ecommerce_api.md"
EVERY = 12
"""One of so many queries of the evaluation is asked."""


@pytest.fixture
def named(empty_graph: GraphServer, index_place: IndexPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names servers with an empty bank."""
    for name, value in {**empty_graph.environment, **index_place.environment}.items():
        monkeypatch.setenv(name, value)


def tree_of(bank: Bank) -> dict[str, str]:
    built = build(SPEC.read_bytes(), SPEC.name, bank, Recorder(), scenarios=False)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return {file.path: file.text for file in built.tree.files}


def test_an_application_has_the_same_bytes(named: None) -> None:
    """The shipped patterns come out of the graph as they went in, and are chosen alike; also by one who only reads."""
    with open_bank(":memory:") as embedded:
        expected = tree_of(embedded)
        revision = embedded.revision
    with choose_bank() as first:
        assert isinstance(first.store, ServerStore)
        assert first.revision == revision
        assert tree_of(first) == expected
        assert first.notices == ()
    with open_bank(read_only=True) as reader:
        assert tree_of(reader) == expected


def test_retrieval_ranks_alike(empty_graph: GraphServer, index_place: IndexPlace) -> None:
    """Over queries of the evaluation: the same best answer, the same abstentions, and the order of the others."""
    shelf = Shelf()
    url = ":memory:" if not index_place.namespace else index_place.url
    key = GIVEN.get("PATTERNBANK_QDRANT_API_KEY", "")
    store = ServerStore(*empty_graph.address, index=QdrantIndex(url, key, namespace=index_place.namespace))
    with shelf.bank() as embedded, shelf.bank(store=store) as served:
        taus = []
        for case in cases(shelf)[::EVERY]:
            here, there = embedded.rank(case.query), served.rank(case.query)
            assert here.abstained == there.abstained, case.id
            assert [one.pattern for one in here.candidates[:1]] == [one.pattern for one in there.candidates[:1]], (
                case.id
            )
            names = [[one.name for one in ranking.candidates] for ranking in (here, there)]
            assert set(names[0]) == set(names[1]), case.id
            taus.append(kendall(*names))
        assert served.notices == ()
    assert len(taus) >= 30
    assert sum(taus) / len(taus) >= 0.99


def test_servers_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index without its graph is no bank, and the hint says what to set."""
    monkeypatch.setenv("PATTERNBANK_QDRANT_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreError) as caught:
        open_bank()
    assert "PATTERNBANK_NEO4J_URL" in caught.value.hint


def test_a_graph_alone_serves_and_says_that_it_is_degraded(named: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an index named there is a notice, and the same shipped patterns."""
    monkeypatch.delenv("PATTERNBANK_QDRANT_URL")
    with open_bank() as bank:
        assert bank.size() > 0
        assert [notice.split(":")[0] for notice in bank.notices] == ["degraded"]


def test_a_graph_that_does_not_answer_is_an_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded bank is never taken silently instead."""
    monkeypatch.setenv("PATTERNBANK_NEO4J_URL", "bolt://127.0.0.1:1")
    with pytest.raises(StoreError, match="no pattern bank answers") as caught:
        open_bank()
    assert "start" in caught.value.hint


def test_a_bank_in_a_file_loads_no_driver_of_a_server() -> None:
    """Who uses no servers does not pay for them."""
    code = (
        "import sys\nfrom patternbank.opening import open_bank\nopen_bank(':memory:').close()\n"
        "print(sorted({'neo4j', 'qdrant_client', 'sentence_transformers'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
