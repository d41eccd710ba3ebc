"""Rank the places that may be to blame, over all red scenarios together."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from devmatrix.artifacts.diagnosis import Cause, Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.serving import operations_by_node
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.learning.affinity import affinity

MOST = 8
TRACED = 1.0
"""The weight of the innermost place of the application that a traceback names."""
FADING = 0.02


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


@dataclass
class Spectrum:
    """Red and green scenarios by operation, and what every place serves."""

    places: tuple[Place, ...]
    serves: Mapping[NodeId, frozenset[NodeId]]
    red: Mapping[NodeId, int]
    green: Mapping[NodeId, int]
    wide: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def weigh(self, place: Place) -> float:
        """How well what the place serves, or all that its fragment rendered, agrees with what is red; 0 to 1."""
        origin = place.origin
        return max(
            self.ochiai(self.serves.get(origin.node, frozenset())),
            self.wide.get((origin.pattern, origin.version, origin.fragment), 0.0),
        )

    def ochiai(self, operations: Iterable[NodeId]) -> float:
        """Red ones that are served, over the mean of all that are red and all that are served."""
        served = set(operations)
        hit = sum(self.red.get(node, 0) for node in served)
        passed = sum(self.green.get(node, 0) for node in served)
        total = sum(self.red.values())
        return hit / sqrt(total * (hit + passed)) if hit else 0.0


def spectrum_of(
    verdicts: Iterable[Verdict], application: ApplicationIR, tree: FileTree, bindings: Iterable[Binding]
) -> Spectrum:
    """What every place serves, and how the scenarios of each operation ended."""
    capabilities = {(item.pattern, item.version): item.capability for item in bindings}
    red: dict[NodeId, int] = {}
    green: dict[NodeId, int] = {}
    for verdict in verdicts:
        counts = {"failed": red, "passed": green}.get(verdict.verdict)
        if counts is not None:
            counts[verdict.operation] = counts.get(verdict.operation, 0) + 1
    places = tuple(place for file in tree.files if file.path.endswith(".py") for place in _places(file, capabilities))
    found = Spectrum(places, operations_by_node(application), red, green)
    served: dict[tuple[str, str, str], set[NodeId]] = {}
    for place in places:
        group = (place.origin.pattern, place.origin.version, place.origin.fragment)
        served.setdefault(group, set()).update(found.serves.get(place.origin.node, ()))
    found.wide = {group: found.ochiai(operations) for group, operations in served.items()}
    return found


def suspects_of(
    spectrum: Spectrum, kind: str, cause: Cause, operation: NodeId, frames: Sequence[tuple[str, int]]
) -> tuple[Suspect, ...]:
    """The places that serve the operation, the likeliest first; what a traceback names outweighs all else."""
    traced = _traced(spectrum, frames)
    found = []
    for place in spectrum.places:
        if operation not in spectrum.serves.get(place.origin.node, frozenset()) and place not in traced:
            continue
        fitting = affinity(kind, cause, place.capability)
        weight, line = spectrum.weigh(place) * fitting, place.line
        why = f"serves {'what is red' if weight else 'nothing that is red'}; {place.capability} fits by {fitting:.1f}"
        if place in traced:
            rank, line = traced[place]
            weight, why = TRACED - FADING * rank, "the traceback leads here"
        found.append(_suspect(place, line, weight, why))
    return tuple(sorted(found, key=_order)[:MOST])


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
