"""Applications like this one: what they were built of, and how they fared."""

import pytest

from patternbank import cli
from patternbank.bank import Bank
from patternbank.opening import open_bank
from patternbank.retrieval.applications import count_alike
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


def test_what_stands_out_of_the_crowd_is_alike() -> None:
    """A likeness that all have says nothing; one far above the others says much, however small it is."""
    crowd = [0.6 - number / 100 for number in range(12)]
    assert count_alike([0.8, *[0.79] * 12]) == 0
    assert count_alike([0.7, *crowd]) == 1
    assert count_alike([0.7, 0.69, *crowd]) == 2
    assert count_alike([0.6, *crowd]) == 0
    assert count_alike([0.9] * 20) == 20


def test_few_applications_are_no_crowd() -> None:
    """Where fewer than ten are remembered, the likeness alone counts."""
    assert count_alike([0.7, 0.2]) == 0
    assert count_alike([0.85, 0.2]) == 1
    assert count_alike([]) == 0
