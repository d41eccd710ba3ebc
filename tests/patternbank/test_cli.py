"""The command line: results on one stream, exit codes that mean something."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from patternbank import cli
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from tests.patternbank.shelf_texts import write_shelf
from tests.patternbank.shelves import pattern, shelf

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a bank that holds the shelf; give code, output and errors."""
    place = str(tmp_path / "bank.sqlite")
    with open_bank(place, shipped=False) as bank:
        bank.store.add([*shelf().values(), pattern("old", status="draft")], Change(by="ann", why="trial"))
    monkeypatch.setattr("patternbank.loading.load_shipped", lambda _: None)

    def run_one(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["patternbank", "--bank", place, *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return run_one


def test_list(run: Run) -> None:
    """A table, or JSON with the revision; filters narrow it."""
    code, out, _ = run("list")
    assert code == 0
    assert out.splitlines()[0].split() == ["pattern", "status", "category", "provides", "title"]
    assert "service.create@1.0.0" in out
    assert "3 patterns" in out
    code, out, _ = run("list", "--status", "draft", "--json")
    assert [one["name"] for one in json.loads(out)["patterns"]] == ["old"]
    assert run("list", "--capability", "nothing")[1] == "no pattern\n"


def test_show(run: Run) -> None:
    """Manifest, history and files; JSON gives all of it."""
    code, out, _ = run("show", "service.create")
    assert code == 0
    assert "requires    service.module" in out
    assert "--- files/src/services/__resource__.create.py.j2" in out
    assert "added golden by ann: trial" in out
    assert "---" not in run("show", "service.create@1.0.0", "--no-files")[1]
    shown = json.loads(run("show", "service.create", "--json")[1])
    assert shown["manifest"]["capability"] == "operation.create"
    assert "example/view.json" in shown["files"]


def test_search(run: Run, tmp_path: Path) -> None:
    """Words, capability, structure; exit 1 when nothing fits."""
    code, out, _ = run("search", "create", "row")
    assert code == 0
    assert out.startswith("1. service.create@1.0.0")
    code, out, _ = run("search", "--capability", "operation.create", "--fact", "effect.insert", "--json")
    assert code == 0
    assert json.loads(out)["candidates"][0]["name"] == "service.create"
    code, out, _ = run("search", "--capability", "operation.create")
    assert code == 1
    assert "no answer: nothing that provides operation.create fits; service.create@1.0.0: needs effect.insert" in out
    graph = tmp_path / "graph.json"
    graph.write_text('{"nodes": [["o", "operation"], ["w", "effect.insert"]], "edges": [["o", "does", "w"]]}')
    code, out, _ = run("search", "--graph", str(graph), "--setting", "a=1")
    assert (code, out.splitlines()[0].split()[1]) == (0, "service.create@1.0.0")


def test_check(run: Run, tmp_path: Path) -> None:
    """Findings end with 1, a clean folder with 0."""
    folder = write_shelf(tmp_path / "patterns")
    code, out, _ = run("check", str(folder))
    assert code == 1
    assert "[expected] is rendered, and not expected" in out
    code, out, err = run("check", str(folder), "--accept")
    assert (code, out) == (0, "2 patterns checked, 0 findings\n")
    assert "accepted service.create/src/services/parcels.py" in err
    code, out, _ = run("check", "service.module", "--json")
    assert code == 1
    assert {finding["code"] for finding in json.loads(out)["findings"]} == {"expected"}
    assert run("check")[0] == 1


def test_add(run: Run, tmp_path: Path) -> None:
    """What passes every check comes in as a candidate, whatever it says of itself; with findings nothing comes in."""
    folder = write_shelf(tmp_path / "patterns")
    manifest = folder / "service.create" / "pattern.yaml"
    manifest.write_text(manifest.read_text().replace("version: 1.0.0", "version: 2.0.0"))
    code, out, _ = run("add", str(folder / "service.create"), "--by", "ann", "--why", "trial")
    assert (code, "nothing added" in out) == (1, True)
    run("check", str(folder), "--accept")
    code, out, _ = run("add", str(folder / "service.create"), "--by", "ann", "--why", "trial", "--json")
    assert (code, json.loads(out)["added"]) == (0, ["service.create@2.0.0"])
    shown = json.loads(run("show", "service.create@2.0.0", "--json")[1])
    assert (shown["status"], shown["history"][0]["change"]["by"]) == ("candidate", "ann")
    assert "golden" in run("show", "service.create")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "absent"),
        ("show",),
        ("nothing",),
        ("check", "no/such/folder"),
        ("search", "--setting", "x"),
        ("search", "--graph", "absent.json"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    """The error goes to its own stream, and there is no traceback."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_help_loads_nothing_heavy() -> None:
    """Saying what the commands are needs neither models nor templates."""
    script = (
        "import sys\nfrom patternbank import cli\nsys.argv = ['patternbank', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert not {'pydantic', 'jinja2', 'numpy', 'yaml', 'sqlite3'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("list", "show", "search", "check"):
        assert command in done.stdout
