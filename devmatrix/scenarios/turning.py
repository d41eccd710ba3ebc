"""Pages that go on from where the one before ended: they join to the whole, and take no place that is none."""

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import World
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.tests import Obligation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.playing.requests import Place, Request, request_of
from devmatrix.scenarios.playing.scene import Scene

_NOWHERE = ("nowhere", "AAAA", "-_-")


def derive_places(bench: Bench, operation: Operation, world: Situation, obligation: Obligation) -> Scene | None:
    """A scene for what a list promises of its pages, if such rows are at hand."""
    if obligation.detail not in ("joined", "arrival", "cursor"):
        return None
    scene = bench.scene(operation, f"paging/{obligation.detail}", world)
    request = request_of(operation, scene.stage)
    match obligation.detail:
        case "joined":
            return scene if _join(scene, request) else None
        case "arrival":
            return scene if _let_arrive(scene, request) else None
        case _:
            return scene if _misplace(scene, request) else None


def turn_pages(scene: Scene, request: Request, limit: int, place: Place | None = None) -> int:
    """Go from page to page until nothing comes after; how many there were. Only where a list tells places."""
    after, rows = _taking(request.operation, "after"), _taking(request.operation, "limit")
    if after is None or rows is None:
        return 0
    turned = 0
    while turned == 0 or place is not None:
        where = () if place is None else ((after.wire, place),)
        place = scene.turn(request.asking(*request.query, (rows.wire, limit), *where))
        turned += 1
    return turned


def _join(scene: Scene, request: Request) -> bool:
    """Pages of two rows and of one, and a page that just holds all of them."""
    page = scene.act(request).page
    if page is None or page.total < 2 or not page.ordered:
        return False
    for limit in (2, 1, page.total):
        turn_pages(scene, request, limit)
    return True


def _let_arrive(scene: Scene, request: Request) -> bool:
    """Between two pages, rows come in before the place that was reached and behind it."""
    page = scene.act(request).page
    scene.steps.clear()
    scene.replies.clear()
    if page is None or not page.ordered:
        return False
    free = [label for label in page.items if _is_free(scene.world, label)]
    others = [label for label in page.items if label not in free[:1]]
    if len(free) < 2 or len(others) < 3 or page.items.index(free[0]) > page.items.index(others[0]):
        return False
    scene.hold_back((free[0], free[-1]))
    after, rows = _taking(request.operation, "after"), _taking(request.operation, "limit")
    if after is None or rows is None or (place := scene.turn(request.asking((rows.wire, 1)))) is None:
        return False
    scene.arrive()
    turn_pages(scene, request, 2, place)
    scene.act(request)
    return True


def _is_free(world: World, label: Ref) -> bool:
    """Whether no row refers to this one."""
    held = (value for row in world.rows.values() for value in row.values.values())
    parts = (part for value in held for part in (value if isinstance(value, tuple) else (value,)))
    return not any(isinstance(part, Ref) and part == label for part in parts)


def _misplace(scene: Scene, request: Request) -> bool:
    """Texts that name no place, a place with something behind it, and one of another order."""
    after, rows = _taking(request.operation, "after"), _taking(request.operation, "limit")
    if after is None or rows is None or (place := scene.turn(request.asking((rows.wire, 1)))) is None:
        return False
    for text in _NOWHERE:
        scene.act(request.asking((after.wire, text)))
    scene.act(request.asking((after.wire, Place(place.operation, place.sorting, place.last, place.name, "A"))))
    sort = _taking(request.operation, "sort")
    field = next((item for item in scene.schema.entities[place.last.entity].fields if item.sortable), None)
    if sort is not None and field is not None:
        scene.act(request.asking((after.wire, place), (sort.wire, field.wire)))
        other = scene.turn(request.asking((rows.wire, 1), (sort.wire, field.wire)))
        if other is not None:
            scene.act(request.asking((after.wire, other)))
            scene.act(request.asking((after.wire, other), (sort.wire, f"-{field.wire}")))
    scene.act(request.asking((after.wire, place)))
    return True


def _taking(operation: Operation, kind: str) -> Input | None:
    return next((item for item in operation.query if item.selects is not None and item.selects.kind == kind), None)
