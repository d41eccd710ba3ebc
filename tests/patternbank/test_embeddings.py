"""Structure and words as vectors: names of a domain have no influence, and every process agrees."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternbank.embeddings import Graph, align, rarities, relevance, signature, similarity, text_vector
from tests.patternbank.shelves import star

LABELS = st.sampled_from(["a", "b", "c"])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small graphs with few labels."""
    labels = draw(st.lists(LABELS, max_size=6))
    ends = st.integers(0, len(labels) - 1) if labels else st.nothing()
    edges = draw(st.lists(st.tuples(ends, LABELS, ends), max_size=8)) if labels else []
    nodes = [[str(number), label] for number, label in enumerate(labels)]
    return Graph.model_validate({"nodes": nodes, "edges": [[str(a), label, str(b)] for a, label, b in edges]})


@given(graphs(), st.randoms(use_true_random=False))
def test_renaming_and_order_have_no_effect(graph: Graph, random: object) -> None:
    """Other ids in another order: the same signature, and a perfect alignment."""
    ids = {node.id: f"n{len(graph.nodes) - number}" for number, node in enumerate(graph.nodes)}
    nodes = [[ids[node.id], node.label] for node in graph.nodes]
    edges = [[ids[edge.source], edge.label, ids[edge.target]] for edge in graph.edges]
    random.shuffle(nodes)  # type: ignore[attr-defined]
    random.shuffle(edges)  # type: ignore[attr-defined]
    renamed = Graph.model_validate({"nodes": nodes, "edges": edges})
    assert signature(renamed) == signature(graph)


@given(graphs(), graphs())
def test_likeness_is_a_share(left: Graph, right: Graph) -> None:
    """Both measures lie between 0 and 1; the cosine is the same both ways."""
    assert 0 <= similarity(signature(left), signature(right)) <= 1
    assert similarity(signature(left), signature(right)) == pytest.approx(similarity(signature(right), signature(left)))
    alignment = align(left, right)
    assert 0 <= alignment.contained <= 1
    assert 0 <= alignment.shared <= 1


def test_every_node_and_edge_counts() -> None:
    """A label, an edge's label or its direction makes a difference."""
    base = Graph.model_validate({"nodes": [["1", "a"], ["2", "b"]], "edges": [["1", "x", "2"]]})
    others = [
        {"nodes": [["1", "a"], ["2", "c"]], "edges": [["1", "x", "2"]]},
        {"nodes": [["1", "a"], ["2", "b"]], "edges": [["1", "y", "2"]]},
        {"nodes": [["1", "a"], ["2", "b"]], "edges": [["2", "x", "1"]]},
        {"nodes": [["1", "a"], ["2", "b"]], "edges": []},
        {"nodes": [["1", "a"], ["2", "b"], ["3", "b"]], "edges": [["1", "x", "2"]]},
    ]
    for other in others:
        graph = Graph.model_validate(other)
        assert similarity(signature(base), signature(graph)) < 1
        assert align(base, graph).shared < 1
    assert align(base, base) == (1, 1)


def test_alignment_knows_what_lies_within() -> None:
    """A part lies wholly within the whole; the whole does not lie within the part."""
    part, whole = star("a", "b"), star("a", "b", "c", "c")
    assert align(part, whole).contained == 1
    assert align(whole, part).contained == pytest.approx(3 / 7)
    assert align(part, whole).shared == align(whole, part).shared == pytest.approx(6 / 10)


def test_alignment_is_exact_where_greed_fails() -> None:
    """Equal labels are told apart by their edges."""
    left = Graph.model_validate(
        {"nodes": [["1", "a"], ["2", "a"], ["3", "b"]], "edges": [["1", "x", "2"], ["2", "y", "3"]]}
    )
    right = Graph.model_validate(
        {"nodes": [["1", "a"], ["2", "a"], ["3", "b"]], "edges": [["2", "x", "1"], ["1", "y", "3"]]}
    )
    assert align(left, right) == (1, 1)


def test_edges_join_known_nodes() -> None:
    """An edge that leads nowhere and a doubled id are refused."""
    with pytest.raises(ValueError, match="joins no known nodes"):
        Graph.model_validate({"nodes": [["1", "a"]], "edges": [["1", "x", "2"]]})
    with pytest.raises(ValueError, match="one id"):
        Graph.model_validate({"nodes": [["1", "a"], ["1", "b"]]})


def test_rare_words_weigh_more() -> None:
    """Relevance grows with rarity and with frequency, and stays below 1."""
    once, twice = text_vector("gem common"), text_vector("gem gem common")
    gem = text_vector("gem")[0][0]
    common = text_vector("common")[0][0]
    holders = {gem: 1, common: 9}
    asked = {text: rarities(text, holders, 10) for text in ("gem", "common", "gem absent", "common absent", "")}
    assert 0 < relevance(asked["common"], once) < 1
    assert relevance(asked["gem absent"], once) > relevance(asked["common absent"], once)
    assert relevance(asked["gem"], once) < relevance(asked["gem"], twice) < 1
    assert relevance(asked[""], once) == 0


def test_every_process_agrees() -> None:
    """The hash seed of the process has no influence on any vector."""
    script = (
        "from patternbank.embeddings import signature, text_vector\n"
        "from tests.patternbank.shelves import shelf, star\n"
        "print(signature(star('a', 'b', 'c', 'b')), text_vector('some words of some text'))\n"
        "print([pattern.digest for pattern in shelf().values()])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(said) == 1
    assert "(" in said.pop()
