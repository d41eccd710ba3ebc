"""Whole applications: those that a bank remembers, and those that ask whether it has seen their like."""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.retrieval.cases import TRAINING
from benchmarks.retrieval.chance import spec
from benchmarks.retrieval.changes import adding_fields, drop_fields, drop_operations, merge, plain_fields, reorder
from benchmarks.retrieval.fragments import read_application, renamed, spec_texts, translated
from benchmarks.retrieval.measures import Outcome
from devmatrix.ir.application import ApplicationIR
from devmatrix.planning import application_signature, neutral_graph
from patternbank.embeddings import Graph, signature, similarity

OTHERS = 40
STRANGE = 40
ROUNDS = 3
NAMED = 10
Changing = Callable[[ApplicationIR, random.Random], ApplicationIR]


class Asking(NamedTuple):
    """An application as a structure, and the names of those that it was made of."""

    kind: str
    training: bool
    graph: Graph
    right: frozenset[str]


def drawn(application: ApplicationIR) -> Graph:
    """An application as the bank takes it."""
    return neutral_graph(application_signature(application))


def memory() -> dict[str, Graph]:
    """What is remembered: the shipped specs and applications made by chance."""
    texts = spec_texts() | {f"made {number}": spec(number) for number in range(OTHERS)}
    return {name: drawn(read_application(text)) for name, text in texts.items()}


def askings() -> Iterator[Asking]:
    """Every query for an application."""
    texts = spec_texts()
    applications = {name: read_application(text) for name, text in texts.items()}
    changes: dict[str, Changing] = {
        "fields added": adding_fields(plain_fields(tuple(applications.values()))),
        "fields dropped": drop_fields,
        "reordered": reorder,
        "operations dropped": drop_operations,
    }
    for name, application in applications.items():
        right, training = frozenset({name}), name in TRAINING
        yield Asking("renamed", training, drawn(read_application(renamed(texts[name]))), right)
        yield Asking("translated", training, drawn(read_application(translated(texts[name]))), right)
        for kind, change in changes.items():
            for turn in range(ROUNDS):
                chance = random.Random(f"{name} {kind} {turn}")
                yield Asking(kind, training, drawn(change(application, chance)), right)
    yield from _merged(texts)
    for number in range(STRANGE):
        unseen = read_application(spec(1000 + number))
        yield Asking("no answer", number % 2 == 0, drawn(unseen), frozenset())


def _merged(texts: dict[str, str]) -> Iterator[Asking]:
    names = sorted(texts)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            both = merge(read_application(texts[first]), read_application(translated(renamed(texts[second]))))
            training = first in TRAINING and second in TRAINING
            yield Asking("two in one", training, drawn(both), frozenset({first, second}))


def outcomes(asked: tuple[Asking, ...], remembered: dict[str, Graph], enough: float) -> list[Outcome]:
    """What the bank's measure answers: the likeness of signatures, and nothing below ``enough``."""
    signed = {name: signature(graph) for name, graph in remembered.items()}
    found = []
    for asking in asked:
        own = signature(asking.graph)
        scored = sorted(((-round(similarity(own, other), 9), name) for name, other in signed.items()))[:NAMED]
        names, scores = tuple(name for _, name in scored), tuple(-score for score, _ in scored)
        found.append(Outcome(asking.kind, asking.right, names, scores, scores[0] < enough))
    return found
