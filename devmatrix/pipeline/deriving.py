"""Scenarios on their way: those that were kept, else derived elsewhere while other programs work."""

import hashlib
from functools import cache
from pathlib import Path

from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.archive import parse_suite, read_suite, save_suite, write_suite
from devmatrix.pipeline.aside import Aside
from devmatrix.pipeline.build import derive
from devmatrix.pipeline.elsewhere import Elsewhere
from devmatrix.pipeline.recorder import Recorder

ROOT = Path(__file__).parents[1]
SOURCES = ("scenarios", "expressions", "artifacts", "ir")


class Deriving:
    """Begun as soon as the application is known, finished when its scenarios are needed.

    ``elsewhere`` is the process to derive them in, if one was started before.
    """

    def __init__(self, folder: Path, recorder: Recorder, elsewhere: Elsewhere | None = None) -> None:
        self._folder = folder
        self._recorder = recorder
        self._elsewhere = elsewhere
        self._unkept: str | None = None
        self._aside: Aside[ScenarioSuite] | None = None

    def begin(self, application: ApplicationIR) -> None:
        """Start; nothing is written, for the folder may not be ours yet."""
        self._aside = Aside(lambda: self._find(application))

    def finish(self, application: ApplicationIR) -> ScenarioSuite:
        """The scenarios, waited for."""
        if self._aside is None:
            self.begin(application)
        assert self._aside is not None  # noqa: S101 - begun just now
        return self._aside.result()

    def keep(self, application: ApplicationIR) -> None:
        """Write new scenarios beside the application, for the next time."""
        self.finish(application)
        if self._unkept is not None:
            save_suite(self._folder, self._unkept)
            self._unkept = None

    def _find(self, application: ApplicationIR) -> ScenarioSuite:
        kept = read_suite(self._folder, key_of(application))
        return kept if kept is not None else self._recorder.run("scenarios", self._derive, application)

    def _derive(self, application: ApplicationIR) -> ScenarioSuite:
        """The scenarios, derived elsewhere; should that fail, here, where it is seen why."""
        key = key_of(application)
        with self._elsewhere or Elsewhere() as elsewhere:
            written = elsewhere.derive(application.model_dump_json())
        suite = None if written is None else parse_suite(written, key)
        if written is None or suite is None:
            suite = derive(application)
            self._unkept = write_suite(suite, key)
        else:
            self._unkept = written.decode()
        return suite


def key_of(application: ApplicationIR) -> str:
    """What scenarios depend on: the application, and the code that derives them."""
    return f"{application.digest}-{generator()[:16]}"


@cache
def generator() -> str:
    """SHA-256 over the sources of everything that derives scenarios."""
    seen = hashlib.sha256()
    for path in sorted(path for package in SOURCES for path in (ROOT / package).rglob("*.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()
