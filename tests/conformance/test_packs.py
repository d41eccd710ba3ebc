"""A pack is the same, whatever store it is made of and whatever store it goes into."""

from patternbank.bank import Bank
from patternbank.indexing.sync import sync
from patternbank.lifecycle import Change, Scores
from patternbank.opening import open_bank
from patternbank.packs import export_pack, import_pack, read_pack
from patternbank.patterns import Status
from patternbank.ports import Store
from tests.patternbank.past import NOON, measured
from tests.patternbank.shelves import pattern, shelf

BY = Change(by="ann", why="a reason", at=NOON)


def test_every_store_makes_the_same_pack(store: Store) -> None:
    """Versions, states, scores, evidence and history: byte for byte as the embedded store's."""
    with open_bank(":memory:", shipped=False) as bank:
        versions = [*shelf().values(), pattern(), pattern("a.pattern", {"größe.txt.j2": "{{ x }}"}, version="1.1.0")]
        bank.store.add(versions, BY)
        bank.store.add([pattern("late", status="draft")], BY, origin="elsewhere")
        bank.store.rate("a.pattern", "1.0.0", Scores(readiness=1, coverage=0.1, security=0.25, reliability=0.3), BY)
        bank.store.add_evidence([measured("a.pattern@1.0.0", kind) for kind in ("smoke", "obligations")])
        bank.store.move("a.pattern", "1.0.0", Status.DEPRECATED, BY.model_copy(update={"replacement": "late"}))
        sync(bank.store, store)
        assert export_pack(Bank(store)) == export_pack(bank)


def test_every_store_takes_packs(store: Store) -> None:
    """All or nothing, as drafts; a second time nothing is new."""
    with open_bank(":memory:", shipped=False) as giver:
        giver.store.add([*shelf().values(), pattern()], BY)
        pack = read_pack(export_pack(giver), "team")
    bank = Bank(store)
    assert len(import_pack(bank, pack, BY).added) == 3
    assert import_pack(bank, pack, BY).added == ()
    assert {(entry.status, entry.origin) for entry in store.entries()} == {(Status.DRAFT, "pack:team")}
