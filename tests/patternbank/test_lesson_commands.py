"""What a person does about lessons at the command line: read them, decide on what they propose, overrule them."""

import json
import re
from pathlib import Path

import pytest

from patternbank.lessons.keeping import lay_down
from patternbank.lessons.proposing import propose_all
from patternbank.lessons.records import Require
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns import PatternVersion, Status
from tests.patternbank.commanding import Run, runner
from tests.patternbank.past import NOON, application, failure, proven, run
from tests.patternbank.taught import lesson, pair, record

WHO = ("--by", "ann", "--why", "a reason")
TEXT = '"""A module."""\n\nWORD = {{ slots.word | literal }}\n'
ACTION = Require(slot="word", value='"careful"')


def version() -> PatternVersion:
    """A candidate whose slot the lesson sets."""
    made = proven("plain", TEXT, slots={"word": "plain"})
    entry = made.manifest.model_copy(update={"files": None})
    files = [file.model_copy(update={"path": file.path.replace("files/a.py", "files/a.py.j2")}) for file in made.files]
    files = [
        file.model_copy(update={"text": '"""A module."""\n\nWORD = "plain"\n'}) if "expected" in file.path else file
        for file in files
    ]
    return PatternVersion(manifest=entry, files=tuple(files))


HELD = version()
LESSON = lesson("plain@1.0.0", digest=HELD.digest, action=ACTION, capability="plain", when={"has": ["list"]})
MARK = LESSON.id[:12]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A bank with a lesson that helped in three applications, one that nobody tried, and what the first proposes."""
    found = str(tmp_path / "bank.sqlite")
    with open_bank(found, shipped=False) as bank:
        bank.store.add([HELD], Change(by="ann", why="trial"))
        made = record().model_copy(update={"lesson": LESSON})
        bank.store.keep_lessons([made, record("plain@1.0.0", "draft", digest=HELD.digest)])
        bank.store.add_lesson_evidence([pair(LESSON.id, word) for word in "xyz"] + [pair(LESSON.id, "w", won=0)])
        assert len(propose_all(bank, NOON)) == 1
    return found


@pytest.fixture
def person(place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands on that bank."""
    monkeypatch.delenv("PATTERNBANK_CURATOR", raising=False)
    return runner(place, monkeypatch, capsys)


def proposal(person: Run) -> dict[str, object]:
    (found,) = json.loads(person("proposals", "--json")[1])["proposals"]
    assert isinstance(found, dict)
    return found


def status(person: Run, key: str = LESSON.id) -> str:
    found = json.loads(person("lessons", "--json")[1])["lessons"]
    return str(next(one["status"] for one in found if one["id"] == key))


def test_lessons_are_listed(person: Run) -> None:
    """One a line with what was seen of it; by status; as JSON with the lesson itself."""
    code, out, _ = person("lessons")
    assert code == 0
    assert f"{MARK}  active       plain@1.0.0: a change that was promised did not happen; helped 3, harmed 0" in out
    assert out.endswith("2 lessons\n")
    assert person("lessons", "--status", "quarantined")[1] == "0 lessons\n"
    (draft,) = json.loads(person("lessons", "--status", "draft", "--json")[1])["lessons"]
    assert (draft["status"], draft["lesson"]["against"], draft["seen"]["wins"]) == ("draft", "plain@1.0.0", 0)


def test_advice_says_it_in_plain_words(person: Run) -> None:
    """What failed, where, what a build does instead, what was seen, how sure that is, and what is on its way."""
    lines = person("advice")[1].splitlines()
    waiting = str(proposal(person)["id"])[:12]
    assert lines[:3] + lines[4:6] == [
        "A change that was promised did not happen.",
        "  where    'a' of plain@1.0.0, in tasks of plain, where there is list",
        '  instead  a build takes plain@1.0.0 with word set to "careful"',
        f"  lesson   {MARK}: builds follow it",
        f"  next     plain@1.0.1, with the correction in it, waits for you: `patternbank proposals {waiting}`",
    ]
    seen = (
        r"  seen     helped 3, harmed 0, changed nothing in 1; helps with a probability of (\d+)%, .* (\d+)% to (\d+)%"
    )
    found = re.fullmatch(seen, lines[3])
    assert found is not None
    mean, low, high = map(int, found.groups())
    assert low < mean < high
    told = json.loads(person("advice", "--json")[1])["lessons"]
    assert [(one["id"], one["applications"], one["seen"]["wins"]) for one in told] == [(LESSON.id, 3, 3)]
    assert 0 < told[0]["seen"]["low"] < told[0]["seen"]["mean"] < told[0]["seen"]["high"] < 1
    assert person("quarantine", MARK, *WHO)[0] == 0
    assert person("advice")[1].startswith("no lessons yet\n")


def test_failures_stand_together_by_mistake(person: Run, place: str) -> None:
    """How often and in how many applications, where; what did not fail again stands apart."""
    known = failure("plain@1.0.0").model_copy(
        update={"cause": "LOST_UPDATE", "family": "f", "fragment": "a", "file": "src/a.py", "line": 7}
    )
    with open_bank(place, shipped=False) as bank:
        odd = known.model_copy(update={"flaky": True, "scenario": "s2"})
        bank.store.record(application("a"), run("r1", "a", "plain@1.0.0", failures=(known, known, odd)))
        bank.store.record(application("b"), run("r2", "b", "plain@1.0.0", failures=(known,)))
    lines = person("failures", "plain")[1].splitlines()
    assert lines[:2] == [
        "plain@1.0.0",
        "  of two changes at the same time one was lost in 'a': 3 times in 2 applications, 3 of them open",
    ]
    assert "      at src/a.py:7" in lines
    (apart,) = [line for line in lines if "nothing is learnt from it" in line]
    assert apart.startswith("  of two changes at the same time one was lost in 'a': 1 time in 1 application")
    families = json.loads(person("failures", "--json")[1])["families"]
    assert [(one["family"], one["times"], one["applications"], one["flaky"]) for one in families] == [
        ("f", 3, 2, False),
        ("f", 1, 1, True),
    ]


def test_a_proposal_shows_what_speaks_for_it(person: Run) -> None:
    """The lesson in words, what was seen of it, and the difference; by the first letters of its id."""
    made = proposal(person)
    assert (made["reference"], made["status"], made["lesson"]) == ("plain@1.0.1", "open", LESSON.id)
    assert person("proposals", "--status", "rejected")[1] == "0 proposals\n"
    assert "plain@1.0.1 corrects plain@1.0.0\n1 proposals\n" in person("proposals")[1]
    out = person("proposals", str(made["id"])[:8])[1]
    assert out.startswith("plain@1.0.1 corrects plain@1.0.0: open\n")
    assert "helped 3, harmed 0" in out
    assert '-WORD = "plain"\n+WORD = "careful"' in out
    code, _, err = person("proposals", "absent")
    assert (code, "no proposal absent" in err, "patternbank proposals" in err) == (2, True, True)


def test_accept_adds_the_version_and_says_what_comes_next(person: Run) -> None:
    """First dry; then the version is a candidate like any other, and builds still follow the lesson."""
    key = str(proposal(person)["id"])
    code, out, _ = person("accept", key, *WHO, "--dry-run")
    assert (code, "would add plain@1.0.1 as candidate" in out, status(person)) == (0, True, "active")
    code, out, _ = person("accept", key[:8], *WHO)
    assert code == 0
    assert "added plain@1.0.1 as candidate" in out
    assert "devmatrix run SPEC --out DIR --try plain@1.0.1" in out
    assert "patternbank promote plain@1.0.1" in out
    assert status(person) == "active"
    assert proposal(person)["status"] == "accepted"
    assert json.loads(person("show", "plain@1.0.1", "--json", "--no-example")[1])["status"] == "candidate"
    assert "a reason" in person("history", "plain@1.0.1")[1]
    assert person("accept", key, *WHO)[0] == 0


def test_a_golden_version_takes_over_from_its_lesson(person: Run, place: str) -> None:
    """Until the proposed version is golden the lesson is followed; then it is laid down in it for good."""
    assert person("accept", str(proposal(person)["id"]), *WHO)[0] == 0
    with open_bank(place, shipped=False) as bank:
        assert lay_down(bank, "ann", NOON) == ()
        bank.store.move("plain", "1.0.1", Status.GOLDEN, Change(by="ann", why="a reason"))
        assert "laid down in plain@1.0.1" in lay_down(bank, "ann", NOON)[0]
        assert lay_down(bank, "ann", NOON) == ()
    assert status(person) == "accepted"
    code, _, err = person("activate", MARK, *WHO)
    assert (code, "accepted and cannot become active" in err) == (2, True)


def test_accept_checks_as_add_does(person: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a finding nothing is added, and the lesson stays."""
    monkeypatch.setattr("patternbank.checking.measuring.unsafe", lambda _: (("a.py:1", "something that is not safe"),))
    code, out, _ = person("accept", str(proposal(person)["id"]), *WHO)
    assert (code, "not safe" in out, "nothing added" in out) == (1, True, True)
    assert (status(person), proposal(person)["status"]) == ("active", "open")
    assert person("show", "plain@1.0.1")[0] == 2


def test_accept_needs_a_lesson_that_builds_follow(person: Run) -> None:
    """One that was taken back adds nothing."""
    assert person("quarantine", MARK, *WHO)[0] == 0
    code, _, err = person("accept", str(proposal(person)["id"]), *WHO)
    assert (code, "is quarantined and cannot become accepted" in err) == (2, True)
    assert person("show", "plain@1.0.1")[0] == 2


def test_reject_is_for_good(person: Run, place: str) -> None:
    """The lesson stays, and the same is not proposed again."""
    key = str(proposal(person)["id"])
    assert person("reject", key, *WHO, "--dry-run")[1].endswith("nothing was changed: a dry run\n")
    assert proposal(person)["status"] == "open"
    assert person("reject", key, *WHO)[0] == 0
    assert (proposal(person)["status"], status(person)) == ("rejected", "active")
    assert person("accept", key, *WHO)[0] == 2
    with open_bank(place, shipped=False) as bank:
        assert propose_all(bank, NOON) == ()
    assert "rejected by ann: a reason" in person("advice")[1]


def test_a_person_overrules(person: Run, place: str) -> None:
    """Taken back, put in by hand, laid aside: each recorded, and a dry run does nothing."""
    assert person("quarantine", MARK, *WHO, "--dry-run")[0] == 0
    assert status(person) == "active"
    assert "no build follows it any more" in person("quarantine", MARK, *WHO)[1]
    out = person("activate", MARK, *WHO)[1]
    assert "because ann says so: no replay has shown" in out
    assert status(person) == "active"
    told = json.loads(person("retire-lesson", MARK, *WHO, "--json")[1])
    assert (told["before"], told["status"]) == ("active", "retired")
    with open_bank(place, shipped=False) as bank:
        ways = [(entry.before, entry.after, entry.change.why) for entry in bank.store.lesson_history(LESSON.id)]
    assert ways[1:] == [
        ("active", "quarantined", "a reason"),
        ("quarantined", "draft", "a reason"),
        ("draft", "active", "a reason"),
        ("active", "retired", "a reason"),
    ]
    code, _, err = person("quarantine", MARK, *WHO)
    assert (code, "retired and cannot become quarantined" in err) == (2, True)
    code, _, err = person("activate", "absent", *WHO)
    assert (code, "no lesson absent" in err) == (2, True)
