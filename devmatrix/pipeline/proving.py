"""Asks trees that are not in any user's folder: deployed in a folder of their own, questioned, and gone again."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.errors import ApplicationFailed
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.questioning import QUIET, ask_and_watch
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.deploy import Deployer, DeployOptions
from devmatrix.runtime.smoke import load_clients, summarise_fallen

PREFIX = "devmatrix-trial-"
LEFT_OUT = (".devmatrix", "__pycache__", ".venv", ".git")


class Prover(Protocol):
    """Plays scenarios on a tree."""

    def ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool = False) -> Asked:
        """The verdicts on the scenarios of ``suite``; ``watch``: those that fail are played again and observed."""


class Trials:
    """Deploys trees of one application; the same tree is asked the same only once.

    ``base`` is the folder that holds what else belongs to the application (files of the user's).
    """

    def __init__(self, application: ApplicationIR, deployer: Deployer, base: Path | None = None) -> None:
        self.application = application
        self.asked = 0
        self._deployer = deployer
        self._base = base
        self._known: dict[tuple[str, str, bool], Asked] = {}

    def ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool = False) -> Asked:
        """The verdicts on the scenarios of ``suite``."""
        key = digest_of_tree(tree), digest_of_questions(suite), watch
        if key not in self._known:
            self.asked += 1
            self._known[key] = self._ask(tree, suite, watch=watch)
        return self._known[key]

    def know(self, tree: FileTree, suite: ScenarioSuite, asked: Asked) -> None:
        """Take over what was asked elsewhere."""
        self._known[digest_of_tree(tree), digest_of_questions(suite), False] = asked

    def _ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool) -> Asked:
        options = DeployOptions(stubs=stub_statements(self.application), environment=QUIET, seed=watch)
        with trial_folder(tree, self._base) as folder:
            try:
                with self._deployer.deploy(folder, options) as deployment:
                    load_clients()
                    return ask_and_watch(self.application, suite, deployment, Recorder(), watch=watch)
            except ApplicationFailed as error:
                return Asked(report=summarise_fallen(suite, error, folder))


@contextmanager
def trial_folder(tree: FileTree, base: Path | None = None) -> Iterator[Path]:
    """A folder of its own with the tree in it, for the length of the block; what killed runs left goes first."""
    sweep_trials()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as made:
        folder = Path(made) / "application"
        if base is None:
            folder.mkdir()
        else:
            shutil.copytree(base, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for file in tree.files:
            place = folder / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")
        yield folder


def sweep_trials() -> None:
    """Remove the folders of trials whose process is gone."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def only(suite: ScenarioSuite, wanted: Collection[str]) -> ScenarioSuite:
    """The suite without all other scenarios."""
    return suite.model_copy(update={"scenarios": tuple(one for one in suite.scenarios if one.id in wanted)})


def digest_of_tree(tree: FileTree) -> str:
    """SHA-256 over paths and texts, in the order of the paths."""
    seen = hashlib.sha256()
    for file in sorted(tree.files, key=lambda file: file.path):
        seen.update(f"{file.path}\0{file.digest}\n".encode())
    return seen.hexdigest()


def digest_of_questions(suite: ScenarioSuite) -> str:
    """SHA-256 over the scenarios of a suite, by what they say."""
    return hashlib.sha256("\n".join(map(repr, suite.scenarios)).encode()).hexdigest()
