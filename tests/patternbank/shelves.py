"""Patterns, views and graphs that the bank's tests share."""

from collections.abc import Mapping

from patternbank.embeddings import Graph
from patternbank.patterns import PatternFile, PatternManifest, PatternVersion
from patternbank.patterns.yaml_text import read_yaml
from tests.patternbank.shelf_texts import TEXTS


def shelf() -> dict[str, PatternVersion]:
    """The patterns of the shelf by name."""
    found: dict[str, PatternVersion] = {}
    for name in ("service.create", "service.module"):
        own = {path.removeprefix(f"{name}/"): text for path, text in TEXTS.items() if path.startswith(f"{name}/")}
        manifest = PatternManifest.model_validate(read_yaml(own.pop("pattern.yaml"), name))
        files = tuple(PatternFile(path=path, text=text) for path, text in own.items())
        found[name] = PatternVersion(manifest=manifest, files=files)
    return found


def pattern(name: str = "a.pattern", texts: Mapping[str, str] | None = None, **manifest: object) -> PatternVersion:
    """A small golden pattern; ``texts`` are templates by path under ``files/``."""
    given = {
        "name": name,
        "version": "1.0.0",
        "title": name,
        "category": "test",
        "capability": name,
        "status": "golden",
        "view": "test",
        **manifest,
    }
    files = tuple(PatternFile(path=f"files/{path}", text=text) for path, text in (texts or {"a.txt": "a\n"}).items())
    return PatternVersion(manifest=PatternManifest.model_validate(given), files=files)


def star(centre: str, *leaves: str) -> Graph:
    """A graph of one node and those around it, all edges with one label."""
    nodes = [["c", centre], *([f"l{number}", leaf] for number, leaf in enumerate(leaves))]
    edges = [["c", "has", f"l{number}"] for number in range(len(leaves))]
    return Graph.model_validate({"nodes": nodes, "edges": edges})
