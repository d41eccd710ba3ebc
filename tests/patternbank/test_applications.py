"""Applications like this one: what they were built of, and how they fared."""

import pytest

from patternbank import cli
from patternbank.bank import Bank
from patternbank.opening import open_bank
from patternbank.stores.embedded import EmbeddedStore
from tests.patternbank.past import application, failure, key, run
from tests.patternbank.shelves import star

PARTS = ("list", "flow", "states", "json", "rule", "unique", "many", "search", "computed", "password")


def remember(bank: Bank) -> None:
    """Two applications of one build, and one of another."""
    bank.store.record(application("a", *PARTS), run("r1", "a", "a@1.0.0"))
    bank.store.record(application("b", *PARTS), run("r2", "b", "a@1.0.0", "b@1.0.0"))
    bank.store.record(
        application("b", *PARTS),
        run("r3", "b", "b@1.0.0", minutes=5, failures=(failure("b@1.0.0"),)),
    )
    bank.store.record(application("c", "other", title="another"), run("r4", "c", "a@1.0.0"))


def test_alike_ones_come_with_their_newest_run() -> None:
    """Equal ones by id, nothing unlike, and what the newest run was built of."""
    with Bank(EmbeddedStore()) as bank:
        remember(bank)
        asked = star("application", *PARTS)
        found = bank.applications_like(asked)
        others = bank.applications_like(asked, other_than=key("a"))
    assert [one.application.id for one in found] == [key("a"), key("b")]
    assert found[0].score == 1
    assert found[1].built_of == ("b@1.0.0",)
    assert [len(one.runs) for one in found] == [1, 2]
    assert "1 red, 2 runs" in found[1].fared
    assert [one.application.id for one in others] == [key("b")]


def test_the_command_line_finds_by_title(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A title names an application; an unknown one ends with 2 and a hint."""
    place = f"{tmp_path}/bank.sqlite"
    with open_bank(place, shipped=False) as bank:
        remember(bank)
    monkeypatch.setenv("PATTERNBANK_PATH", place)
    monkeypatch.setattr("sys.argv", ["patternbank", "search", "--like-application", "a"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(key("b")[:12])
    monkeypatch.setattr("sys.argv", ["patternbank", "search", "--like-application", "nowhere"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "no application is called nowhere" in capsys.readouterr().err
