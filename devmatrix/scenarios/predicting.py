"""Say which rows the database must hold before and after the judged calls of some scenarios."""

from collections.abc import Collection, Iterator

from devmatrix.artifacts.predictions import Around, Prediction
from devmatrix.artifacts.scenarios import Arrival, Call, DatabaseCheck
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.ir.application import ApplicationIR
from devmatrix.scenarios.bench import open_bench
from devmatrix.scenarios.playing.scene import Scene
from devmatrix.scenarios.playing.storage import quoted, stored_rows
from devmatrix.scenarios.suite import DERIVATIONS


def predict(application: ApplicationIR, ids: Collection[str]) -> dict[str, Prediction]:
    """Scenario -> its prediction; the suite is derived again until all of ``ids`` were met.

    A made row whose key no answer tells has ``Anything`` there. An id that the suite does not know is left out.
    """
    wanted = set(ids)
    found: dict[str, Prediction] = {}

    def keep(scene: Scene) -> None:
        if scene.stage.scenario in wanted:
            found[scene.stage.scenario] = prediction_of(scene)

    bench = open_bench(application)
    bench.witness = keep
    for operation in application.api.operations:
        for derive in DERIVATIONS:
            if len(found) == len(wanted):
                return found
            derive(bench, operation)
    return found


def prediction_of(scene: Scene) -> Prediction:
    """The rows around each call that was judged in a finished scene."""
    acts = [number for number, step in enumerate(scene.steps) if is_judged(step)]
    around = tuple(
        Around(
            step=step,
            before=stored_rows(scene.schema, reply.before, scene.wire),
            after=stored_rows(scene.schema, reply.world, scene.wire),
        )
        for step, reply in zip(acts, scene.replies, strict=True)
    )
    return Prediction(scenario=scene.stage.scenario, acts=around, keys=tuple(_keys(scene.schema)))


def is_judged(step: object) -> bool:
    """Whether a step is a judged call, or calls that are judged together."""
    return step.role == "act" if isinstance(step, Call) else not isinstance(step, DatabaseCheck | Arrival)


def _keys(schema: Schema) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entity in schema.entities.values():
        space, key = entity.storage.schema_name, entity.key_field
        yield quoted(space, entity.storage.table), (key.column or key.name,)
        for field in entity.fields:
            if field.association is not None:
                ends = (field.association.source_column, field.association.target_column)
                yield quoted(space, field.association.table), ends
