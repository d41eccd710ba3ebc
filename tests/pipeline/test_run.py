"""What is kept beside an application that was repaired."""

from pathlib import Path

from devmatrix.artifacts.asked import all_green
from devmatrix.pipeline.archive import read_suite, save_suite, write_suite
from devmatrix.pipeline.deriving import key_of
from devmatrix.pipeline.healing import Healed
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.run import keep_suite, write
from tests.pipeline.marked import application, bank_with, built, suite


def test_scenarios_are_kept_when_another_tree_is_written(tmp_path: Path) -> None:
    """Nobody derives them again for the next command: they are those of the application, whatever it is built of."""
    key = key_of(application())
    with bank_with() as sound:
        first = built(sound)
    with bank_with(app_types="newer") as other:
        second = built(other)
    write(first, tmp_path / "app", Recorder())
    save_suite(tmp_path / "app", write_suite(suite(), key))
    write(second, tmp_path / "app", Recorder())
    keep_suite(tmp_path / "app", Healed(second, all_green(1), suite(), ()), suite())
    kept = read_suite(tmp_path / "app", key)
    assert kept is not None
    assert kept.scenarios == suite().scenarios
