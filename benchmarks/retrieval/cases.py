"""Queries whose right answers are fixed by how the queries were made, never by what a ranker says."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.retrieval import chance as by_chance
from benchmarks.retrieval.changes import adding_fields, drop_fields, glue, plain_fields, reorder
from benchmarks.retrieval.fragments import (
    Fragment,
    fragments,
    in_words,
    read_application,
    renamed,
    spec_texts,
    translated,
    translation,
)
from benchmarks.retrieval.shelf import Shelf
from devmatrix.ir.application import ApplicationIR
from devmatrix.planning import STACK, neutral_graph, plan
from patternbank.embeddings import Graph
from patternbank.patterns import PatternManifest, Subject, misfits
from patternbank.retrieval import Query

TRAINING = ("ecommerce_api", "playlists_api", "zints_api")
"""Specs whose queries the weights may be tuned on; the others only ever measure."""
ROUNDS = 2
GLUED = 30
STRANGE = 90
WORDS_ALONE = 40


class Case(NamedTuple):
    """A query, where it comes from, and the names of its right answers; none means that there is no right answer."""

    id: str
    kind: str
    training: bool
    query: Query
    right: frozenset[str]


def cases(shelf: Shelf) -> tuple[Case, ...]:
    """All queries for patterns, in a fixed order, each kind in a fixed number."""
    return (*_of_specs(shelf), *_glued(shelf), *_worded(shelf), *_strange())


def _of_specs(shelf: Shelf) -> Iterator[Case]:
    texts = spec_texts()
    donors = plain_fields([read_application(text) for text in texts.values()])
    for spec, text in texts.items():
        application = read_application(text)
        own = fragments(application)
        names = translation(text)
        foreign = tuple(in_words(fragment, names) for fragment in own)
        yield from _pairs(shelf, spec, "renamed", own, fragments(read_application(renamed(text))))
        there = fragments(read_application(translated(text)))
        yield from _pairs(
            shelf, spec, "translated", own, [f._replace(text=t.text) for f, t in zip(there, foreign, strict=True)]
        )
        for turn in range(ROUNDS):
            yield from _changed(shelf, spec, f"fields added {turn}", application, adding_fields(donors))
            yield from _changed(shelf, spec, f"fields dropped {turn}", application, drop_fields)
            yield from _changed(shelf, spec, f"reordered {turn}", application, reorder)


def _changed(
    shelf: Shelf,
    spec: str,
    title: str,
    application: ApplicationIR,
    change: Callable[[ApplicationIR, random.Random], ApplicationIR],
) -> Iterator[Case]:
    """The fragments whose structure a change has touched."""
    after = {each.node: each for each in fragments(change(application, random.Random(f"{spec} {title}")))}
    before = [each for each in fragments(application) if after[each.node].graph != each.graph]
    yield from _pairs(shelf, spec, title, before, [after[each.node] for each in before])


def _pairs(shelf: Shelf, spec: str, title: str, own: Sequence[Fragment], asked: Sequence[Fragment]) -> Iterator[Case]:
    """One query for each pattern that a fragment was made into."""
    seen: set[str] = set()
    for before, after in zip(own, asked, strict=True):
        made = shelf.made_for(before.graph)
        assert made is not None
        if made not in seen:
            seen.add(made)
            exact = shelf.made_for(after.graph)
            right = frozenset({made, exact} - {None})
            kind = title.rstrip("0123456789 ")
            yield Case(f"{spec} {title} {before.node}", kind, spec in TRAINING, _query(after.text, after), right)  # type: ignore[arg-type]


def _glued(shelf: Shelf) -> Iterator[Case]:
    """Two fragments of different specs in one: either answer is right."""
    every = [(spec, f) for spec, text in spec_texts().items() for f in fragments(read_application(text))]
    flows = [(spec, each) for spec, each in every if each.capability == "operation.flow"]
    for number in range(GLUED):
        chance = random.Random(f"glued {number}")
        (first_spec, first), (second_spec, second) = chance.sample(flows, 2)
        both = Fragment("", first.capability, f"{first.text} {second.text}", glue(first.graph, second.graph))
        right = frozenset(name for each in (first, second) if (name := shelf.made_for(each.graph)) is not None)
        training = first_spec in TRAINING and second_spec in TRAINING
        yield Case(f"glued {number}", "two in one", training, _query(both.text, both), right)


def _worded(shelf: Shelf) -> Iterator[Case]:
    """Half of the words of a pattern that no other has with these words, and no structure."""
    made = {pattern.name: pattern for pattern in shelf.patterns if pattern.name.startswith("made-")}
    flows = [pattern for pattern in made.values() if pattern.manifest.capability == "operation.flow"]
    same = {pattern.name: _same_words(shelf, pattern.manifest.description) for pattern in flows}
    for number, pattern in enumerate(flows[:WORDS_ALONE]):
        chance = random.Random(f"words {number}")
        words = pattern.manifest.description.split()
        kept = " ".join(chance.sample(words, max(2, len(words) // 2)))
        yield Case(f"words {number}", "words alone", number % 2 == 0, Query(text=kept, limit=10), same[pattern.name])


def _same_words(shelf: Shelf, text: str) -> frozenset[str]:
    return frozenset(pattern.name for pattern in shelf.patterns if pattern.manifest.description == text)


def _strange() -> Iterator[Case]:
    """Structures that nobody made a pattern for: of another trade, and of known labels wired by chance."""
    every = [fragment for text in spec_texts().values() for fragment in fragments(read_application(text))]
    labels = sorted({node.label for fragment in every for node in fragment.graph.nodes})
    edges = sorted({edge.label for fragment in every for edge in fragment.graph.edges})
    words = sorted({word for fragment in every for word in fragment.text.lower().split() if word.isalpha()})
    for number in range(STRANGE):
        chance = random.Random(f"strange {number}")
        graph = by_chance.strange(chance) if number % 2 else by_chance.wired(chance, labels, edges)
        if number % 3 == 0:
            graph = glue(_beginning(chance.choice(every).graph), graph)
        asked = Fragment("", "", by_chance.said(chance, words), graph)
        yield Case(f"strange {number}", "no answer", number % 4 < 2, _query(asked.text, asked), frozenset())


def _beginning(graph: Graph) -> Graph:
    """The first third of a structure: something familiar in what is strange."""
    kept = graph.nodes[: max(2, len(graph.nodes) // 3)]
    ids = {node.id for node in kept}
    return Graph(nodes=kept, edges=tuple(edge for edge in graph.edges if {edge.source, edge.target} <= ids))


def planner_cases(patterns: Sequence[PatternManifest]) -> tuple[Case, ...]:
    """What a build asks: each task of each renamed spec; right is what was shipped for its capability and fits."""
    found: dict[tuple[object, ...], Case] = {}
    for spec, text in spec_texts().items():
        made = plan(read_application(renamed(text)))
        for task in made.tasks:
            query = Query(
                capability=task.capability,
                graph=neutral_graph(task.graph),
                stack=made.stack,
                text=task.text,
                settings=task.settings,
            )
            right = frozenset(each.name for each in patterns if _serves(each, query))
            case = Case(f"{spec} {task.id}", "asked by a build", spec in TRAINING, query, right)
            found.setdefault((task.capability, task.graph, task.settings), case)
    return tuple(found.values())


def _serves(manifest: PatternManifest, query: Query) -> bool:
    """Whether a pattern's own words say that it serves: its capability and its predicate."""
    subject = Subject(query.graph, query.facts, query.settings)
    return query.capability in manifest.capabilities and next(misfits(manifest.when, subject), None) is None


def _query(text: str, fragment: Fragment) -> Query:
    return Query(graph=fragment.graph, text=text, stack=STACK, limit=10)
