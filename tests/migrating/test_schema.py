"""What is written down about the graph, and what the graph is."""

from collections.abc import Iterator

import pytest

from patternbank.indexing.neighbours import find_neighbours
from patternbank.lifecycle import Change, Scores
from patternbank.migrating import Difference, compare, live_schema, written_schema
from patternbank.patterns import Status
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.graph.store import GraphStore
from tests.patternbank.past import application, failure, measured, run
from tests.patternbank.shelves import pattern, star
from tests.patternbank.taught import lesson, pair, proposal, record
from tests.servers import GraphServer

pytestmark = pytest.mark.needs_server
BY_ANN = Change(by="ann", why="a reason", replacement="b@1.0.0")
BEST = Scores(readiness=1, coverage=1, security=1, reliability=1)


@pytest.fixture
def graph(empty_graph: GraphServer) -> Iterator[GraphConnection]:
    """A connection to an empty bank."""
    connection = GraphConnection(*empty_graph.address)
    yield connection
    connection.close()


def test_an_empty_bank_has_the_rules_that_are_written_down(graph: GraphConnection) -> None:
    """Constraints and indexes are equal both ways, and nothing is in use that is not written down."""
    assert compare(live_schema(graph), written_schema()) == ()


def test_a_full_bank_is_as_written_both_ways(empty_graph: GraphServer, graph: GraphConnection) -> None:
    """After every kind of change each label, edge and property that is written down is in use, and no other."""
    with GraphStore(*empty_graph.address) as store:
        tied = pattern("a", requires=["b"], conflicts=["b", "z-other"], features=star("a", "b").model_dump())
        store.add([tied, pattern("b"), pattern("b", version="1.1.0")], BY_ANN)
        store.add([pattern("b", {"a.txt": "other"})], BY_ANN, reissue=True)
        store.rate("a", "1.0.0", BEST, BY_ANN)
        store.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
        store.move("b", "1.0.0", Status.DEPRECATED, Change(by="ann", why="old", replacement="b"))
        store.keep_note("k", "v")
        store.record(application("x"), run("r1", "x", "a@1.0.0", "b@1.1.0"))
        store.keep_lessons([record("a@1.0.0")])
        known = failure("a@1.0.0").model_copy(update={"family": lesson().family})
        red = run("r2", "x", "a@1.0.0", failures=(known,)).model_copy(update={"applied": (lesson().id,)})
        store.record(application("x"), red)
        store.add_lesson_evidence([pair(lesson().id)])
        store.keep_proposal(proposal(lesson().id))
        store.add_evidence([measured("a@1.0.0", of="x")])
        assert find_neighbours(store, least=0).edges
    assert compare(live_schema(graph), written_schema(), complete=True) == ()


def test_both_sides_of_a_difference_are_named(graph: GraphConnection) -> None:
    """What only one of the two has is said, whatever it is."""
    graph.alter("DROP INDEX failure_cause")
    graph.alter("CREATE (:Stranger {name: 'x'})-[:KNOWS]->(:Note {key: 'k'})")
    try:
        found = compare(live_schema(graph), written_schema())
    finally:
        graph.alter("CREATE INDEX failure_cause FOR (n:Failure) ON (n.cause)")
    assert found == (
        Difference(side="only in schema.yaml", what="index failure_cause: Failure.cause"),
        Difference(side="only in the graph", what="(Stranger)-[KNOWS]->(Note)"),
        Difference(side="only in the graph", what="Stranger"),
        Difference(side="only in the graph", what="Stranger.name: string"),
    )


def test_a_property_that_some_lack_is_named(graph: GraphConnection) -> None:
    """Community edition does not keep existence: the comparison sees it."""
    graph.alter("CREATE (:Note {key: 'k'}), (:Note {key: 'l', value: 'v'})")
    assert compare(live_schema(graph), written_schema()) == (
        Difference(side="missing at some", what="Note.value: string"),
    )
