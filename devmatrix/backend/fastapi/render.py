"""Bindings to a file tree: each pattern is rendered with the view of its task, the pieces become files."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.scenarios import StoredRow
from devmatrix.artifacts.steering import Rewrite
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.backend.fastapi.entities import choices_view, constraints_view, entity_view
from devmatrix.backend.fastapi.operations import operation_view, service_view
from devmatrix.backend.fastapi.project import VIEWS
from devmatrix.backend.fastapi.repositories import repository_view
from devmatrix.backend.fastapi.schemas import entity_schemas_view
from devmatrix.backend.fastapi.seed_script import seed_script_view
from devmatrix.backend.fastapi.target import Target
from devmatrix.backend.openapi import describe
from devmatrix.ir.application import ApplicationIR
from patternbank.bank import Bank
from patternbank.rendering import ComposedFile, RenderedPiece, compose, format_tree, render

View = dict[str, Any]


def render_application(
    application: ApplicationIR, bindings: tuple[Binding, ...], bank: Bank, seeds: tuple[StoredRow, ...] = ()
) -> FileTree:
    """The whole application in memory, formatted, with ``openapi.json``.

    ``seeds`` are the rows of the seed script. CannotLower where an expression has no form in this target.
    """
    renderer = Renderer(application, seeds)
    pieces: list[RenderedPiece] = []
    for place, binding in enumerate(bindings):
        pieces.extend(renderer.pieces(binding, bank, key=f"{place:05d}"))
    composed = compose(pieces)
    texts = format_tree({file.path: file.text for file in composed})
    files = tuple(GeneratedFile(path=f.path, text=texts[f.path], origins=tuple(_origins(f))) for f in composed)
    return FileTree(files=tuple(sorted((*files, _document(application)), key=lambda file: file.path)))


class Renderer:
    """Renders bindings of one application, one by one."""

    def __init__(self, application: ApplicationIR, seeds: tuple[StoredRow, ...] = ()) -> None:
        self._views = Views(Target(application), seeds)

    def pieces(self, binding: Binding, bank: Bank, *, key: str = "") -> Iterable[RenderedPiece]:
        """What a bound pattern gives for its task."""
        pattern = bank.version(binding.pattern, binding.version)
        slots = {name: json.loads(value) for name, value in binding.slots}
        rendered = render(pattern, self._views.of(binding), slots, node=binding.node, key=key)
        return _rewritten(rendered, binding.rewrites) if binding.rewrites else rendered


def _rewritten(pieces: Iterable[RenderedPiece], rewrites: tuple[Rewrite, ...]) -> Iterator[RenderedPiece]:
    from devmatrix.backend.codemods import rewritten  # what reads and writes Python takes a while to load

    return (rewritten(piece, rewrites) for piece in pieces)


def _document(application: ApplicationIR) -> GeneratedFile:
    """``openapi.json``, from the typed application."""
    return GeneratedFile(path="openapi.json", text=json.dumps(describe(application), indent=1) + "\n")


class Views:
    """The views of one application; each operation is lowered once."""

    def __init__(self, target: Target, seeds: tuple[StoredRow, ...]) -> None:
        self.target = target
        self.seeds = seeds
        self.operations: dict[str, View] = {o.id: operation_view(target, o) for o in target.application.api.operations}

    def of(self, binding: Binding) -> View:
        """What the pattern that is bound to a task sees."""
        capability, target = binding.capability, self.target
        if capability.startswith("operation."):
            return self.operations[binding.node]
        if capability.startswith("entity."):
            return self._entity(capability, binding.node)
        if capability == "app.choices":
            return choices_view(target)
        if capability == "app.constraints":
            return constraints_view(target)
        if capability == "app.entities":
            entities = target.application.domain.entities
            return {"entities": [{"name": target.class_of(e.name), "module": target.module(e.name)} for e in entities]}
        if capability == "app.seed-script":
            return seed_script_view(target, self.seeds)
        return VIEWS[capability](target) if capability in VIEWS else {}

    def _entity(self, capability: str, node: str) -> View:
        entity = next(e for e in self.target.application.domain.entities if e.id == node)
        match capability:
            case "entity.model" | "entity.external-model":
                return entity_view(self.target, entity)
            case "entity.schemas":
                return entity_schemas_view(self.target, entity)
            case "entity.repository":
                return repository_view(self.target, entity)
            case _:
                mine = [self.operations[o.id] for o in self.target.homes.get(entity.name, ())]
                return service_view(self.target, entity, mine)


def _origins(file: ComposedFile) -> Iterator[Origin]:
    for source in file.sources:
        pattern, _, version = source.pattern.partition("@")
        yield Origin(
            qualified_name=source.name, pattern=pattern, version=version, fragment=source.fragment, node=source.node
        )
