"""A bank in which chosen candidates take part as if they were golden: how a candidate is proven."""

from collections.abc import Sequence

from patternbank.bank import ANY, Bank
from patternbank.errors import LifecycleError, UnknownPatternError
from patternbank.patterns import Status, version_key
from patternbank.ports import Conditions, Entry

ON_TRIAL = (Status.DRAFT, Status.CANDIDATE)


class TrialBank(Bank):
    """The same store, with some versions on trial; nothing in the store changes."""

    def __init__(self, bank: Bank, trials: Sequence[Entry]) -> None:
        super().__init__(bank.store, bank.notices, bank.encoder, read_only=bank.read_only)
        self.trials = tuple(entry.model_copy(update={"status": Status.GOLDEN}) for entry in trials)

    def providing(self, capability: str, conditions: Conditions = ANY, limit: int | None = None) -> tuple[Entry, ...]:
        """Give the versions that provide a capability, those on trial among them."""
        names = {trial.reference for trial in self.trials}
        held = [entry for entry in super().providing(capability, conditions, limit) if entry.reference not in names]
        tried = [trial for trial in self.trials if capability in trial.manifest.capabilities]
        return tuple(sorted((*held, *tried), key=lambda entry: (entry.name, version_key(entry.version))))


def on_trial(bank: Bank, references: Sequence[str]) -> Bank:
    """Give the bank with candidates on trial: of a name without a number the newest version."""
    return TrialBank(bank, [_trial(bank, reference) for reference in references]) if references else bank


def _trial(bank: Bank, reference: str) -> Entry:
    name, _, number = reference.partition("@")
    found = [entry for entry in bank.store.versions(name) if number in ("", entry.version)]
    if not found:
        raise UnknownPatternError(f"the bank holds no {reference}", "see `patternbank list`")
    if found[-1].status not in ON_TRIAL:
        states = " or ".join(ON_TRIAL)
        message = f"{found[-1].reference} is {found[-1].status}: only a {states} can be tried"
        raise LifecycleError(message, "name the version that is to be tried: NAME@VERSION")
    return found[-1]
