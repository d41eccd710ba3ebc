"""What a person is told of a lesson: what went wrong, where, what a build does instead, and what was seen of it."""

from datetime import datetime

from patternbank.bank import Bank
from patternbank.lessons.judging import Posterior, posterior, wins
from patternbank.lessons.predicates import describe
from patternbank.lessons.proposing import ENOUGH, propose
from patternbank.lessons.records import LessonRecord, LessonStatus, Proposal
from patternbank.lessons.words import cause, place, remedy
from patternbank.values import Frozen

STATES = {
    "draft": "not tried out yet; no build follows it",
    "active": "builds follow it",
    "quarantined": "taken back, because it made something worse or somebody doubts it",
    "retired": "laid aside",
    "accepted": "a version of the pattern holds the correction",
}


class Told(Frozen):
    """A lesson for people; ``seen`` is what the evidence amounts to, ``coming`` what is on its way."""

    id: str
    status: LessonStatus
    against: str
    failed: str
    where: str
    instead: str
    story: str
    applications: int
    """In so many different applications it helped."""
    seen: Posterior
    coming: str


def tell(bank: Bank, record: LessonRecord, now: datetime, *, looks_ahead: bool = False) -> Told:
    """Put a lesson and its evidence into words; what is on its way is looked for where asked, for it takes time."""
    lesson, evidence = record.lesson, bank.store.lesson_evidence(record.lesson.id)
    where = place(lesson.against, lesson.fragment)
    where += f", in tasks of {lesson.capability}" if lesson.capability else ""
    only = describe(lesson.when)
    return Told(
        id=lesson.id,
        status=record.status,
        against=lesson.against,
        failed=cause(lesson.cause),
        where=where + (f", where {only}" if only else ""),
        instead=f"a build {remedy(lesson.action, lesson.against)}",
        story=lesson.story,
        applications=wins(evidence),
        seen=posterior(evidence, now=now),
        coming=_coming(bank, record, now) if looks_ahead else "",
    )


def _coming(bank: Bank, record: LessonRecord, now: datetime) -> str:
    """Say what is on its way: a proposal that waits, or what one still needs."""
    mine = [one for one in bank.store.proposals(status="open") if one.lesson == record.lesson.id]
    if mine:
        waiting = mine[-1]
        return (
            f"{waiting.reference}, with the correction in it, waits for you: `patternbank proposals {waiting.id[:12]}`"
        )
    if record.status != "active":
        return ""
    evidence = bank.store.lesson_evidence(record.lesson.id)
    if wins(evidence) < ENOUGH:
        return f"once it helped in {ENOUGH} different applications, a new version of the pattern is proposed"
    found = propose(bank, record, evidence, now)
    if isinstance(found, Proposal):
        return f"{found.reference}, with the correction in it, will be proposed"
    return f"no version is proposed: {found}"


def table(told: list[Told]) -> str:
    """Write lessons, one a line."""
    lines = [f"{one.id[:12]}  {one.status:<11}  {one.against}: {one.failed}; {counted(one.seen)}" for one in told]
    return "\n".join([*lines, f"{len(told)} lessons"])


def paragraph(one: Told) -> str:
    """Write a lesson in full."""
    lines = [
        f"{one.failed[:1].upper()}{one.failed[1:]}.",
        f"  where    {one.where}",
        f"  instead  {one.instead}",
        f"  seen     {counted(one.seen)}; {believed(one.seen)}",
        f"  lesson   {one.id[:12]}: {STATES[one.status]}",
    ]
    if one.coming:
        lines.append(f"  next     {one.coming}")
    return "\n".join(lines)


def proposal(found: Proposal, about: Told | None) -> str:
    """Write a proposal: what it corrects, what speaks for it, and the difference that it makes."""
    settled = f" by {found.by}: {found.why}" if found.by else ""
    lines = [f"{found.reference} corrects {found.corrects}: {found.status}{settled}", f"  id       {found.id}"]
    if about is not None:
        lines += [line for line in paragraph(about).splitlines() if not line.startswith("  next ")]
    return "\n".join([*lines, "", found.diff.rstrip("\n")])


def counted(seen: Posterior) -> str:
    """Write how often a lesson helped and harmed."""
    if not (seen.wins or seen.harms or seen.neutrals):
        return "not compared in any application yet"
    text = f"helped {seen.wins}, harmed {seen.harms}"
    return text + (f", changed nothing in {seen.neutrals}" if seen.neutrals else "")


def believed(seen: Posterior) -> str:
    """Write how probably a lesson helps."""
    return f"helps with a probability of {seen.mean:.0%}, and with 90 % certainty {seen.low:.0%} to {seen.high:.0%}"
