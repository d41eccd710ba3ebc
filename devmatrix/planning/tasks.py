"""Break an application into tasks, in the order in which they are built."""

from collections.abc import Iterator

from devmatrix.artifacts.plan import Plan, Task
from devmatrix.expressions.lasting import answer_lasts
from devmatrix.expressions.lone_rows import touches_one_row
from devmatrix.expressions.reaching import asks_elsewhere
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.planning.application_graph import application_graph
from devmatrix.planning.entity_graph import entity_graph
from devmatrix.planning.operation_graph import operation_graph

STACK = ("python", "fastapi", "pydantic", "sqlalchemy", "asyncpg", "alembic", "postgresql")
APPLICATION = "application"
"""The node of what is built once."""
ONE_ROW = "touches.one-row"
"""What the bank is told of an operation that touches a single row and reads no other."""

LASTING = "answers.lasting"
"""What the bank is told of a read whose answer stays the same until the application itself writes."""

FOUNDATION = (
    ("app.project", "project metadata and lock file"),
    ("app.config", "configuration"),
    ("app.logging", "logging"),
    ("app.database", "database sessions and transactions"),
    ("app.errors", "refusals as answers"),
    ("app.types", "types of the wire"),
)
CROWN = (
    ("app.routing", "routes"),
    ("app.health", "health and readiness"),
    ("app.main", "application factory"),
    ("app.migration-env", "migration environment"),
    ("app.migration", "first migration"),
    ("app.deletion", "what becomes of deleted rows"),
    ("app.openapi", "document of the interface"),
    ("app.seed-script", "rows to look at"),
    ("app.readme", "introduction for readers"),
)


def plan(application: ApplicationIR) -> Plan:
    """The tasks: what everything stands on, each entity, each operation, what joins them."""
    settings = _settings(application)
    tasks = (
        *_application_tasks(application, FOUNDATION),
        *_paging_tasks(application),
        *_dependent_tasks(application),
        *_entity_tasks(application),
        *_operation_tasks(application),
        *_application_tasks(application, CROWN),
    )
    return Plan(stack=STACK, tasks=tuple(task.model_copy(update={"settings": settings}) for task in tasks))


def _settings(application: ApplicationIR) -> tuple[tuple[str, str], ...]:
    infrastructure = application.infrastructure
    return (
        ("deletes", infrastructure.storage.deletes),
        ("keys", infrastructure.storage.keys),
        ("locking", infrastructure.storage.locking),
        ("paging", infrastructure.wire.paging),
        ("problem_format", infrastructure.wire.problem_format),
        ("reads", infrastructure.storage.reads),
        ("timestamps", "on" if infrastructure.storage.timestamps else "none"),
    )


def _application_tasks(application: ApplicationIR, wanted: tuple[tuple[str, str], ...]) -> Iterator[Task]:
    graph = application_graph(application)
    for capability, title in wanted:
        yield Task(id=capability, capability=capability, node=APPLICATION, title=title, graph=graph)


def _paging_tasks(application: ApplicationIR) -> Iterator[Task]:
    if any(operation.verb == "list" for operation in application.api.operations):
        yield from _application_tasks(application, (("app.pagination", "pages of lists"),))


def _dependent_tasks(application: ApplicationIR) -> Iterator[Task]:
    if asks_elsewhere(application):
        yield from _application_tasks(application, (("app.dependents", "rules that read other rows"),))


def _entity_tasks(application: ApplicationIR) -> Iterator[Task]:
    homes = {application.home(operation) for operation in application.api.operations}
    for entity in application.domain.entities:
        graph = entity_graph(application, entity)
        parts = ["external-model" if entity.external else "model", "schemas", "repository"]
        parts += ["service", "router"] if entity.name in homes else []
        for part in parts:
            yield Task(
                id=f"entity.{part}:{entity.name}",
                capability=f"entity.{part}",
                node=entity.id,
                title=f"{part} of {entity.name}",
                graph=graph,
                span=entity.span,
            )


def _operation_tasks(application: ApplicationIR) -> Iterator[Task]:
    for operation in application.api.operations:
        yield Task(
            id=f"operation.{operation.verb}:{operation.wire}",
            capability=f"operation.{operation.verb}",
            node=operation.id,
            title=f"{operation.method} {operation.path}",
            graph=operation_graph(application, operation),
            facts=tuple(_facts(application, operation)),
            span=operation.span,
        )


def _facts(application: ApplicationIR, operation: Operation) -> Iterator[str]:
    if touches_one_row(application, operation):
        yield ONE_ROW
    if answer_lasts(application, operation):
        yield LASTING
