"""Find entities whose rows can never be made, because each needs another first."""

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity


def check_required_cycles(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """References that are never null must not lead back to where they start."""
    needs = {entity.name: _needs(entity) for entity in application.domain.entities if not entity.external}
    makeable: set[str] = {entity.name for entity in application.domain.entities if entity.external}
    while ready := {name for name, wanted in needs.items() if name not in makeable and wanted <= makeable}:
        makeable |= ready
    return tuple(
        _finding(application, entity, needs)
        for entity in application.domain.entities
        if entity.name not in makeable and _on_cycle(entity.name, needs)
    )


def _needs(entity: Entity) -> frozenset[str]:
    """The entities of which a row must be there before one of this entity is made."""
    found = (field.type for field in entity.fields if not field.nullable)
    return frozenset(kind.entity for kind in found if kind.kind == "reference")


def _on_cycle(name: str, needs: dict[str, frozenset[str]]) -> bool:
    reached: set[str] = set()
    waiting = list(needs[name])
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(needs.get(current, ()))
    return name in reached


def _finding(application: ApplicationIR, entity: Entity, needs: dict[str, frozenset[str]]) -> Diagnostic:
    wanted = next(name for name in sorted(needs[entity.name]) if name == entity.name or name in needs)
    return finding(
        "DM705",
        place_of(entity, application),
        f"no {entity.name} can ever be made: it needs a {wanted}, and that leads back to {entity.name}",
        "make one of the references optional",
    )
