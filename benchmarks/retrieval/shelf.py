"""The banks that are asked: what the specs are made of, rivals that differ in one part, and what fits nothing."""

import random
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.retrieval.chance import said, wired
from benchmarks.retrieval.fragments import Fragment, fragments, read_application, spec_texts
from devmatrix.planning import STACK
from patternbank.bank import Bank
from patternbank.embeddings import Edge, Graph, Node, SparseVector, signature
from patternbank.embeddings.dense import Encoder
from patternbank.lifecycle import Change
from patternbank.loading import load_shipped
from patternbank.patterns import PatternManifest, PatternVersion, Status
from patternbank.ports import Store
from patternbank.stores.embedded import EmbeddedStore

DISTRACTORS = 400
MAKER = Change(by="evaluation", why="to be found")


class Shelf:
    """Patterns with the fragments that they were made for."""

    def __init__(self) -> None:
        self._names: dict[SparseVector, str] = {}
        self.patterns: list[PatternVersion] = []
        texts = spec_texts()
        every = [fragment for text in texts.values() for fragment in fragments(read_application(text))]
        for fragment in every:
            key = signature(fragment.graph)
            if key not in self._names:
                self._names[key] = f"made-{len(self._names):03d}"
                self.patterns.append(_pattern(self._names[key], fragment))
        self.patterns += _rivals(every)
        self.patterns += list(distractors(every))

    def made_for(self, graph: Graph) -> str | None:
        """The name of the pattern that was made for exactly this structure."""
        return self._names.get(signature(graph))

    def bank(self, encoder: Encoder | None = None, store: Store | None = None) -> Bank:
        """A bank with the shipped patterns and all of these."""
        opened = store or EmbeddedStore(encoder=encoder)
        load_shipped(opened)
        opened.add(self.patterns, MAKER)
        return Bank(opened, encoder=encoder)


def planner_bank(capabilities: Sequence[str], encoder: Encoder | None = None) -> Bank:
    """The shipped patterns, and for each capability five others that were made for something else."""
    every = [fragment for text in spec_texts().values() for fragment in fragments(read_application(text))]
    store = EmbeddedStore(encoder=encoder)
    load_shipped(store)
    strange = distractors(every, count=5 * len(capabilities), capabilities=capabilities)
    store.add(list(strange), MAKER)
    return Bank(store, encoder=encoder)


def distractors(
    every: Sequence[Fragment], count: int = DISTRACTORS, capabilities: Sequence[str] = ()
) -> Iterator[PatternVersion]:
    """Patterns of the same labels and words as the specs, wired by chance."""
    labels = sorted({node.label for fragment in every for node in fragment.graph.nodes})
    edges = sorted({edge.label for fragment in every for edge in fragment.graph.edges})
    words = sorted({word for fragment in every for word in fragment.text.lower().split() if word.isalpha()})
    offered = sorted(capabilities) or sorted({fragment.capability for fragment in every})
    for number in range(count):
        chance = random.Random(f"distractor {number}")
        fragment = Fragment("", offered[number % len(offered)], said(chance, words), wired(chance, labels, edges))
        yield _pattern(f"other-{number:04d}", fragment)


def _rivals(every: Iterable[Fragment]) -> Iterator[PatternVersion]:
    """For each flow and creation a pattern with the same words that was made for one step more."""
    wanted = [fragment for fragment in every if fragment.capability in ("operation.flow", "operation.create")]
    for number, fragment in enumerate(wanted):
        label = ("guard", "effect.update", "loop")[number % 3]
        graph = fragment.graph
        root = graph.nodes[0].id
        nodes = (*graph.nodes, Node(id="rival", label=label), Node(id="rival2", label="ensure"))
        edges = (
            Edge(source=root, label="does", target="rival"),
            Edge(source=root, label="does", target="rival2"),
            Edge(source="rival", label="then", target="rival2"),
        )
        grown = Graph(nodes=nodes, edges=(*graph.edges, *edges))
        yield _pattern(f"rival-{number:03d}", fragment._replace(graph=grown))


def _pattern(name: str, fragment: Fragment) -> PatternVersion:
    manifest = PatternManifest(
        name=name,
        version="1.0.0",
        title=fragment.text[:200],
        description=fragment.text[:10000],
        category="evaluation",
        stack=STACK[:2],
        capability=fragment.capability,
        status=Status.GOLDEN,
        view="nothing",
        features=fragment.graph,
    )
    return PatternVersion(manifest=manifest, files=())
