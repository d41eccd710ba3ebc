"""Propose a version of a pattern with a lesson's fix in it, once the lesson helped in enough applications."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from patternbank.bank import Bank
from patternbank.checking import check_pattern
from patternbank.comparing import differences
from patternbank.lessons.correcting import numbered, rewrite, set_slot, take_over
from patternbank.lessons.judging import harmed, wins
from patternbank.lessons.keeping import status_against
from patternbank.lessons.records import Avoid, Lesson, LessonEvidence, LessonRecord, Proposal, Require, RewriteCode
from patternbank.patterns import PatternVersion, Status, version_key
from patternbank.values import digest

ENOUGH = 3
"""In so many different applications a lesson must have helped."""


def propose(bank: Bank, record: LessonRecord, evidence: Sequence[LessonEvidence], at: datetime) -> Proposal | str:
    """Give the version that has the fix in it, or say why there is none; nothing is written.

    The same fix again is the proposal that is open already.
    """
    lesson = record.lesson
    unproven = _unproven(bank, record, evidence)
    if unproven:
        return unproven
    old = bank.contents(lesson.digest)
    corrected = _corrected(bank, lesson, old)
    if isinstance(corrected, str):
        return corrected
    held = [entry.version for entry in bank.store.versions(old.name)]
    new = numbered(corrected, next_number(held))
    if isinstance(new, str):
        return new
    findings = check_pattern(new)
    if findings:
        return f"the new version does not pass its checks: {findings[0].place}: {findings[0].text}"
    made = Proposal(
        id=digest([lesson.id, new.digest])[:32],
        lesson=lesson.id,
        reference=new.reference,
        corrects=old.reference,
        digest=new.digest,
        body=new.model_dump_json(by_alias=True, exclude_defaults=True),
        diff="\n".join(one.text for one in differences(old, new)) + "\n",
        at=at,
    )
    return _known(bank, made) or made


def propose_all(bank: Bank, at: datetime) -> tuple[Proposal, ...]:
    """Keep what the active lessons propose; give the proposals that are new."""
    made = [
        propose(bank, record, bank.store.lesson_evidence(record.lesson.id), at)
        for record in bank.store.lessons(status="active")
    ]
    return tuple(one for one in made if isinstance(one, Proposal) and bank.store.keep_proposal(one))


def next_number(held: Iterable[str]) -> str:
    """Give the next patch number above every one that is held."""
    major, minor, patch = max(held, key=version_key).partition("-")[0].split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def proposed(proposal: Proposal) -> PatternVersion:
    """Read the version that a proposal holds."""
    return PatternVersion.model_validate_json(proposal.body)


def _unproven(bank: Bank, record: LessonRecord, evidence: Sequence[LessonEvidence]) -> str:
    """Say what a lesson lacks before it may propose anything; empty when it lacks nothing."""
    if record.status != "active":
        return f"the lesson is {record.status}: only what builds follow proposes a version"
    if harmed(evidence):
        return "it made results worse somewhere"
    if wins(evidence) < ENOUGH:
        return f"it helped in {wins(evidence)} different applications, at least {ENOUGH} are needed"
    if status_against(bank, record) is None:
        return f"the bank does not hold {record.lesson.against} with the contents that it is about"
    return ""


def _corrected(bank: Bank, lesson: Lesson, old: PatternVersion) -> PatternVersion | str:
    match lesson.action:
        case Require() as action:
            return set_slot(old, action)
        case RewriteCode() as action:
            return rewrite(old, action)
        case Avoid(instead=instead):
            return _taken_over(bank, lesson, old, instead)
    return "it is advice for whoever writes: there is no code to take over"


def _taken_over(bank: Bank, lesson: Lesson, old: PatternVersion, instead: str) -> PatternVersion | str:
    """Take the fix over from another version of the same pattern."""
    named = [one for one in instead.split(", ") if one]
    same = [one.partition("@")[2] for one in named if one.partition("@")[0] == old.name]
    if len(same) != 1:
        other = " or ".join(named) or "another pattern"
        return f"what helped is {other}: deprecate {old.reference} in favour of it"
    entry = bank.entry(old.name, same[0])
    if entry is None:
        return f"the bank holds no {old.name}@{same[0]}, which was proved in its place"
    better = bank.contents(entry.digest)
    if entry.status is Status.GOLDEN and version_key(better.version) > version_key(old.version):
        return f"{better.reference} is golden and newer: deprecate {old.reference} in favour of it"
    return take_over(old, better, lesson.fragment)


def _known(bank: Bank, made: Proposal) -> Proposal | str:
    """Give what became of the same fix when it was proposed before; empty when it never was, or its number is taken."""
    for known in bank.store.proposals():
        if known.lesson == made.lesson and _contents(known) == _contents(made):
            if known.status != "open":
                return f"it was proposed as {known.reference}, and {known.status} by {known.by}: {known.why}"
            if known.reference == made.reference:
                return known
    return ""


def _contents(proposal: Proposal) -> tuple[object, ...]:
    """Give what a proposed version holds, whatever its number is."""
    version = proposed(proposal)
    return version.manifest.model_copy(update={"version": "0.0.0"}), version.files
