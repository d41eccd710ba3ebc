"""The import contracts themselves: nothing is exempt."""

import tomllib
from typing import Any

from tests.house.sources import ROOT


def contracts() -> list[dict[str, Any]]:
    """The contracts as ``make contracts`` asks them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_no_import_is_ignored() -> None:
    """A wall that is in the wrong place is moved; nobody climbs over it."""
    assert [contract["id"] for contract in contracts() if "ignore_imports" in contract] == []


def test_every_package_stands_on_a_floor() -> None:
    """The floors are exhaustive, and stages on one floor do not know each other."""
    floors = next(contract for contract in contracts() if contract["id"] == "floors")
    assert floors["exhaustive"] is True
    stages = next(layer for layer in floors["layers"] if "frontend" in layer)
    assert ":" not in stages
    assert {"passes", "backend", "scenarios", "runtime"} <= set(stages.replace(" ", "").split("|"))
