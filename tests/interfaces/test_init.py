"""A spec to start from."""

from pathlib import Path

import pytest

from devmatrix.interfaces.cli.main import run_command


def test_a_starter_is_a_spec_without_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What ``init`` writes is what ``check`` accepts."""
    spec = tmp_path / "library.md"
    assert run_command(["init", str(spec)]) == 0
    assert run_command(["check", str(spec)]) == 0
    assert "no findings" in capsys.readouterr().err


def test_every_example_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The examples are listed, and written as they are shipped."""
    assert run_command(["init", "--list"]) == 0
    names = capsys.readouterr().out.split()
    assert "ecommerce_api" in names
    for name in names:
        assert run_command(["init", str(tmp_path / name), "--example", name]) == 0
        shipped = Path(__file__).parents[2] / "seeds" / "specs" / f"{name}.md"
        assert (tmp_path / name).read_bytes() == shipped.read_bytes()


def test_a_file_that_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``init`` refuses to overwrite."""
    spec = tmp_path / "mine.md"
    spec.write_text("mine")
    assert run_command(["init", str(spec)]) == 2
    assert spec.read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


def test_an_unknown_example_names_the_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is a usage error that lists the right ones, and nothing is written."""
    assert run_command(["init", str(tmp_path / "x.md"), "--example", "nope"]) == 2
    assert "ecommerce_api" in capsys.readouterr().err
    assert not (tmp_path / "x.md").exists()
