"""What a curator does at the command line: promote, deprecate, retire, and ask what happened."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from tests.patternbank.commanding import Run, runner
from tests.patternbank.past import application, bound, failure, proofs, proven, run
from tests.patternbank.shelves import pattern

WHO = ("--by", "ann", "--why", "a reason")


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A bank with a proven candidate, two golden versions of another pattern, and two runs."""
    found = str(tmp_path / "bank.sqlite")
    version, old, new = proven(), pattern("old"), pattern("old", {"a.txt": "b\n"}, version="1.1.0")
    with open_bank(found, shipped=False) as bank:
        bank.store.add([version, old, new], Change(by="ann", why="trial"))
        bank.store.add_evidence(proofs(version, "a", "b", "c"))
        bank.store.record(
            application("a", title="Parcels"), run("r1", "a", "old@1.1.0", failures=(failure("old@1.1.0"), failure()))
        )
        green = run("r2", "b", minutes=5).model_copy(
            update={"bound": (bound(version.reference, digest=version.digest),)}
        )
        bank.store.record(application("b", "list", "states", title="Shelves"), green)
    return found


@pytest.fixture
def curator(place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands on that bank."""
    monkeypatch.delenv("PATTERNBANK_CURATOR", raising=False)
    return runner(place, monkeypatch, capsys)


def status_of(curator: Run, reference: str) -> str:
    """The state that the bank shows."""
    shown = json.loads(curator("show", reference, "--json", "--no-example")[1])
    return str(shown["status"])


def test_promote(curator: Run) -> None:
    """First dry, then for good; then there is no step up."""
    code, out, _ = curator("promote", "plain", *WHO, "--dry-run")
    assert (code, "nothing was changed: a dry run" in out) == (0, True)
    assert status_of(curator, "plain") == "candidate"
    code, out, _ = curator("promote", "plain", *WHO, "--json")
    moved = json.loads(out)
    assert (code, moved["after"], moved["written"]) == (0, "golden", True)
    assert status_of(curator, "plain") == "golden"
    code, _, err = curator("promote", "plain", *WHO)
    assert (code, "no step up" in err) == (2, True)


def test_a_promotion_that_fails_says_why(curator: Run, place: str) -> None:
    """Exit 1, each gate with what to do, and nothing is changed."""
    with open_bank(place, shipped=False) as bank:
        bank.store.add([proven("young")], Change(by="ann", why="trial"))
    code, out, _ = curator("promote", "young", *WHO)
    assert code == 1
    assert "FAIL  proven       proven in 0 different applications" in out
    assert "do: build it into more applications" in out
    assert "nothing was changed" in out
    assert status_of(curator, "young") == "candidate"


def test_who_must_be_said(curator: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an option or by the environment; it is in the history."""
    code, _, err = curator("deprecate", "old", "--replacement", "none", "--why", "x")
    assert (code, "--by" in err) == (2, True)
    monkeypatch.setenv("PATTERNBANK_CURATOR", "bob")
    assert curator("deprecate", "old@1.0.0", "--replacement", "old@1.1.0", "--why", "x")[0] == 0
    out = curator("history", "old@1.0.0")[1]
    assert out.splitlines()[-1].endswith("old@1.0.0  status golden -> deprecated by bob: x (instead: old@1.1.0)")


def test_deprecate_names_what_is_there(curator: Run) -> None:
    """A replacement that the bank does not hold is refused."""
    code, _, err = curator("deprecate", "old@1.0.0", "--replacement", "absent", *WHO)
    assert (code, "absent" in err) == (2, True)
    assert status_of(curator, "old@1.0.0") == "golden"


def test_retire_asks(curator: Run, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal it refuses, with --yes it does; what is retired stays readable."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, err = curator("retire", "plain", *WHO)
    assert (code, "say --yes" in err) == (2, True)
    assert curator("retire", "plain", *WHO, "--dry-run")[0] == 0
    assert status_of(curator, "plain") == "candidate"
    assert curator("retire", "plain", *WHO, "--yes")[0] == 0
    assert "retired" in curator("show", "plain@1.0.0")[1]
    code, _, err = curator("retire", "old", *WHO, "--yes")
    assert (code, "golden and cannot become retired" in err) == (2, True)


def test_retire_on_a_terminal_takes_no_for_an_answer(place: str) -> None:
    """A terminal is asked, and 'n' changes nothing."""
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-c",
        "from patternbank.cli import main; main()",
        "--bank",
        place,
        "retire",
        "plain",
        *WHO,
    ]
    os.write(ours, b"n\n")
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, "This cannot be undone" in done.stderr) == (130, True)
    with open_bank(place, shipped=False) as bank:
        entry = bank.entry("plain", "1.0.0")
        assert entry is not None
        assert entry.status == "candidate"


def test_show_tells_use_failures_and_example(curator: Run) -> None:
    """Where it was used, what failed there, and what the example becomes."""
    out = curator("show", "old")[1]
    assert "used in 1 runs of 1 applications, 1 of them with failures" in out
    assert "  Parcels: 1 runs" in out
    assert "s1 (condition, status): open" in out
    code, out, err = curator("show", "plain")
    assert (code, '+++ a.py\n"""A module."""' in out, err) == (0, True, "")
    shown = json.loads(curator("show", "plain", "--json")[1])
    assert shown["example"] == {"a.py": '"""A module."""\n'}
    assert shown["use"]["applications"][0]["title"] == "Shelves"


def test_failures_and_advice(curator: Run, place: str) -> None:
    """Red scenarios by what they are blamed on, cleared ones marked; advice points at the open ones."""
    code, out, _ = curator("failures")
    assert code == 0
    assert out.splitlines()[0] == "nobody"
    assert "old@1.1.0" in out
    assert "expected 201, got 500" in out
    assert curator("failures", "plain")[1] == "no failures\n"
    out = curator("advice")[1]
    assert out.startswith("no lessons yet\n")
    assert "old@1.1.0: 1 open failures in 1 applications" in out
    assert "old@1.0.0: golden, and not measured" in out
    with open_bank(place, shipped=False) as bank:
        bank.store.record(application("a", title="Parcels"), run("r3", "a", "old@1.1.0", minutes=9))
    assert "cleared by a later run" in curator("failures", "old")[1]
    assert json.loads(curator("failures", "old", "--open", "--json")[1]) == {"failures": [], "families": []}
    assert "open failures" not in curator("advice")[1]
    assert curator("advice", "absent")[0] == 2


def test_stats(curator: Run) -> None:
    """Counts of versions, runs and scenarios."""
    found = json.loads(curator("stats", "--json")[1])
    assert (found["versions"], found["patterns"], found["statuses"]) == (3, 2, {"candidate": 1, "golden": 2})
    assert (found["runs"], found["red_runs"], found["applications"]) == (2, 1, 2)
    assert (found["scenarios"], found["failed"]) == (20, 2)
    assert "88.9% of those asked passed" in curator("stats")[1]


def test_history_of_the_bank(curator: Run) -> None:
    """All changes by time, the newest so many."""
    curator("promote", "plain", *WHO)
    changes = json.loads(curator("history", "--json")[1])["changes"]
    assert [one["entry"]["kind"] for one in changes] == ["added", "added", "added", "scores", "status"]
    assert len(json.loads(curator("history", "--limit", "2", "--json")[1])["changes"]) == 2


def test_diff(curator: Run, tmp_path: Path) -> None:
    """Manifest and files; a folder against the bank; exit 1 when they differ."""
    code, out, _ = curator("diff", "old@1.0.0", "old@1.1.0")
    assert code == 1
    assert '-  "version": "1.0.0"' in out
    assert "+++ old@1.1.0/files/a.txt" in out
    assert curator("diff", "plain", "plain")[0] == 0
    folder = tmp_path / "plain"
    for path, text in {
        "pattern.yaml": "name: plain\nversion: 1.0.0\ntitle: plain\ncategory: test\ncapability: plain\nview: test\n",
        "files/a.py": '"""A module."""\n',
        "example/view.json": "{}\n",
        "example/expected/a.py": '"""A module."""\n',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    assert curator("diff", str(folder), "plain")[:2] == (0, "plain@1.0.0 and plain@1.0.0 are the same\n")
    (folder / "files" / "b.txt").write_text("b")
    found = json.loads(curator("diff", "plain", str(folder), "--json")[1])
    assert [(one["path"], one["change"]) for one in found["differences"]] == [("files/b.txt", "added")]
    assert curator("diff", "plain", "no/folder")[0] == 2


def test_add_measures_and_can_be_tried(curator: Run, tmp_path: Path) -> None:
    """A dry run adds nothing; what is added is a candidate with its measurements."""
    folder = tmp_path / "fresh"
    manifest = (
        "name: fresh\nversion: 1.0.0\ntitle: fresh\ncategory: test\ncapability: fresh\nview: test\nstatus: golden\n"
    )
    texts = {"pattern.yaml": manifest, "files/a.py": "A = 1\n", "example/view.json": "{}\n"}
    for path, text in {**texts, "example/expected/a.py": "A = 1\n"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    code, out, _ = curator("add", str(folder), *WHO, "--dry-run")
    assert (code, "would add fresh@1.0.0 as candidate" in out) == (0, True)
    assert curator("show", "fresh")[0] == 2
    assert curator("add", str(folder), *WHO)[0] == 0
    assert status_of(curator, "fresh") == "candidate"
    (folder / "files" / "a.py").write_text("A = 2\n")
    (folder / "example" / "expected" / "a.py").write_text("A = 2\n")
    code, _, err = curator("add", str(folder), *WHO, "--dry-run")
    assert (code, "raise its number" in err) == (2, True)


def test_names_complete_from_the_bank(place: str) -> None:
    """The shell asks for what may follow, and the bank is only read."""
    environment = {**os.environ, "_PATTERNBANK_COMPLETE": "bash_complete", "COMP_CWORD": "4"}
    script = "import sys; sys.argv[0] = 'patternbank'; from patternbank.cli import main; main()"
    found = {}
    for typed in ("ol", "old@1.1"):
        words = {"COMP_WORDS": f"patternbank --bank {place} show {typed}"}
        done = subprocess.run(
            [sys.executable, "-c", script], env={**environment, **words}, capture_output=True, text=True, check=False
        )
        found[typed] = done.stdout.split()
    assert found == {"ol": ["plain,old"], "old@1.1": ["plain,old@1.1.0"]}
