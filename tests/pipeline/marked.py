"""A small application over versions that differ from the shipped ones by a mark, which fake provers look for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.learning.diagnosing import diagnose
from devmatrix.pipeline.build import Built, build_application, derive
from devmatrix.pipeline.corpus import shipped
from devmatrix.pipeline.proving import Prover
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import Step
from patternbank.bank import Bank
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import PatternFile, PatternVersion, Status
from patternbank.patterns.manifest import Slot

AT = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "simple_task"
FILES = {
    "app-types": "files/src/core/types.py",
    "app-errors": "files/src/core/errors.py",
    "app-pagination": "files/src/core/pagination.py.j2",
}
"""A file of some patterns that every application holds."""


def application() -> ApplicationIR:
    """The application."""
    return shipped(NAME)


@cache
def suite() -> ScenarioSuite:
    """Its scenarios."""
    return derive(application())


def ids(number: int, start: int = 0) -> tuple[str, ...]:
    """Some scenarios."""
    return tuple(scenario.id for scenario in suite().scenarios[start : start + number])


def marked(bank: Bank, name: str, mark: str, *slots: Slot, base: str | None = None) -> PatternVersion:
    """A version of a pattern with a mark at the end of a file, newer by one than what it is made of."""
    sound = bank.version(name, base)
    texts = dict(sound.texts)
    texts[FILES[name]] += f'\n_ = "# {mark}"\n'
    major, minor, patch = sound.manifest.version.split(".")
    number = f"{major}.{minor}.{int(patch) + 1}"
    manifest = sound.manifest.model_copy(update={"version": number, "slots": (*sound.manifest.slots, *slots)})
    files = tuple(PatternFile(path=path, text=text) for path, text in texts.items())
    return PatternVersion(manifest=manifest, files=files).with_status(Status.GOLDEN)


@contextmanager
def bank_with(**marks: str) -> Iterator[Bank]:
    """The shipped patterns, and for each name (with ``_`` for ``-``) a newer golden version with a mark."""
    with open_bank(":memory:") as bank:
        yield with_versions(bank, *(marked(bank, name.replace("_", "-"), mark) for name, mark in marks.items()))


def with_versions(bank: Bank, *versions: PatternVersion) -> Bank:
    """The same store, opened anew, with more versions."""
    bank.store.add(versions, Change(by="test", why="test", at=AT))
    return Bank(bank.store)


def built(bank: Bank) -> Built:
    """The application out of a bank."""
    made = build_application(application(), bank, Recorder())
    assert isinstance(made, Built)
    return made


def red_step(bank: Bank, prover: Prover, *, watch: bool = False) -> Step:
    """The application as it is asked at first."""
    made = built(bank)
    asked: Asked = prover.ask(made.tree, suite(), watch=watch)
    diagnoses = diagnose(asked.report, suite(), asked.observations, made.application, made.tree, made.bindings)
    return Step(made, asked, diagnoses)
