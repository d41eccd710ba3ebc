"""How a store changes: versions stay, states move along the lifecycle, writers do not disturb each other."""

import multiprocessing
import threading
from datetime import UTC, datetime

import pytest

from patternbank.errors import LifecycleError, PatternBankError, StoreError, UnknownPatternError, VersionConflictError
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import Status
from patternbank.ports import PatternStore
from patternbank.stores.embedded import EmbeddedStore
from tests.conformance.conftest import Opening
from tests.patternbank.shelves import pattern

BY_ANN = Change(by="ann", why="a reason", at=datetime(2024, 1, 2, tzinfo=UTC), replacement="b@1.0.0")
BEST = Scores(readiness=1, coverage=1, security=1, reliability=1)


def test_adding_twice_changes_nothing(store: PatternStore) -> None:
    """The same contents are known already, and no history is written."""
    assert store.add([pattern("a")], BY_ANN) == ("a@1.0.0",)
    assert store.add([pattern("a")], BY_ANN) == ()
    assert len(store.history("a", "1.0.0")) == 1


def test_a_version_never_changes(store: PatternStore) -> None:
    """Other contents under a known version are refused with a way out."""
    store.add([pattern("a")], BY_ANN)
    with pytest.raises(VersionConflictError, match=r"a@1\.0\.0 is in the bank with other contents") as caught:
        store.add([pattern("a", {"a.txt": "other"})], BY_ANN)
    assert "raise the version" in caught.value.hint
    assert store.version("a", "1.0.0") == pattern("a")


def test_adding_is_all_or_nothing(store: PatternStore) -> None:
    """One conflict in a batch, and none of the batch is there."""
    store.add([pattern("b")], BY_ANN)
    before = store.revision()
    with pytest.raises(VersionConflictError):
        store.add([pattern("a"), pattern("b", {"a.txt": "other"}), pattern("c")], BY_ANN)
    assert store.revision() == before
    assert store.version("a", "1.0.0") is None
    assert store.capabilities() == ("b",)


def test_a_reissue_keeps_the_old_contents(store: PatternStore) -> None:
    """Only the same origin may reissue, and what was stays readable by digest."""
    old, new = pattern("a"), pattern("a", {"a.txt": "other"}, capability="fresh")
    store.add([old], BY_ANN, origin="shipped")
    with pytest.raises(VersionConflictError):
        store.add([new], BY_ANN, origin="local", reissue=True)
    assert store.add([new], BY_ANN, origin="shipped", reissue=True) == ("a@1.0.0",)
    assert store.version("a", "1.0.0") == new
    assert store.contents(old.digest) == old
    assert store.capabilities() == ("fresh",)
    assert [(entry.kind, entry.after) for entry in store.history("a", "1.0.0")][-1] == ("reissued", new.digest)


def test_states_move_along_the_lifecycle(store: PatternStore) -> None:
    """Every way that is allowed, recorded with who, when and why."""
    store.add([pattern("a", status="draft")], BY_ANN)
    ways = [Status.CANDIDATE, Status.DRAFT, Status.CANDIDATE, Status.GOLDEN, Status.DEPRECATED, Status.RETIRED]
    for status in ways:
        store.move("a", "1.0.0", status, BY_ANN)
    history = store.history("a", "1.0.0")
    assert [entry.after for entry in history] == ["draft", *ways]
    assert {entry.change for entry in history} == {BY_ANN}
    assert store.versions("a")[0].status is Status.RETIRED
    assert store.version("a", "1.0.0") is not None


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CANDIDATE, Status.RETIRED, Status.GOLDEN])
def test_other_ways_are_refused(store: PatternStore, status: Status) -> None:
    """A golden pattern can only be deprecated, and a deprecation names a replacement."""
    store.add([pattern("a")], BY_ANN)
    with pytest.raises(LifecycleError, match=r"a@1\.0\.0 is golden and cannot become"):
        store.move("a", "1.0.0", status, BY_ANN)
    with pytest.raises(LifecycleError, match="names no replacement"):
        store.move("a", "1.0.0", Status.DEPRECATED, Change(by="ann", why="old"))
    assert len(store.history("a", "1.0.0")) == 1


def test_what_is_not_there_cannot_change(store: PatternStore) -> None:
    """An unknown version is named."""
    with pytest.raises(UnknownPatternError, match=r"a@1\.0\.0"):
        store.move("a", "1.0.0", Status.GOLDEN, BY_ANN)
    with pytest.raises(UnknownPatternError, match=r"a@1\.0\.0"):
        store.rate("a", "1.0.0", BEST, BY_ANN)


def test_scores_are_recorded_when_they_change(store: PatternStore) -> None:
    """The same scores again leave no trace."""
    store.add([pattern("a")], BY_ANN)
    store.rate("a", "1.0.0", BEST, BY_ANN)
    store.rate("a", "1.0.0", BEST, BY_ANN)
    assert store.versions("a")[0].scores == BEST
    assert [entry.kind for entry in store.history("a", "1.0.0")] == ["added", "scores"]


def test_a_reader_sees_what_a_writer_did_and_writes_nothing(opening: Opening) -> None:
    """Reading alone is enough for every question, and every change is refused."""
    writer = opening()
    writer.add([pattern("a")], BY_ANN)
    reader = opening(read_only=True)
    writer.add([pattern("b")], BY_ANN)
    assert [entry.name for entry in reader.entries()] == ["a", "b"]
    assert reader.version("b", "1.0.0") == pattern("b")
    for change in (
        lambda: reader.add([pattern("c")], BY_ANN),
        lambda: reader.move("a", "1.0.0", Status.DEPRECATED, BY_ANN),
        lambda: reader.rate("a", "1.0.0", BEST, BY_ANN),
        lambda: reader.keep_note("k", "v"),
    ):
        with pytest.raises(StoreError, match="reading only"):
            change()
    assert writer.size() == 2


def test_threads_share_a_connection(store: PatternStore) -> None:
    """Twelve threads add at once, and everything is there."""
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            store.add([pattern(f"p{number}")], BY_ANN)
            assert store.version(f"p{number}", "1.0.0") is not None
        except PatternBankError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.size() == 12


def _write_many(path: str, own: int, count: int) -> None:
    with EmbeddedStore(path) as store:
        for number in range(count):
            store.add([pattern(f"own{own}.n{number}"), pattern("shared", version=f"1.{number}.0")], BY_ANN)
            store.move(f"own{own}.n{number}", "1.0.0", Status.DEPRECATED, BY_ANN)


def test_processes_write_one_file_at_once(tmp_path: object) -> None:
    """Three processes create and fill one bank together: nothing is lost, nothing doubled."""
    path, count = f"{tmp_path}/new/bank.sqlite", 15
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_many, args=(path, own, count)) for own in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with EmbeddedStore(path, read_only=True) as store:
        assert store.size() == 3 * count + count
        assert all(len(store.history("shared", f"1.{number}.0")) == 1 for number in range(count))
        statuses = {entry.status for entry in store.entries() if entry.name != "shared"}
        assert statuses == {Status.DEPRECATED}
