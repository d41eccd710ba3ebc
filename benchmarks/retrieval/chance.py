"""Structures, texts and specs made by chance, the same for the same number: what nobody asks for or has."""

import random
from collections.abc import Sequence

from patternbank.embeddings import Edge, Graph, Node

KINDS = ("text(60)", "integer", "decimal(8,2)", "boolean", "date", "datetime", "one of ONE, TWO, THREE", "json")
STRANGE = tuple(
    f"{first}.{second}" for first in ("frame", "voice", "packet", "mesh") for second in ("in", "out", "mix")
)
STRANGE_EDGES = ("feeds", "gates", "mirrors")


def wired(chance: random.Random, labels: Sequence[str], edges: Sequence[str]) -> Graph:
    """A tree of labels with a few edges across, wired without regard to what the labels mean."""
    size = chance.randint(7, 22)
    nodes = [Node(id=str(number), label=chance.choice(labels)) for number in range(size)]
    joins = [(chance.randrange(number), number) for number in range(1, size)]
    joins += [tuple(chance.sample(range(size), 2)) for _ in range(size // 4)]  # type: ignore[misc]
    made = [Edge(source=str(a), label=chance.choice(edges), target=str(b)) for a, b in joins]
    return Graph(nodes=tuple(nodes), edges=tuple(made))


def strange(chance: random.Random) -> Graph:
    """A structure of another trade: no label of it occurs in a spec."""
    return wired(chance, STRANGE, STRANGE_EDGES)


def said(chance: random.Random, vocabulary: Sequence[str]) -> str:
    """A text of words by chance."""
    return " ".join(chance.choice(vocabulary) for _ in range(chance.randint(6, 16)))


def spec(number: int) -> str:
    """A whole spec: entities with fields of chance, references and parts, flows with statements of chance."""
    chance = random.Random(f"spec {number}")
    names = [f"Thing{letter}" for letter in "abcdefgh"[: chance.randint(2, 8)]]
    parts = [f"# Made {number}", "", "## Entities", ""]
    states = {name: chance.random() < 0.4 for name in names}
    for place, name in enumerate(names):
        parts += _entity(chance, name, names[:place], states=states[name])
    parts += ["## Flows", ""]
    for place, name in enumerate(names):
        if chance.random() < 0.6:
            parts += _flow(chance, place, name, states=states[name])
    return "\n".join(parts) if parts[-2:] != ["## Flows", ""] else "\n".join(parts[:-2])


def _entity(chance: random.Random, name: str, others: Sequence[str], *, states: bool) -> list[str]:
    part = f" (part of {chance.choice(others)} as {name.lower()}s)" if others and chance.random() < 0.25 else ""
    rows = ["| label | text(80) | required, length 1..80 |", "| amount | integer | default 0, >= 0, read-only |"]
    for number in range(chance.randint(1, 6)):
        rules = ", ".join(rule for rule in ("filterable", "sortable") if chance.random() < 0.3)
        kind = chance.choice(KINDS)
        rows.append(f"| field{number} | {kind} | {rules if kind != 'json' else ''} |")
    if others and chance.random() < 0.6:
        rows.append(f"| other | -> {chance.choice(others)} | |")
    if states:
        rows.append("| phase | one of FIRST, SECOND, THIRD | default FIRST, read-only |")
    lines = [f"### {name}{part}", "", "| field | type | rules |", "|---|---|---|", *rows, ""]
    return [*lines, "- states: phase: FIRST -> SECOND -> THIRD", ""] if states else lines


def _flow(chance: random.Random, place: int, name: str, *, states: bool) -> list[str]:
    lines = [f"### Act {'abcdefgh'[place]}", f"`POST /acts/{place}/{{id}}` on `it: {name}`, answers 200 with `it`", ""]
    lines.append("- takes `step: integer, required, >= 1, <= 100`")
    if states:
        lines.append('- requires `it.phase == FIRST` else 409 "moved on"')
    lines += [
        f'- requires `it.amount < {limit}` else 409 "above {limit}"' for limit in range(100, 100 + chance.randint(0, 3))
    ]
    if chance.random() < 0.5:
        lines += ["- when `step > 5`", "  - sets `it.amount += step`"]
    else:
        lines.append("- sets `it.amount += step`")
    if states:
        lines.append("- sets `it.phase = SECOND`")
    return [*lines, ""]
