"""Take a pack into a bank: all of it or nothing, and as drafts, whatever it claims."""

from patternbank.bank import Bank
from patternbank.errors import VersionConflictError
from patternbank.lifecycle import Change
from patternbank.packs.contents import Pack
from patternbank.patterns import Status
from patternbank.values import Frozen

ORIGIN = "pack:"
LONGEST = 2000


class Imported(Frozen):
    """What an import adds, and what the bank had already."""

    name: str
    sha256: str
    added: tuple[str, ...]
    known: tuple[str, ...]
    claims: dict[str, str]
    """What the pack says that the state of each version is, where that is more than a draft."""
    dry_run: bool


def import_pack(bank: Bank, pack: Pack, change: Change, *, dry_run: bool = False) -> Imported:
    """Add the pack's versions as drafts, with the pack as their origin; a version with other contents refuses all."""
    held = {one.reference: bank.entry(one.name, one.version) for one in pack.patterns}
    for one in pack.patterns:
        entry = held[one.reference]
        if entry is not None and entry.digest != one.digest:
            raise VersionConflictError(
                f"{one.reference} is in the bank with other contents, so nothing of the pack was taken in",
                "a version never changes: ask for a pack in which it has another number",
            )
    added = tuple(one.reference for one in pack.patterns if held[one.reference] is None)
    if not dry_run:
        why = f"{change.why} (from the pack {pack.name}, sha256 {pack.sha256})"[:LONGEST]
        drafts = [one.with_status(Status.DRAFT) for one in pack.patterns]
        added = bank.store.add(drafts, change.model_copy(update={"why": why}), origin=ORIGIN + pack.name)
    return Imported(
        name=pack.name,
        sha256=pack.sha256,
        added=added,
        known=tuple(sorted({one.reference for one in pack.patterns} - set(added))),
        claims={
            one.reference: one.claims.status.value
            for one in pack.manifest.patterns
            if one.claims.status is not Status.DRAFT
        },
        dry_run=dry_run,
    )
