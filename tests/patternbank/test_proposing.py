"""What helped in enough applications becomes a version with the fix in it, or a sentence that says why not."""

import json
from collections.abc import Iterator, Mapping

import pytest

from patternbank.bank import Bank
from patternbank.lessons.proposing import next_number, propose, propose_all, proposed
from patternbank.lessons.records import Advise, Avoid, LessonRecord, Proposal, Require, RewriteCode
from patternbank.lifecycle import Change
from patternbank.patterns import PatternFile, PatternVersion, Status
from patternbank.stores.embedded import EmbeddedStore
from tests.patternbank.past import NOON
from tests.patternbank.shelves import pattern
from tests.patternbank.taught import pair, record

BY_ANN = Change(by="ann", why="a reason")
PLAIN = '"""A module."""\n\n\ndef answer() -> int:\n    """Give a number."""\n    return {{ number }}\n'
OTHER = '"""Another module."""\n\nNAME = {{ slots.word | literal }}\n'
FILES = [
    {"template": "one.py.j2", "path": "one.py", "id": "one"},
    {"template": "two.py.j2", "path": "two.py", "id": "two"},
]


def version(number: str, one: str = PLAIN, two: str = OTHER, **manifest: object) -> PatternVersion:
    """A pattern of two files with an example."""
    given: dict[str, object] = {"files": FILES, "slots": {"word": "plain"}, **manifest}
    made = pattern("a", {"one.py.j2": one, "two.py.j2": two}, version=number, **given)
    expected = {"one.py": one.replace("{{ number }}", "7"), "two.py": '"""Another module."""\n\nNAME = "plain"\n'}
    example = {"example/view.json": '{"number": 7}\n', **{f"example/expected/{k}": v for k, v in expected.items()}}
    files = tuple(PatternFile(path=path, text=text) for path, text in example.items())
    return PatternVersion(manifest=made.manifest, files=(*made.files, *files))


OLD = version("1.0.0")


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank with one version."""
    with EmbeddedStore() as store:
        store.add([OLD], BY_ANN)
        yield Bank(store)


def taught(bank: Bank, words: str = "xyz", old: PatternVersion = OLD, **given: object) -> LessonRecord:
    """An active lesson that helped in applications."""
    made = record(old.reference, "active", digest=old.digest, **given)
    bank.store.keep_lessons([made])
    bank.store.add_lesson_evidence([pair(made.lesson.id, word) for word in words])
    return made


def asked(bank: Bank, made: LessonRecord) -> Proposal | str:
    return propose(bank, made, bank.store.lesson_evidence(made.lesson.id), NOON)


def texts(found: Proposal | str) -> Mapping[str, str]:
    assert isinstance(found, Proposal), found
    return proposed(found).texts


def test_a_rewrite_goes_into_the_template(bank: Bank) -> None:
    """At whatever depth it stands; the example becomes what it becomes; the diff shows both and the new number."""
    action = RewriteCode(fragment="one", find='"""Give a number."""', put='"""Give the number."""')
    found = asked(bank, taught(bank, action=action))
    assert isinstance(found, Proposal)
    assert (found.reference, found.corrects, found.status) == ("a@1.0.1", "a@1.0.0", "open")
    assert '    """Give the number."""\n    return {{ number }}\n' in texts(found)["files/one.py.j2"]
    assert '"""Give the number."""' in texts(found)["example/expected/one.py"]
    assert texts(found)["files/two.py.j2"] == OTHER
    assert '-    """Give a number."""\n+    """Give the number."""' in found.diff
    assert '+  "version": "1.0.1"' in found.diff
    assert proposed(found).manifest.status is Status.DRAFT


@pytest.mark.parametrize(("fragment", "find", "put", "why"), [
    ("one", "return _1", "return 1 + _1", "stands for many places"),
    ("one", "return 7", "return 8", "does not stand word by word"),
    ("one", "return 1", 'return f"{{}}"', "marks of a template"),
    ("three", "return 7", "return 8", "no file that is called three"),
])  # fmt: skip
def test_a_rewrite_that_the_template_does_not_hold_is_left_to_a_person(
    bank: Bank, fragment: str, find: str, put: str, why: str
) -> None:
    """The sentence says why."""
    found = asked(bank, taught(bank, action=RewriteCode(fragment=fragment, find=find, put=put)))
    assert isinstance(found, str)
    assert why in found


def test_a_slot_gets_another_default(bank: Bank) -> None:
    """It is what the lesson sets; a slot that is not there, or set so already, is said."""
    found = asked(bank, taught(bank, action=Require(slot="word", value='"careful"')))
    assert 'NAME = "careful"' in texts(found)["example/expected/two.py"]
    assert isinstance(found, Proposal)
    assert proposed(found).manifest.slots[0].default == "careful"
    assert "has no slot" in str(asked(bank, taught(bank, action=Require(slot="other", value="1"))))
    assert "already" in str(asked(bank, taught(bank, action=Require(slot="word", value='"plain"'))))
    assert "no JSON" in str(asked(bank, taught(bank, action=Require(slot="word", value="plain"))))


def test_only_the_blamed_file_is_taken_over(bank: Bank) -> None:
    """Another version of the pattern was better: its file comes over, what differs elsewhere does not."""
    better = version("0.9.0", PLAIN.replace("return", "return 1 +"), OTHER.replace("Another", "Some other"))
    bank.store.add([better], BY_ANN)
    one = asked(bank, taught(bank, action=Avoid(instead="a@0.9.0"), fragment="one"))
    assert "return 1 + {{ number }}" in texts(one)["files/one.py.j2"]
    assert "return 1 + 7" in texts(one)["example/expected/one.py"]
    assert texts(one)["files/two.py.j2"] == OTHER
    every = asked(bank, taught(bank, action=Avoid(instead="a@0.9.0"), fragment="", capability="other"))
    assert texts(every)["files/one.py.j2"] == texts(one)["files/one.py.j2"]
    assert "Some other" in texts(every)["files/two.py.j2"]


def test_files_slots_and_predicates_come_along(bank: Bank) -> None:
    """A file that the old version lacks, its entry, the slot that it speaks of; the predicate where all is taken."""
    three = {"template": "three.py.j2", "path": "three.py", "id": "three"}
    slots = {"word": "plain", "mood": "calm"}
    plain = version("0.9.0", files=[*FILES, three], slots=slots, when={"has": ["list"]})
    text = '"""A third module."""\n\nMOOD = {{ slots.mood | literal }}\n'
    better = PatternVersion(
        manifest=plain.manifest, files=(*plain.files, PatternFile(path="files/three.py.j2", text=text))
    )
    bank.store.add([better], BY_ANN)
    found = asked(bank, taught(bank, action=Avoid(instead="a@0.9.0"), fragment=""))
    assert isinstance(found, Proposal)
    new = proposed(found)
    assert [entry.id for entry in new.entries] == ["one", "two", "three"]
    assert {slot.name: slot.default for slot in new.manifest.slots} == slots
    assert new.manifest.when.has == ("list",)
    assert new.texts["example/expected/three.py"].endswith('MOOD = "calm"\n')
    named = asked(bank, taught(bank, action=Avoid(instead="a@0.9.0"), fragment="three"))
    assert isinstance(named, Proposal)
    assert proposed(named).manifest.when.has == ()


def test_what_another_pattern_does_better_is_a_matter_of_deprecation(bank: Bank) -> None:
    """And so is a newer golden version; advice holds no code."""
    assert "deprecate a@1.0.0 in favour" in str(asked(bank, taught(bank, action=Avoid(instead="b@1.0.0"))))
    assert "another pattern" in str(asked(bank, taught(bank, action=Avoid(), capability="c")))
    bank.store.add([version("1.2.0", PLAIN.replace("Give", "Tell"))], BY_ANN)
    newer = taught(bank, action=Avoid(instead="a@1.2.0"), capability="d")
    assert "a@1.2.0 is golden and newer: deprecate a@1.0.0" in str(asked(bank, newer))
    assert "no code to take over" in str(asked(bank, taught(bank, action=Advise(text="look"), capability="e")))


def test_enough_applications_and_no_harm(bank: Bank) -> None:
    """Two wins are too few, environments of one application are one; any harm is too much; drafts propose nothing."""
    action = Require(slot="word", value='"careful"')
    young = taught(bank, "xy", action=action)
    assert "helped in 2 different applications" in str(asked(bank, young))
    bank.store.add_lesson_evidence([pair(young.lesson.id, "x", environment="other")])
    assert "helped in 2 different applications" in str(asked(bank, young))
    bank.store.add_lesson_evidence([pair(young.lesson.id, "z")])
    assert isinstance(asked(bank, young), Proposal)
    assert "is draft" in str(asked(bank, young.model_copy(update={"status": "draft"})))
    bank.store.add_lesson_evidence([pair(young.lesson.id, "w", won=-1)])
    assert "worse" in str(asked(bank, young))


def test_a_fix_is_proposed_once(bank: Bank) -> None:
    """The open proposal comes again; a rejected one never does; a number that was taken meanwhile is raised."""
    made = taught(bank, action=Require(slot="word", value='"careful"'))
    (first,) = propose_all(bank, NOON)
    assert propose_all(bank, NOON) == ()
    assert asked(bank, made) == first
    bank.store.add([version("1.0.1", PLAIN.replace("Give", "Say"))], BY_ANN)
    second = asked(bank, made)
    assert isinstance(second, Proposal)
    assert second.reference == "a@1.0.2"
    assert second.id != first.id
    bank.store.settle_proposal(first.id, "rejected", Change(by="bob", why="no"))
    assert "rejected by bob: no" in str(asked(bank, made))


def test_a_version_that_fails_its_checks_is_not_proposed(bank: Bank) -> None:
    """What ruff finds in the example is said."""
    action = RewriteCode(fragment="one", find="return {{ number }}", put="unused = 1\nreturn 1")
    found = asked(bank, taught(bank, action=action))
    assert "does not pass its checks" in str(found)


def test_numbers_go_on_above_all_that_are_held() -> None:
    """Compared as numbers, whatever they were before their release."""
    assert next_number(["1.0.0"]) == "1.0.1"
    assert next_number(["1.9.9", "1.10.2", "1.2.30"]) == "1.10.3"
    assert next_number(["2.0.0-rc.1", "1.0.0"]) == "2.0.1"


def test_a_body_is_the_version(bank: Bank) -> None:
    """It is read back with the digest that it was made with."""
    found = asked(bank, taught(bank, action=Require(slot="word", value='"careful"')))
    assert isinstance(found, Proposal)
    assert json.loads(found.body)["digest"] == found.digest == proposed(found).digest
