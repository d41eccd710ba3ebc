"""Compare a live graph with ``schema.yaml``, both ways: what one has and the other lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal, Protocol

import yaml

from patternbank.values import Frozen

CONSTRAINTS = (
    "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties"
    " RETURN name, type, labelsOrTypes AS labels, properties ORDER BY name"
)
INDEXES = (
    "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint"
    " WHERE owningConstraint IS NULL AND type <> 'LOOKUP'"
    " RETURN name, type, labelsOrTypes AS labels, properties ORDER BY name"
)
LABELS = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS times"
PROPERTIES = (
    "MATCH (n) UNWIND labels(n) AS label UNWIND keys(n) AS property"
    " RETURN label, property, valueType(n[property]) AS value, count(*) AS times"
)
EDGES = "MATCH (a)-[e]->(b) RETURN labels(a)[0] AS begin, type(e) AS type, labels(b)[0] AS end, count(*) AS times"
EDGE_PROPERTIES = (
    "MATCH (a)-[e]->(b) UNWIND keys(e) AS property RETURN labels(a)[0] AS begin, type(e) AS type,"
    " labels(b)[0] AS end, property, valueType(e[property]) AS value, count(*) AS times"
)
_RULES = defaultdict(lambda: " of another kind", {"UNIQUENESS": " is unique", "RANGE": ""})


class Asking(Protocol):
    """What comparing asks of a connection."""

    def rows(self, question: str, /, **values: object) -> Sequence[Mapping[str, Any]]:
        """Ask one question."""


class Difference(Frozen):
    """Something that only one of the two has, or that is of another type there."""

    side: Literal["only in the graph", "only in schema.yaml", "missing at some"]
    what: str


class Schema(Frozen):
    """A schema as lines, which compare as they are."""

    rules: frozenset[str]
    contents: frozenset[str]
    optional: frozenset[str] = frozenset()
    """Properties that some nodes or edges may lack."""
    to_come: frozenset[str] = frozenset()
    """What nobody writes yet, and is allowed all the same."""


def written_schema(text: str | None = None) -> Schema:
    """Read ``schema.yaml``."""
    given = yaml.safe_load(text or (files("graph_schema") / "schema.yaml").read_text(encoding="utf-8"))
    rules = [f"constraint {name}: {rule['unique']} is unique" for name, rule in given["constraints"].items()]
    rules += [f"index {name}: {rule['range']}" for name, rule in given["indexes"].items()]
    kept = tuple(_lines(given))
    return Schema(
        rules=frozenset(rules),
        contents=frozenset(line.rstrip("?") for line in kept),
        optional=frozenset(line.rstrip("?") for line in kept if line.endswith("?")),
        to_come=frozenset(_lines(given["to_come"])),
    )


def live_schema(graph: Asking) -> Schema:
    """Read the schema that a graph has: its rules, and the labels, edges and properties that are in use."""
    rules = [f"constraint {row['name']}: {_place(row)}{_RULES[row['type']]}" for row in graph.rows(CONSTRAINTS)]
    rules += [f"index {row['name']}: {_place(row)}{_RULES[row['type']]}" for row in graph.rows(INDEXES)]
    counts: dict[str, int] = {row["label"]: row["times"] for row in graph.rows(LABELS)}
    counts |= {_edge(row): row["times"] for row in graph.rows(EDGES)}
    seen: Counter[str] = Counter()
    for row in graph.rows(PROPERTIES):
        seen[f"{row['label']}.{row['property']}: {_type(row['value'])}"] += row["times"]
    for row in graph.rows(EDGE_PROPERTIES):
        seen[f"{_edge(row)}.{row['property']}: {_type(row['value'])}"] += row["times"]
    partly = frozenset(line for line, times in seen.items() if times < counts[line.rpartition(".")[0]])
    return Schema(rules=frozenset(rules), contents=frozenset({*seen, *counts}), optional=partly)


def compare(live: Schema, written: Schema, *, complete: bool = False) -> tuple[Difference, ...]:
    """Give what differs, sorted; with ``complete`` all that is written down must be in use as well."""
    strange = (live.rules - written.rules) | (live.contents - written.contents - written.to_come)
    lacking = written.rules - live.rules
    if complete:
        lacking |= written.contents - live.contents
    found = [Difference(side="only in the graph", what=line) for line in strange]
    found += [Difference(side="only in schema.yaml", what=line) for line in lacking]
    partly = (live.optional & written.contents) - written.optional
    found += [Difference(side="missing at some", what=line) for line in partly]
    return tuple(sorted(found, key=lambda one: (one.side, one.what)))


def _lines(given: Mapping[str, Any]) -> Iterator[str]:
    """Give the labels, edges and properties of a part of the file, a line for each."""
    for label, properties in given["labels"].items():
        yield label
        yield from (f"{label}.{name}: {_read(kind)}" for name, kind in properties.items())
    for edge in given["edges"]:
        line = f"({edge['from']})-[{edge['type']}]->({edge['to']})"
        yield line
        yield from (f"{line}.{name}: {_read(kind)}" for name, kind in edge.get("properties", {}).items())


def _place(row: Mapping[str, Any]) -> str:
    return f"{'|'.join(row['labels'])}.{','.join(row['properties'])}"


def _edge(row: Mapping[str, Any]) -> str:
    return f"({row['begin']})-[{row['type']}]->({row['end']})"


def _type(value: str) -> str:
    """Write a type of Cypher in one word."""
    plain = value.removesuffix(" NOT NULL").lower()
    return "list" if plain.startswith("list") else plain


def _read(kind: str) -> str:
    """Write a type of ``schema.yaml`` as the graph tells it: bytes are a list of numbers there."""
    return kind.replace("bytes", "list")
