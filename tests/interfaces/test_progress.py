"""Plain lines where there is no terminal."""

import contextlib

import pytest

from devmatrix.interfaces.cli.progress import recording
from devmatrix.pipeline.recorder import Event, Recorder


def test_a_stage_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Each stage prints one line on stderr when it ends, a failed one too; stdout stays for results."""
    with recording() as recorder:
        recorder.run("read", lambda: None)
        with recorder.step("smoke"):
            recorder.move("smoke", 1, 3, 0)
            recorder.move("smoke", 3, 3, 1)
        with pytest.raises(ValueError, match="no"), recorder.step("seed"):
            raise ValueError("no")
    captured = capsys.readouterr()
    lines = [line.split() for line in captured.err.splitlines()]
    assert captured.out == ""
    assert [line[0] for line in lines] == ["read", "smoke", "seed"]
    assert lines[1][3:] == ["3", "of", "3", "scenarios,", "1", "red"]
    assert lines[2][3:] == ["failed"]


def test_a_run_that_is_cut_off_says_how_far_it_got(capsys: pytest.CaptureFixture[str]) -> None:
    """What was not asked is not counted as asked; another stage that ends meanwhile takes nothing away."""
    with recording() as recorder:
        with contextlib.suppress(KeyboardInterrupt), recorder.step("smoke"):
            recorder.move("smoke", 2, 9, 1, skipped=4)
            recorder.run("scenarios", lambda: None)
            raise KeyboardInterrupt
        recorder.run("smoke", lambda: None)
    lines = [line.split(None, 3)[3:] for line in capsys.readouterr().err.splitlines()]
    assert lines == [[], ["failed  2 of 9 scenarios, 1 red, 4 skipped"], []]


def test_seconds_are_kept_by_stage() -> None:
    """A stage that runs twice is added up; one that failed is not counted."""
    heard: list[Event] = []
    recorder = Recorder(heard.append)
    recorder.run("read", lambda: None)
    recorder.run("read", lambda: None)
    with pytest.raises(ValueError, match="no"), recorder.step("seed"):
        raise ValueError("no")
    assert list(recorder.timings) == ["read"]
    assert [event.state for event in heard] == ["begun", "done", "begun", "done", "begun", "failed"]
