"""Runs a command of the bank in this process."""

import sys
from collections.abc import Callable

import pytest

from patternbank import cli

Run = Callable[..., tuple[int, str, str]]


def runner(place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give code, output and errors of commands on the bank at a place, which holds no shipped patterns."""
    monkeypatch.setattr("patternbank.loading.load_shipped", lambda _: None)

    def run_one(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["patternbank", "--bank", place, *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return run_one
