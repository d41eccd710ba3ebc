"""Specs as applications, and applications as the fragments that patterns are made for."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.retrieval.foreign import foreign, translate
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity
from devmatrix.pipeline.build import read
from devmatrix.pipeline.recorder import Recorder
from devmatrix.planning import neutral_graph
from devmatrix.planning.entity_graph import entity_graph
from devmatrix.planning.operation_graph import operation_graph
from patternbank.embeddings import Graph
from tests.properties.renaming import identifiers, rename, unlike, words_of

SPECS = Path(__file__).parents[2] / "seeds" / "specs"
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Fragment(NamedTuple):
    """An entity or an operation of an application: what is asked for, in structure and in words."""

    node: str
    capability: str
    text: str
    graph: Graph


def spec_texts() -> dict[str, str]:
    """The shipped specs by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.md"))}


@lru_cache(maxsize=256)
def read_application(text: str) -> ApplicationIR:
    """The refined application of a spec; AssertionError for one with findings."""
    found = read(text.encode(), "spec.md", Recorder())
    assert found.application is not None, [item.render() for item in found.diagnostics][:3]
    return found.application


def renamed(text: str) -> str:
    """The spec with every identifier renamed."""
    return rename(text, unlike(identifiers(text), frozenset(words_of(text))))


def translation(text: str) -> Mapping[str, str]:
    """A foreign word for each word of an identifier."""
    return foreign(identifiers(text), frozenset(words_of(text)))


def translated(text: str) -> str:
    """The spec with foreign identifiers."""
    return rename(text, translation(text))


def fragments(application: ApplicationIR) -> tuple[Fragment, ...]:
    """Every entity and every operation, in the application's order."""
    entities = (_of_entity(application, entity) for entity in application.domain.entities)
    return (*entities, *(_of_operation(application, operation) for operation in application.api.operations))


def in_words(fragment: Fragment, names: Mapping[str, str]) -> Fragment:
    """The fragment with its text in another language."""
    return fragment._replace(text=translate(fragment.text, names))


def _of_entity(application: ApplicationIR, entity: Entity) -> Fragment:
    words = [entity.name, entity.documentation, *(field.name for field in entity.fields if field.role == "plain")]
    return Fragment(entity.id, "entity.model", _plain(words), neutral_graph(entity_graph(application, entity)))


def _of_operation(application: ApplicationIR, operation: Operation) -> Fragment:
    words = [operation.name, operation.entity or "", operation.title, operation.documentation]
    words += [refusal.text for refusal in operation.refusals if refusal.cause == "refused"]
    graph = neutral_graph(operation_graph(application, operation))
    return Fragment(operation.id, f"operation.{operation.verb}", _plain(words), graph)


def _plain(parts: list[str]) -> str:
    return " ".join(_CAPITALS.sub(" ", part).replace("_", " ") for part in parts if part)
