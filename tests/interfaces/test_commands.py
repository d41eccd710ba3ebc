"""The commands, from their arguments to their exit codes."""

import json
from pathlib import Path

import jsonschema
import pytest

from devmatrix.interfaces.cli.main import run_command
from devmatrix.settings import Settings

ROOT = Path(__file__).parents[2]
SPEC = str(ROOT / "seeds" / "specs" / "simple_task_api.md")
BROKEN = "# Broken\n\n## Entities\n\n### A\n\n- b: nonsense\n"


@pytest.fixture(autouse=True)
def own_bank(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank of a user, in a folder of the test."""
    monkeypatch.setenv("PATTERNBANK_PATH", str(tmp_path_factory.getbasetemp() / "bank.sqlite"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A spec with an error."""
    spec = tmp_path / "broken.md"
    spec.write_text(BROKEN)
    return spec


def test_check_prints_findings_with_their_place(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File as the user wrote it, line, column, code; exit 1."""
    assert run_command(["check", str(broken)]) == 1
    assert capsys.readouterr().out.startswith(f"{broken}:7:")


def test_check_as_json(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data."""
    assert run_command(["check", str(broken), "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    schema = json.loads((ROOT / "docs" / "schema" / "diagnostic.schema.json").read_text())
    assert findings
    for finding in findings:
        jsonschema.validate(finding, schema)


@pytest.mark.parametrize("command", ["generate", "run"])
def test_a_bad_spec_writes_nothing(command: str, broken: Path, tmp_path: Path) -> None:
    """Exit 1, and no folder."""
    assert run_command([command, str(broken), "--out", str(tmp_path / "app")]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.md"]


def test_generate_writes_an_application(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files, the lock and the notes; a second time nothing changes."""
    app = tmp_path / "app"
    assert run_command(["generate", SPEC, "--out", str(app)]) == 0
    assert f"written to {app}" in capsys.readouterr().out
    for name in ("src/main.py", "devmatrix.lock", "openapi.json", ".devmatrix/ir.json"):
        assert (app / name).is_file(), name
    assert run_command(["generate", SPEC, "--out", str(app)]) == 0
    assert f"already in {app}" in capsys.readouterr().out


def test_edits_are_named_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that the user changed stops the command; with the option it is replaced and kept beside."""
    app = tmp_path / "app"
    assert run_command(["generate", SPEC, "--out", str(app)]) == 0
    (app / "src" / "main.py").write_text("mine\n")
    assert run_command(["generate", SPEC, "--out", str(app)]) == 2
    assert "src/main.py" in capsys.readouterr().err
    assert run_command(["generate", SPEC, "--out", str(app), "--discard-edits"]) == 0
    assert (tmp_path / "app.backup-1" / "src" / "main.py").read_text() == "mine\n"
    assert (app / "src" / "main.py").read_text() != "mine\n"


def test_a_folder_of_others_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither empty nor ours: exit 2 before anything is built."""
    (tmp_path / "theirs.txt").write_text("theirs")
    assert run_command(["run", SPEC, "--out", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.txt"]
    assert "neither empty nor made by DevMatrix" in capsys.readouterr().err


def test_explain_names_a_pattern_for_every_task(capsys: pytest.CaptureFixture[str]) -> None:
    """Task, pattern, score and why, as a table and as data."""
    assert run_command(["explain", SPEC]) == 0
    assert "entity.model:Task" in capsys.readouterr().out
    assert run_command(["explain", SPEC, "--reasons"]) == 0
    assert run_command(["explain", SPEC, "--json"]) == 0
    bindings = json.loads(capsys.readouterr().out.partition("[\n")[2].join(("[", "")))
    assert all(binding["reasons"] for binding in bindings)


def test_explain_says_what_chose_among_competitors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The setting that decided stands beside the choice, and so does the pattern that was passed over."""
    spec = tmp_path / "pages.md"
    spec.write_text("# Pages\n\n## Settings\n\n- paging: keyset\n\n## Entities\n\n### Thing\n- size: integer\n")
    assert run_command(["explain", str(spec)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("operation.list:")]
    assert "operation-list-keyset@1.0.0" in line
    assert line.endswith("the setting paging is keyset; not operation-list-offset@1.0.0")


def test_smoke_wants_a_folder_of_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that nobody generated is a failure with a hint; a database without a URL is wrong usage."""
    assert run_command(["smoke", str(tmp_path)]) == 2
    assert "hint: name a folder" in capsys.readouterr().err
    assert run_command(["smoke", str(tmp_path), "--database-url", "postgresql://x/y"]) == 2


def test_doctor_names_every_part(
    runtime_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each part is here or missing, with what it is for; what is needed is here, or this test could not run."""
    monkeypatch.setenv("DEVMATRIX_HOME", str(runtime_settings.home))
    assert run_command(["doctor", "--start", "--json"]) == 0
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)}
    assert {"uv", "PostgreSQL", "pattern bank", "solver", "Docker"} <= parts.keys()
    assert "answers" in parts["PostgreSQL"]["found"]
    assert run_command(["doctor"]) == 0
    assert "PostgreSQL" in capsys.readouterr().out
