"""What was done, built and learnt, as a curator asks for it: changes, failures by pattern, advice, counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from patternbank.bank import Bank
from patternbank.curation.scores import BAR
from patternbank.errors import UnknownPatternError
from patternbank.lessons.telling import Told, tell
from patternbank.lifecycle import HistoryEntry
from patternbank.patterns import Status
from patternbank.ports import Entry, Store
from patternbank.records import FailureRecord, RunRecord
from patternbank.values import Frozen

NOBODY = "nobody"


class Event(Frozen):
    """A change of a version."""

    reference: str
    entry: HistoryEntry


class Blamed(Frozen):
    """A red scenario, what it is blamed on, and whether the newest run of its application still shows it."""

    reference: str
    application: str
    title: str
    run: str
    at: datetime
    failure: FailureRecord
    open: bool


class UsedIn(Frozen):
    """An application that a version is part of."""

    application: str
    title: str
    runs: int
    last: datetime


class Use(Frozen):
    """Where a version was used."""

    runs: int
    red: int
    applications: tuple[UsedIn, ...]


class Hint(Frozen):
    """Something that a curator may want to look at."""

    reference: str
    text: str
    hint: str


class Advice(Frozen):
    """The lessons that builds follow, and what deserves a look besides."""

    lessons: tuple[Told, ...] = ()
    hints: tuple[Hint, ...] = ()


class Statistics(Frozen):
    """Counts of versions, scores, applications, runs and scenarios."""

    versions: int
    patterns: int
    statuses: dict[str, int]
    categories: dict[str, int]
    capabilities: dict[str, int]
    scored: int
    applications: int
    runs: int
    red_runs: int
    scenarios: int
    passed: int
    failed: int
    skipped: int

    @property
    def pass_rate(self) -> float | None:
        """Give the share of asked scenarios that passed; none when nothing was asked."""
        asked = self.passed + self.failed
        return self.passed / asked if asked else None


def events(store: Store, reference: str) -> tuple[Event, ...]:
    """Give the changes of a version, of a pattern, or of the bank, the oldest first."""
    found = [
        Event(reference=entry.reference, entry=past)
        for entry in _asked(store, reference)
        for past in store.history(entry.name, entry.version)
    ]
    return tuple(sorted(found, key=lambda event: event.entry.change.at))


def blamed(store: Store, reference: str) -> tuple[Blamed, ...]:
    """Give failures by what they are blamed on, the newest first; without a name also what nobody is blamed for."""
    asked = {entry.reference for entry in _asked(store, reference)} if reference else None
    titles = {application.id: application.title for application in store.applications()}
    newest = _newest(store.runs())
    found = [
        Blamed(
            reference=culprit,
            application=run.application,
            title=titles.get(run.application, ""),
            run=run.id,
            at=run.at,
            failure=failure,
            open=newest.get((run.application, culprit), run.id) == run.id,
        )
        for run in store.runs(failed=True)
        for failure in run.failures
        for culprit in failure.blames or (NOBODY,)
        if asked is None or culprit in asked
    ]
    return tuple(sorted(found, key=lambda one: one.reference))


def use(store: Store, reference: str) -> Use:
    """Give the runs and applications of a version, the application that was run last first."""
    runs = store.runs(reference=reference)
    counted = Counter(run.application for run in runs)
    last = {run.application: run.at for run in reversed(runs)}
    found = [(store.application(key), key) for key in sorted(counted, key=lambda key: last[key], reverse=True)]
    used = (
        UsedIn(application=key, title=known.title if known else key, runs=counted[key], last=last[key])
        for known, key in found
    )
    return Use(runs=len(runs), red=sum(run.failed > 0 for run in runs), applications=tuple(used))


def advice(bank: Bank, reference: str, now: datetime) -> Advice:
    """Give the lessons that builds follow, open failures and weak scores."""
    asked = _asked(bank.store, reference)
    about = {entry.reference for entry in asked}
    lessons = [one for one in bank.store.lessons(status="active") if not reference or one.lesson.against in about]
    hints = [*_about_failures(blamed(bank.store, reference)), *_about_scores(asked)]
    return Advice(lessons=tuple(tell(bank, one, now, looks_ahead=True) for one in lessons), hints=tuple(hints))


def statistics(store: Store) -> Statistics:
    """Count everything."""
    entries, runs = store.entries(), store.runs()
    return Statistics(
        versions=len(entries),
        patterns=len({entry.name for entry in entries}),
        statuses=_counts(entry.status.value for entry in entries),
        categories=_counts(entry.manifest.category for entry in entries),
        capabilities=_counts(name for entry in entries for name in entry.manifest.capabilities),
        scored=sum(entry.scores is not None for entry in entries),
        applications=len(store.applications()),
        runs=len(runs),
        red_runs=sum(run.failed > 0 for run in runs),
        scenarios=sum(run.total for run in runs),
        passed=sum(run.passed for run in runs),
        failed=sum(run.failed for run in runs),
        skipped=sum(run.skipped for run in runs),
    )


def _asked(store: Store, reference: str) -> tuple[Entry, ...]:
    """Give the versions that a reference means: one, all of a pattern, or all."""
    if not reference:
        return store.entries()
    name, _, number = reference.partition("@")
    found = tuple(entry for entry in store.versions(name) if number in ("", entry.version))
    if not found:
        raise UnknownPatternError(f"the bank holds no {reference}", "see `patternbank list`")
    return found


def _newest(runs: Iterable[RunRecord]) -> dict[tuple[str, str], str]:
    """Give the newest run of each application with each version, and of each application at all."""
    newest: dict[tuple[str, str], str] = {}
    for run in runs:
        for reference in (NOBODY, *(bound.reference for bound in run.bound)):
            newest.setdefault((run.application, reference), run.id)
    return newest


def _about_failures(found: Sequence[Blamed]) -> Iterator[Hint]:
    """Say which versions have failures that no later run cleared."""
    count = Counter(one.reference for one in found if one.open and one.reference != NOBODY)
    spread = {name: len({one.application for one in found if one.open and one.reference == name}) for name in count}
    for name in sorted(count):
        text = f"{count[name]} open failures in {spread[name]} applications"
        yield Hint(
            reference=name, text=text, hint=f"see `patternbank failures {name}`, and put the fix into a new version"
        )


def _about_scores(entries: Iterable[Entry]) -> Iterator[Hint]:
    """Say which golden versions lie below the bar, or were never measured."""
    for entry in entries:
        if entry.status is not Status.GOLDEN:
            continue
        if entry.scores is None:
            yield Hint(reference=entry.reference, text="golden, and not measured", hint="build applications with it")
            continue
        bar, scores = BAR.model_dump(), entry.scores.model_dump()
        weak = [f"{name} {scores[name]:.2f} of {bar[name]:.2f}" for name in bar if scores[name] < bar[name]]
        if weak:
            text = f"golden, and below the bar: {', '.join(weak)}"
            yield Hint(reference=entry.reference, text=text, hint="prove it in more applications, or deprecate it")


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
