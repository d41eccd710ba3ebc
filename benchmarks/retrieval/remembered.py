"""Whole applications: those that a bank remembers, and those that ask whether it has seen their like."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import NamedTuple

from benchmarks.retrieval.cases import TRAINING
from benchmarks.retrieval.chance import spec
from benchmarks.retrieval.changes import adding_fields, drop_fields, drop_operations, merge, plain_fields, reorder
from benchmarks.retrieval.fragments import read_application, renamed, spec_texts, translated
from benchmarks.retrieval.measures import Outcome
from devmatrix.ir.application import ApplicationIR
from devmatrix.planning import application_signature, neutral_graph
from patternbank.embeddings import Graph, signature, similarity
from patternbank.retrieval.applications import count_alike

OTHERS = 40
STRANGE = 360
"""As many strangers as there are applications made by chance and changed: every other one of each is held out."""
ROUNDS = 3
MADE = "made by chance, changed"
NAMED = 10
ALIKE_GRID = tuple(hundredth / 100 for hundredth in range(80, 96))
APART_GRID = tuple(hundredth / 100 for hundredth in range(10, 50))
Changing = Callable[[ApplicationIR, random.Random], ApplicationIR]


class Asking(NamedTuple):
    """An application as a structure, and the names of those that it was made of."""

    kind: str
    graph: Graph
    right: frozenset[str]


def drawn(application: ApplicationIR) -> Graph:
    """An application as the bank takes it."""
    return neutral_graph(application_signature(application))


def memory() -> dict[str, Graph]:
    """What is remembered: the shipped specs and applications made by chance."""
    texts = spec_texts() | {f"made {number}": spec(number) for number in range(OTHERS)}
    return {name: drawn(read_application(text)) for name, text in texts.items()}


def askings(*, training: bool) -> Iterator[Asking]:
    """Every query for an application: those for training, or those that are held out."""
    texts = spec_texts()
    changes = _changes(texts)
    for name, text in texts.items():
        if (name in TRAINING) == training:
            yield from _of_spec(name, text, changes)
    yield from _merged(texts, training=training)
    yield from _made(range(0 if training else 1, OTHERS, 2), changes)
    for number in range(0 if training else 1, STRANGE, 2):
        yield Asking("no answer", drawn(read_application(spec(1000 + number))), frozenset())


def _changes(texts: Mapping[str, str]) -> dict[str, Changing]:
    return {
        "fields added": adding_fields(plain_fields([read_application(text) for text in texts.values()])),
        "fields dropped": drop_fields,
        "reordered": reorder,
        "operations dropped": drop_operations,
    }


def _of_spec(name: str, text: str, changes: Mapping[str, Changing]) -> Iterator[Asking]:
    application, right = read_application(text), frozenset({name})
    yield Asking("renamed", drawn(read_application(renamed(text))), right)
    yield Asking("translated", drawn(read_application(translated(text))), right)
    for kind, change in changes.items():
        for turn in range(ROUNDS):
            chance = random.Random(f"{name} {kind} {turn}")
            yield Asking(kind, drawn(change(application, chance)), right)


def _made(numbers: Iterable[int], changes: Mapping[str, Changing]) -> Iterator[Asking]:
    """The applications made by chance, changed as well."""
    for number, kind, turn in product(numbers, changes, range(ROUNDS)):
        if kind != "reordered":
            changed = changes[kind](read_application(spec(number)), random.Random(f"made {number} {kind} {turn}"))
            yield Asking(MADE, drawn(changed), frozenset({f"made {number}"}))


def _merged(texts: Mapping[str, str], *, training: bool) -> Iterator[Asking]:
    """Two specs in one; for training those of which both are."""
    for first, second in combinations(sorted(texts), 2):
        if (first in TRAINING and second in TRAINING) == training:
            both = merge(read_application(texts[first]), read_application(translated(renamed(texts[second]))))
            yield Asking("two in one", drawn(both), frozenset({first, second}))


def outcomes(asked: Iterable[Asking], remembered: dict[str, Graph]) -> list[Outcome]:
    """What the bank answers: by the likeness of signatures, and nothing that is as like as any other would be."""
    signed = {name: signature(graph) for name, graph in remembered.items()}
    found = []
    for asking in asked:
        own = signature(asking.graph)
        scored = sorted(((-round(similarity(own, other), 9), name) for name, other in signed.items()))[:NAMED]
        names, scores = tuple(name for _, name in scored), tuple(-score for score, _ in scored)
        found.append(Outcome(asking.kind, asking.right, names, scores, not count_alike(scores)))
    return found


def thresholds(asked: Iterable[Asking], remembered: dict[str, Graph]) -> Iterator[tuple[float, float, float]]:
    """How well each pair of thresholds tells what is remembered from what is not, the best first."""
    plain = outcomes(asked, remembered)
    tried = []
    for alike, apart in product(ALIKE_GRID, APART_GRID):
        silent = [not count_alike(each.scores, alike, apart) for each in plain]
        known = [not each for each, outcome in zip(silent, plain, strict=True) if outcome.right]
        unknown = [each for each, outcome in zip(silent, plain, strict=True) if not outcome.right]
        tried.append(((sum(known) / len(known) + sum(unknown) / len(unknown)) / 2, alike, apart))
    yield from sorted(tried, key=lambda one: (-round(one[0], 6), one[1:]))
