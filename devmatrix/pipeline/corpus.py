"""The shipped applications, on which lessons are replayed before a build may follow them."""

import json
from functools import cache
from importlib.resources import files

from devmatrix.errors import DevMatrixError
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import read
from devmatrix.pipeline.recorder import Recorder

GOLDEN = "golden.json"
SUFFIX = "_api.md"


@cache
def shipped_names() -> tuple[str, ...]:
    """The names of the shipped specs, sorted."""
    names = (place.name for place in (files("seeds") / "specs").iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def shortest(number: int) -> tuple[str, ...]:
    """The names of the shipped specs with the shortest texts."""
    sizes = {name: len((files("seeds") / "specs" / f"{name}{SUFFIX}").read_bytes()) for name in shipped_names()}
    return tuple(sorted(sorted(sizes, key=lambda name: sizes[name])[:number]))


@cache
def shipped(name: str) -> ApplicationIR:
    """A shipped application; DevMatrixError when there is none of the name, or its spec has findings."""
    place = files("seeds") / "specs" / f"{name}{SUFFIX}"
    if not place.is_file():
        raise DevMatrixError(f"there is no shipped spec {name!r}", hint=f"there are {', '.join(shipped_names())}")
    reading = read(place.read_bytes(), place.name, Recorder())
    if reading.application is None:
        raise DevMatrixError(
            f"the shipped spec {name} has findings", hint=f"`devmatrix check seeds/specs/{place.name}`"
        )
    return reading.application


@cache
def proved_trees() -> dict[str, int]:
    """The digest of each tree of a shipped application that was proved green, with the number of its scenarios."""
    place = files("seeds") / GOLDEN
    if not place.is_file():
        return {}
    return {tree["digest"]: tree["scenarios"] for tree in json.loads(place.read_text())["trees"]}
