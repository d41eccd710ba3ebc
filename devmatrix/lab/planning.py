"""Which fault is put into which application: drawn with a fixed seed, applications shared out evenly."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

from devmatrix.ir.base import Node
from devmatrix.lab.faults import Fault, PatternEdit, SeedEdit, SlotEdit

AT_ONCE = 8
"""Faults that the bank of the learning curve holds."""


class Draw(Node):
    """A case to take: its faults, the application that they are put into first, and others, in their order."""

    id: str
    faults: tuple[str, ...]
    application: str
    others: tuple[str, ...] = ()


def draw_cases(reached: Mapping[str, Sequence[str]], seed: int) -> tuple[Draw, ...]:
    """One case a fault. ``reached``: for each fault the applications that it makes a difference to."""
    chance = random.Random(seed)  # noqa: S311 - the same draws whenever the lab runs
    used: dict[str, int] = {}
    found = []
    for fault in sorted(reached):
        names = list(reached[fault])
        chance.shuffle(names)
        names.sort(key=lambda name: used.get(name, 0))
        if not names:
            found.append(Draw(id=fault, faults=(fault,), application=""))
            continue
        first, rest = names[0], names[1:]
        used[first] = used.get(first, 0) + 1
        found.append(Draw(id=fault, faults=(fault,), application=first, others=tuple(rest)))
    return tuple(found)


def draw_pairs(faults: Sequence[Fault], shown: Mapping[str, Sequence[str]], number: int, seed: int) -> tuple[Draw, ...]:
    """Pairs of faults that show in a common application and do not edit the same file of a pattern.

    ``shown``: for each fault the applications in which it turned a scenario red.
    """
    chance = random.Random(seed + 1)  # noqa: S311
    choices = [
        (one, other, common)
        for one, other in combinations(sorted(faults, key=lambda fault: fault.name), 2)
        if not _clash(one, other) and (common := sorted(set(shown.get(one.name, ())) & set(shown.get(other.name, ()))))
    ]
    chosen = chance.sample(choices, min(number, len(choices)))
    return tuple(
        Draw(
            id=f"{one.name}+{other.name}",
            faults=(one.name, other.name),
            application=chance.choice(common),
        )
        for one, other, common in chosen
    )


def draw_placebos(taught: Sequence[str], seed: int) -> dict[str, str]:
    """For each fault another one, whose lesson it gets."""
    names, chance = sorted(taught), random.Random(seed + 2)  # noqa: S311
    if len(names) < 2:
        return {}
    chance.shuffle(names)
    return dict(zip(names, (*names[1:], names[0]), strict=True))


def _clash(one: Fault, other: Fault) -> bool:
    """Whether two faults cannot be told apart when both are there: both in the seeds, or in one place of a template."""
    if any(isinstance(edit, SeedEdit) for fault in (one, other) for edit in fault.edits):
        return True
    mine, theirs = set(_places(one)), set(_places(other))
    return bool(mine & theirs)


def _places(fault: Fault) -> list[tuple[str, str]]:
    return [
        (edit.pattern, edit.file if isinstance(edit, PatternEdit) else edit.slot)
        for edit in fault.edits
        if isinstance(edit, PatternEdit | SlotEdit)
    ]


def one_a_pattern(
    faults: Sequence[Fault], reached: Mapping[str, Sequence[str]], names: Sequence[str]
) -> tuple[Fault, ...]:
    """Faults that reach all applications, one a pattern and one a family, that let the application start."""
    chosen: dict[str, Fault] = {}
    families: set[str] = set()
    for fault in sorted(faults, key=lambda fault: fault.name):
        in_patterns = all(isinstance(edit, PatternEdit) for edit in fault.edits) and len(fault.patterns) == 1
        wide = len(reached[fault.name]) == len(names) and fault.cause != "START_FAILURE"
        fresh = in_patterns and fault.patterns[0] not in chosen and fault.family not in families
        if wide and fresh and len(chosen) < AT_ONCE:
            chosen[fault.patterns[0]] = fault
            families.add(fault.family)
    return tuple(chosen.values())
