"""What could be told to a build so that red scenarios pass, the likeliest first."""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.steering import Exclusion, SlotChoice, Steering
from devmatrix.ir.base import Node
from patternbank.bank import Bank

AttemptKind = Literal["ignore", "slot", "rebind", "rewrite"]


class Attempt(Node):
    """One thing to try; ``reference`` is the version that it is about, ``action`` one line for the reader."""

    kind: AttemptKind
    reference: str
    steering: Steering
    action: str


def attempts(bindings: Sequence[Binding], suspects: Sequence[Suspect], bank: Bank) -> Iterator[Attempt]:
    """For each bound version, the most suspected first: forget a lesson that chose it, set a slot, bind another."""
    weights: dict[str, float] = {}
    for suspect in suspects:
        reference = f"{suspect.pattern}@{suspect.version}"
        weights[reference] = max(weights.get(reference, 0.0), suspect.weight)
    bound = {f"{binding.pattern}@{binding.version}": binding for binding in reversed(bindings)}
    order = sorted(bound, key=lambda reference: (-weights.get(reference, 0.0), reference))
    yield from _lessons(bindings, weights)
    for reference in order:
        yield from _slots(reference, bank)
        if has_others(bound[reference], bank):
            yield Attempt(
                kind="rebind",
                reference=reference,
                steering=Steering(exclusions=(Exclusion(reference=reference),)),
                action=f"bind another version than {reference}",
            )


def has_others(binding: Binding, bank: Bank) -> bool:
    """Whether anything else provides what a binding is for."""
    reference = f"{binding.pattern}@{binding.version}"
    return any(entry.reference != reference for entry in bank.providing(binding.capability))


def _lessons(bindings: Sequence[Binding], weights: dict[str, float]) -> Iterator[Attempt]:
    """Each lesson that had a say, those on suspected versions first."""
    heaviest: dict[str, float] = {}
    for binding in bindings:
        for lesson in binding.lessons:
            weight = weights.get(f"{binding.pattern}@{binding.version}", 0.0)
            heaviest[lesson] = max(heaviest.get(lesson, 0.0), weight)
    for lesson in sorted(heaviest, key=lambda key: (-heaviest[key], key)):
        yield Attempt(
            kind="ignore",
            reference="",
            steering=Steering(ignored=(lesson,)),
            action=f"forget lesson {lesson[:12]}",
        )


def _slots(reference: str, bank: Bank) -> Iterator[Attempt]:
    """Each yes-or-no slot of a version, turned round; no other slot says what else it could hold."""
    name, _, version = reference.partition("@")
    entry = bank.entry(name, version)
    for slot in entry.manifest.slots if entry is not None else ():
        if isinstance(slot.default, bool):
            value = json.dumps(not slot.default)
            yield Attempt(
                kind="slot",
                reference=reference,
                steering=Steering(slots=(SlotChoice(reference=reference, slot=slot.name, value=value),)),
                action=f"set {slot.name} of {reference} to {value}",
            )
