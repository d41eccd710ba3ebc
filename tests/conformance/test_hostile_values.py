"""Values are values: whatever stands in a name, a text or a question, no store takes it for words of its own."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from patternbank.errors import PatternBankError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternFile, PatternVersion, Status
from patternbank.ports import Ask, Conditions, Store
from patternbank.records import ApplicationRecord, Bound, EvidenceRecord, FailureRecord, RunRecord
from tests.patternbank.shelves import pattern

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOSTILE = (
    "'}) DETACH DELETE (n",
    "' OR 1 = 1 //",
    '"}) MATCH (n) DETACH DELETE n //',
    "`}) MATCH (n) SET n.status = 'golden' //",
    "\\'; MATCH (n) DETACH DELETE n",
    "x' UNION SELECT body FROM contents --",
    "'; DROP TABLE versions; --",
    "$name",
    "{name: $name}",
    "%s %(name)s {0} {}",
    "a\u0000b",
    "\n\r\t",
    "\u202e\u200b\ufeff\U0001f600é",
    "%_*?[a-z]",
    "NULL",
    "a" * 5000,
    "@",
    "a.pattern@1.0.0@",
)
KEY = "f" * 64


def questions(store: Store, word: str) -> Iterator[Callable[[], object]]:
    """Every question of the ports in which a text can stand."""
    limited = Conditions(capability=word, stack=(word,))
    yield lambda: store.entries(Conditions(capability=word))
    yield lambda: store.entries(limited, limit=5)
    yield lambda: store.providing(word)
    yield lambda: store.near(((1, 1.0),), 5, limited)
    yield lambda: store.mentioning(word, 5, limited)
    yield lambda: store.search(Ask(words=((1, 1.0),), conditions=limited))
    yield lambda: store.entry(word, word)
    yield lambda: store.versions(word)
    yield lambda: store.version(word, word)
    yield lambda: store.contents(word)
    yield lambda: store.history(word, word)
    yield lambda: store.note(word)
    yield lambda: store.application(word)
    yield lambda: store.runs(application=word)
    yield lambda: store.runs(reference=word, failed=True, limit=5)
    yield lambda: store.evidence(word)


def told(store: Store) -> tuple[object, ...]:
    """All that a bank says of itself."""
    return store.revision(), store.size(), store.entries(), store.capabilities(), store.applications(), store.runs()


def test_no_question_is_a_command(store: Store) -> None:
    """Each hostile word finds nothing in any question, and changes nothing."""
    store.add([pattern(), pattern("other")], Change(by="ann", why="a reason", at=NOON))
    before = told(store)
    for word in HOSTILE:
        for question in questions(store, word):
            assert question() in ((), None), word
    for word in ("\ud800", *HOSTILE):
        with pytest.raises(PatternBankError):
            store.move(word, word, Status.RETIRED, Change(by="eve", why="a reason"))
    assert told(store) == before


def test_what_is_no_text_is_refused_in_words(store: Store) -> None:
    """Half a character, as a terminal may give it: no crash."""
    for question in questions(store, "\ud800"):
        with contextlib.suppress(PatternBankError):
            assert question() in ((), None)


def test_pages_after_anything(store: Store) -> None:
    """A page may be asked for after a reference that is no reference."""
    store.add([pattern(), pattern("other")], Change(by="ann", why="a reason", at=NOON))
    for word in HOSTILE:
        with contextlib.suppress(PatternBankError):
            assert {entry.name for entry in store.entries(after=word, limit=5)} <= {"a.pattern", "other"}


def test_what_is_written_is_read(store: Store) -> None:
    """Hostile texts in every place of every record come back as they went in, and nothing else happens."""
    versions = tuple(hostile(number, word) for number, word in enumerate(HOSTILE))
    store.add([pattern("old")], Change(by="ann", why="a reason", at=NOON))
    for version, word in zip(versions, HOSTILE, strict=True):
        change = Change(by=word[:200], why=word[:2000], at=NOON, replacement=word[:200])
        assert store.add([version], change, origin=word) == (version.reference,)
        store.keep_note(word, word)
        assert store.version(version.name, version.version) == version
        (added,) = store.history(version.name, version.version)
        assert added.change == change
        entry = store.entry(version.name, version.version)
        assert entry is not None
        assert (entry.origin, entry.manifest.labels) == (word, (word,))
        assert store.note(word) == word

    assert store.size() == len(HOSTILE) + 1
    store.move("old", "1.0.0", Status.DEPRECATED, Change(by="ann", why="x", at=NOON, replacement=HOSTILE[0]))
    assert store.size() == len(HOSTILE) + 1


def test_runs_are_kept_as_they_are(store: Store) -> None:
    """Hostile titles, scenarios, causes and blames."""
    store.add([pattern()], Change(by="ann", why="a reason", at=NOON))
    for word in HOSTILE:
        application, run = remembered(word)
        assert store.record(application, run)
        assert not store.record(application, run)
        assert store.application(KEY) == application
        assert run in store.runs(application=KEY)
        evidence = proof(word)
        assert store.add_evidence([evidence]) == 1
        assert evidence in store.evidence("a.pattern@1.0.0")
    assert len(store.runs()) == len(HOSTILE)
    assert store.size() == 1


def hostile(number: int, word: str) -> PatternVersion:
    """A pattern that says a word wherever it may say what it likes."""
    texts = {"title": word[:200], "description": word, "labels": [word], "view": word[:100]}
    made = pattern(f"p{number}", {"a.txt": word}, **texts)
    return PatternVersion(manifest=made.manifest, files=(*made.files, PatternFile(path="notes.txt", text=word)))


def remembered(word: str) -> tuple[ApplicationRecord, RunRecord]:
    """An application and a run that say a word."""
    application = ApplicationRecord(
        id=KEY, title=word[:300], signature=((1, 1.0),), stack=(word,), entities=1, operations=1
    )
    red = FailureRecord(
        scenario=word[:500], kind=word[:100], cause=word[:100], expected=word[:2000], actual=word[:2000], blames=(word,)
    )
    used = Bound(task=word[:300], capability=word[:100], reference="a.pattern@1.0.0", digest=KEY, score=1)
    counts = {"total": 1, "passed": 0, "failed": 1, "skipped": 0, "seconds": 1.0}
    run = RunRecord.model_validate(
        {"id": word[:100], "application": KEY, "at": NOON, "revision": word[:64], "bound": (used,), "failures": (red,)}
        | counts
    )
    return application, run


def proof(word: str) -> EvidenceRecord:
    """A measurement that says a word."""
    places = {"application": word[:64], "environment": word[:200], "source": word[:300]}
    counts = {"kind": "smoke", "total": 1, "passed": 1, "at": NOON}
    return EvidenceRecord.model_validate({"reference": "a.pattern@1.0.0", "digest": KEY, **places, **counts})
