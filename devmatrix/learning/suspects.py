"""Rank the places that may be to blame, over all red scenarios together."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from devmatrix.artifacts.diagnosis import Cause, Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.serving import operations_by_node
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.learning.affinity import UNFIT, affinity, room_of

MOST = 10
ALIKE = 3
CRASHED = 0.95
"""The weight of a place where all red scenarios crashed, for those that did not."""

FADING = 0.02
"""What each step outwards in a traceback takes from the weight of its innermost place, which is 1."""

Fragment = tuple[str, str, str]
"""Pattern, version, fragment."""


@dataclass(frozen=True)
class Place:
    """A part of a file that one fragment rendered for one node."""

    file: str
    line: int
    qualified_name: str
    origin: Origin
    capability: str
    starts: tuple[int, ...] = ()
    """Where each definition in it begins."""


@dataclass(frozen=True)
class Symptom:
    """What one red scenario says of where to look. ``frames``: its traceback, where a crash is what is wrong."""

    operation: NodeId
    kind: str
    cause: Cause
    frames: tuple[tuple[str, int], ...] = ()
    passed_for_another: bool = False
    """Whether the judged call went well as predicted, and only answered the status of another success."""


@dataclass
class Spectrum:
    """Every place, what it serves, and how the scenarios of each operation ended."""

    places: tuple[Place, ...]
    serves: Mapping[NodeId, frozenset[NodeId]]
    symptoms: tuple[Symptom, ...]
    green: Mapping[NodeId, int]
    weights: dict[Place, float] = field(default_factory=dict)

    def served(self, place: Place) -> frozenset[NodeId]:
        """The operations that the place has a part in."""
        return self.serves.get(place.origin.node, frozenset())

    def ochiai(self, served: frozenset[NodeId]) -> float:
        """Red ones that are served, over the mean of all that are red and all that are served; from 0 to 1."""
        hit = sum(symptom.operation in served for symptom in self.symptoms)
        passed = sum(self.green.get(node, 0) for node in served)
        return hit / sqrt(len(self.symptoms) * (hit + passed)) if hit else 0.0


def spectrum_of(
    symptoms: Iterable[Symptom],
    green: Mapping[NodeId, int],
    application: ApplicationIR,
    tree: FileTree,
    bindings: Iterable[Binding],
) -> Spectrum:
    """All places weighed, over all red scenarios together: how well what a place serves, or else all that its fragment
    rendered, agrees with what is red, times how well it fits the symptoms.

    ``green`` counts scenarios by operation, of the kinds that are red: others would not have seen the fault.
    """
    capabilities = {(item.pattern, item.version): item.capability for item in bindings}
    places = tuple(place for file in tree.files if file.path.endswith(".py") for place in _places(file, capabilities))
    found = Spectrum(places, operations_by_node(application), tuple(symptoms), green)
    together: dict[Fragment, frozenset[NodeId]] = {}
    for place in places:
        together[_fragment(place)] = together.get(_fragment(place), frozenset()) | found.served(place)
    innermost = Counter(place for symptom in found.symptoms for place in list(_traced(found, symptom.frames))[:1])
    for place in places:
        agreeing = max(found.ochiai(found.served(place)), found.ochiai(together[_fragment(place)]))
        crashed = innermost[place] / max(1, len(found.symptoms))
        found.weights[place] = max(agreeing * _fitting(found, place), CRASHED * crashed)
    return found


def suspects_of(spectrum: Spectrum, symptom: Symptom) -> tuple[Suspect, ...]:
    """The places that serve a red scenario, the likeliest first; what its traceback names outweighs all else."""
    traced = _traced(spectrum, symptom.frames)
    found = []
    for place in spectrum.places:
        if place in traced:
            rank, line = traced[place]
            found.append(_suspect(place, line, 1.0 - FADING * rank, "the traceback leads here"))
        elif symptom.operation in spectrum.served(place):
            why = f"{len(spectrum.served(place))} operations use it; it is there for {place.capability or 'them'}"
            found.append(_suspect(place, place.line, spectrum.weights[place], why))
    return _varied(sorted(found, key=_order))


def _varied(ranked: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """The first ones, a few of each version at most: many files of one shared part tell no more than two."""
    taken: Counter[tuple[str, str, str]] = Counter()
    chosen = []
    for suspect in ranked:
        part = (suspect.pattern, suspect.version, suspect.node)
        taken[part] += 1
        if taken[part] <= ALIKE or suspect.weight > CRASHED:
            chosen.append(suspect)
    return tuple(chosen[:MOST])


def _fragment(place: Place) -> Fragment:
    return place.origin.pattern, place.origin.version, place.origin.fragment


def _fitting(spectrum: Spectrum, place: Place) -> float:
    """How well a place fits the symptoms of what it serves, in the mean."""
    served = spectrum.served(place)
    said = [
        affinity(symptom.kind, symptom.cause, place.capability)
        * room_of(place.file, symptom.kind, symptom.cause, passed_for_another=symptom.passed_for_another)
        for symptom in spectrum.symptoms
        if symptom.operation in served
    ]
    return sum(said) / len(said) if said else UNFIT


def place_at(spectrum: Spectrum, path: str, line: int) -> Place | None:
    """The place that a line of a file belongs to; None when no such file was rendered."""
    found = [
        (start, place)
        for place in spectrum.places
        if path == place.file or path.endswith(f"/{place.file}")
        for start in place.starts
        if start <= line
    ]
    return max(found, key=lambda item: (item[0], item[1].qualified_name != ""), default=(0, None))[1]


def _traced(spectrum: Spectrum, frames: Sequence[tuple[str, int]]) -> dict[Place, tuple[int, int]]:
    """Places that a traceback names -> their rank from the inside, and the line."""
    found: dict[Place, tuple[int, int]] = {}
    for path, line in reversed(frames):
        place = place_at(spectrum, path, line)
        if place is not None:
            found.setdefault(place, (len(found), line))
    return found


def _places(file: GeneratedFile, capabilities: Mapping[tuple[str, str], str]) -> Iterator[Place]:
    """A place for each fragment and node that has a part in the file; one with a single definition bears its name."""
    lines = _lines(file.text)
    groups: dict[Origin, list[str]] = {}
    for origin in file.origins:
        groups.setdefault(origin.model_copy(update={"qualified_name": ""}), []).append(origin.qualified_name)
    for origin, names in groups.items():
        known = [name for name in names if name in lines]
        alone = known[0] if len(known) == 1 and "" not in names else ""
        starts = tuple(lines[name] for name in known) + ((1,) if "" in names else ())
        if starts:
            capability = capabilities.get((origin.pattern, origin.version), "")
            yield Place(file.path, lines.get(alone, min(starts)), alone, origin, capability, starts)


def _lines(text: str) -> dict[str, int]:
    """Qualified name -> the line where its definition begins, decorators included."""
    found: dict[str, int] = {}

    def visit(body: Iterable[ast.AST], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                first = min((item.lineno for item in node.decorator_list), default=node.lineno)
                found[prefix + node.name] = first
                visit(node.body, f"{prefix}{node.name}.")

    try:
        visit(ast.parse(text).body, "")
    except SyntaxError:
        return {}  # a file that is no Python has no definitions
    return found


def _order(suspect: Suspect) -> tuple[float, str, str, str, int]:
    return (-suspect.weight, suspect.pattern, suspect.fragment, suspect.file, suspect.line)


def _suspect(place: Place, line: int, weight: float, why: str) -> Suspect:
    return Suspect(
        file=place.file,
        line=line,
        qualified_name=place.qualified_name,
        pattern=place.origin.pattern,
        version=place.origin.version,
        fragment=place.origin.fragment,
        node=place.origin.node,
        weight=round(min(weight, 1.0), 4),
        why=why,
    )
