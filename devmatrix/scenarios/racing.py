"""Races: the same call made twice at once must end as if it had been made twice, one after the other."""

from collections.abc import Sequence

from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import walk_statements
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import happy_situation, shown_by, title_of
from devmatrix.scenarios.playing.model import Reply, play
from devmatrix.scenarios.playing.requests import Request, request_of
from devmatrix.scenarios.playing.scene import Scene
from devmatrix.scenarios.playing.staging import set_stage
from devmatrix.scenarios.playing.storage import quoted


def derive_race(bench: Bench, operation: Operation) -> None:
    """A scenario for an operation whose second call meets what the first has done; none where they do not meet."""
    situation = happy_situation(bench, operation) if written_tables(bench, operation) else None
    if situation is None or not meets_itself(*_played_twice(bench, operation, situation)):
        return
    scene = bench.scene(operation, "race", situation)
    request = request_of(operation, scene.stage)
    keep_race(bench, operation, scene, (request, request), "twice at once is once after the other")


def keep_race(bench: Bench, operation: Operation, scene: Scene, requests: Sequence[Request], what: str) -> None:
    """The scenario in which these calls are made at once, and every row that they change is seen."""
    reply = scene.act_together(requests, written_tables(bench, operation))
    before, after = scene.stage.world.rows, scene.world.rows
    labels = dict.fromkeys((*before, *after))
    scene.look(at for at in labels if at not in before or at not in after or before[at].values != after[at].values)
    covers = shown_by(bench, operation, reply)
    bench.keep(scene, f"{title_of(operation)}: {what}", "race", operation, covers, alone=True)


def meets_itself(first: Reply, second: Reply) -> bool:
    """Whether the second of two equal calls ends otherwise, or changes once more a row that was there before both."""
    if first.refusal is not None:
        return False
    if second.refusal is not None:
        return True
    once, twice = first.world.rows, second.world.rows
    kept = [label for label in first.before.rows if label in once]
    return any(label not in twice or once[label].values != twice[label].values for label in kept)


def _played_twice(bench: Bench, operation: Operation, situation: Situation) -> tuple[Reply, Reply]:
    """What the model says to a situation's call, and then to the same call again."""
    stage = set_stage(bench.schema, "trial", 0, situation, relative=operation.id in bench.relative)
    request = request_of(operation, stage)
    first = play(bench.schema, request, stage.world, stage.context)
    return first, play(bench.schema, request.again(first.before, first.world), first.world, stage.context)


def written_tables(bench: Bench, operation: Operation) -> tuple[str, ...]:
    """The quoted tables in which the operation itself writes, those behind many lists included."""
    found: dict[str, None] = {}
    for statement in walk_statements(bench.schema.statements.get(operation.id, ())):
        for entity, name in statement.writes:
            storage = bench.schema.entities[entity].storage
            field = bench.schema.fields[entity, name] if name is not None else None
            behind = field.association if field is not None else None
            found[quoted(storage.schema_name, storage.table if behind is None else behind.table)] = None
    return tuple(found)
