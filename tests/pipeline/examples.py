"""The shipped examples, built once."""

from functools import cache
from pathlib import Path

from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Built, build, read
from devmatrix.pipeline.recorder import Recorder
from patternbank.opening import open_bank

SPECS = Path(__file__).parents[2] / "seeds" / "specs"
NAMES = tuple(sorted(path.stem for path in SPECS.glob("*.md")))


@cache
def application(name: str) -> ApplicationIR:
    """The refined application of an example."""
    reading = read((SPECS / f"{name}.md").read_bytes(), f"{name}.md", Recorder())
    assert reading.application is not None, [item.render() for item in reading.diagnostics]
    return reading.application


@cache
def built(name: str, *, scenarios: bool = False) -> Built:
    """The application of an example; AssertionError with the findings when it has errors."""
    with open_bank(":memory:") as bank:
        result = build((SPECS / f"{name}.md").read_bytes(), f"{name}.md", bank, Recorder(), scenarios=scenarios)
    assert isinstance(result, Built), [item.render() for item in result.diagnostics]
    return result
