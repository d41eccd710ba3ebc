"""The difference of two Python texts, statement by statement, so that each part can be taken over alone."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

import libcst as cst

from devmatrix.repair.hunk import Hunk, NoPlace
from devmatrix.repair.placing import Body, Path, changed_module, likeliest
from devmatrix.repair.statements import (
    END,
    code_of,
    header_of,
    inner_of,
    kin_of,
    parsed,
    rest_of,
    scope_within,
    text_of,
    without_marks,
)

ALIKE = 0.6
"""How much alike two statements are, from 0 to 1, that are taken for the same one changed."""
PAIRS = 2500
"""So many pairs of statements are held against each other, and a longer run is one change."""


class Found(NamedTuple):
    """A hunk, and where it is in the old and in the new text."""

    hunk: Hunk
    old: Path
    new: Path


class Side(NamedTuple):
    """A block of one of two texts."""

    body: Body
    path: Path
    codes: list[str]
    kin: list[str]


def hunks(file: str, old: str, new: str) -> tuple[Hunk, ...]:
    """What makes ``new`` of ``old``, from the top, and the way back from the end; one for the whole where either is
    no Python, or where they differ in more than statements.
    """
    if old == new:
        return ()
    whole = (Hunk(file=file, kind="whole", old=(old,), new=(new,)),)
    if not file.endswith((".py", ".pyi")):
        return whole
    try:
        before, after = parsed(old), parsed(new)
    except cst.ParserSyntaxError:
        return whole
    found = _differences(file, (), _side(before.body, ()), _side(after.body, ()))
    located = tuple(_located(one, before, after) for one in found)
    return located if _leads(before, located, new) and _leads(after, _back(located), old) else whole


def _leads(module: cst.Module, found: Sequence[Hunk], text: str) -> bool:
    """Whether hunks make a text of a module, byte for byte."""
    try:
        for hunk in found:
            module = changed_module(module, hunk)
    except NoPlace:
        return False
    return text_of(module) == text


def _back(found: Sequence[Hunk]) -> list[Hunk]:
    return [hunk.reverse for hunk in reversed(found)]


def _located(found: Found, before: cst.Module, after: cst.Module) -> Hunk:
    """The hunk with its line, and with which of several equal places it is."""
    old, new = likeliest(before.body, found.hunk), likeliest(after.body, found.hunk.reverse)
    twin = (old.index(found.old), len(old)) if found.old in old else (0, 0)
    back = (new.index(found.new), len(new)) if found.new in new else (0, 0)
    line = _line(before.body, found.old) + _kept_lines(found.hunk)
    return found.hunk.model_copy(update={"twin": twin, "back": back, "line": line})


def _side(body: Body, path: Path) -> Side:
    return Side(body, path, [code_of(statement) for statement in body], [kin_of(statement) for statement in body])


def _differences(file: str, scope: tuple[str, ...], before: Side, after: Side) -> Iterator[Found]:
    for tag, i, j, k, m in SequenceMatcher(a=before.kin, b=after.kin, autojunk=False).get_opcodes():
        pairs = zip(range(i, j), range(k, m), strict=True) if tag == "equal" else _likest(before, after, (i, j, k, m))
        at, other = i, k
        for place, mate in (*pairs, (j, m)):
            if (at, other) != (place, mate):
                yield _run(Hunk(file=file, scope=scope, old=(), new=()), (before, at, place), (after, other, mate))
            if place < j and before.codes[place] != after.codes[mate]:
                yield from _pair(file, scope, (before, place), (after, mate))
            at, other = place + 1, mate + 1


def _likest(before: Side, after: Side, within: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Which statements of two runs stand for each other: in order, as much alike in all as can be."""
    i, j, k, m = within
    if (j - i) * (m - k) > PAIRS:
        return []
    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {}
    for place in range(j, i - 1, -1):
        for other in range(m, k - 1, -1):
            if place == j or other == m:
                best[place, other] = (0.0, [])
                continue
            alike = _likeness(before.codes[place], after.codes[other])
            score, pairs = best[place + 1, other + 1]
            paired = (score + alike, [(place, other), *pairs]) if alike >= ALIKE else (-1.0, [])
            best[place, other] = max(
                paired, best[place + 1, other], best[place, other + 1], key=lambda choice: choice[0]
            )
    return best[i, k][1]


def _likeness(one: str, other: str) -> float:
    """How much alike two texts are; 0 where that is too little to count."""
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < ALIKE:
        return 0.0
    return matcher.ratio()


def _run(hunk: Hunk, before: tuple[Side, int, int], after: tuple[Side, int, int]) -> Found:
    """The hunk of a run of statements that becomes another; either may be empty."""
    (old, i, j), (new, k, m) = before, after
    update: dict[str, object] = {
        "above": (old.kin[i - 1] if i else "", new.kin[k - 1] if k else ""),
        "below": (old.kin[j] if j < len(old.kin) else "", new.kin[m] if m < len(new.kin) else ""),
    }
    if hunk.kind == "statements":
        update["beside"] = _beside(before, after)
        update |= {"old": tuple(old.codes[i:j]), "new": tuple(new.codes[k:m])}
    return Found(hunk.model_copy(update=update), (*old.path, i), (*new.path, k))


def _beside(
    before: tuple[Side, int, int], after: tuple[Side, int, int]
) -> tuple[Literal["above", "below"], str] | None:
    """A neighbour that is the same in both texts."""
    (old, i, j), (new, k, m) = before, after
    if i and k and old.codes[i - 1] == new.codes[k - 1]:
        return "above", old.codes[i - 1]
    if j < len(old.codes) and m < len(new.codes) and old.codes[j] == new.codes[m] and END not in old.kin[j]:
        return "below", old.codes[j]
    return None


def _pair(file: str, scope: tuple[str, ...], before: tuple[Side, int], after: tuple[Side, int]) -> Iterator[Found]:
    """What differs between two statements that stand for each other."""
    (old, i), (new, k) = before, after
    one, other = old.body[i], new.body[k]
    inner = inner_of(one), inner_of(other)
    runs = (old, i, i + 1), (new, k, k + 1)
    if type(one) is not type(other) or inner[0] is None or inner[1] is None or rest_of(one) != rest_of(other):
        yield _run(Hunk(file=file, scope=scope, old=(), new=()), *runs)
        return
    if (head := header_of(one)) != (given := header_of(other)):
        yield _run(Hunk(file=file, scope=scope, kind="header", old=(head,), new=(given,)), *runs)
    within = scope_within(scope, one)
    yield from _differences(file, within, _side(inner[0], (*old.path, i)), _side(inner[1], (*new.path, k)))


def _line(body: Body, path: Path) -> int:
    """The line on which a place begins, the lines above its statement included."""
    before = sum(without_marks(code_of(statement)).count("\n") for statement in body[: path[0]])
    if len(path) == 1:
        return before + 1
    inner = inner_of(body[path[0]])
    assert inner is not None  # noqa: S101 - paths lead through blocks
    return before + header_of(body[path[0]]).count("\n") - 1 + _line(inner, path[1:])


def _kept_lines(hunk: Hunk) -> int:
    """How many lines of the old text stand above the first that changes."""
    old, new = (without_marks("".join(codes)).splitlines() for codes in (hunk.old, hunk.new))
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(new))
    return next((at for at in range(same, len(old)) if old[at].strip()), 0)
