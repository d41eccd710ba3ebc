"""Find names that meet on the wire: inputs of one operation, members of one answer, schemas."""

from collections.abc import Iterable, Iterator

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import Placed


def check_wire_names(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """Every name that travels is there once in its place."""
    return (*_inputs(application), *_answers(application), *_schemas(application))


def _inputs(application: ApplicationIR) -> Iterator[Diagnostic]:
    for operation in application.api.operations:
        for source in ("body", "query"):
            given = [(item.wire, item) for item in operation.inputs if item.source == source]
            for wire, second in _repeated(given):
                yield finding(
                    "DM704",
                    place_of(second, operation, application),
                    f"two inputs of {operation.method} {operation.path} travel as '{wire}'",
                    "rename one of the fields",
                )


def _answers(application: ApplicationIR) -> Iterator[Diagnostic]:
    for entity in application.domain.entities:
        for wire, second in _repeated([(field.wire, field) for field in entity.fields]):
            yield finding(
                "DM704",
                place_of(second, entity, application),
                f"two fields of {entity.name} travel as '{wire}'",
                "rename one of the fields",
            )


def _schemas(application: ApplicationIR) -> Iterator[Diagnostic]:
    for wire, second in _repeated([(entity.wire, entity) for entity in application.domain.entities]):
        yield finding(
            "DM704", place_of(second, application), f"two entities travel as '{wire}'", "rename one of the entities"
        )


def _repeated(named: Iterable[tuple[str, Placed]]) -> Iterator[tuple[str, Placed]]:
    seen: set[str] = set()
    for name, node in named:
        if name in seen:
            yield name, node
        seen.add(name)
