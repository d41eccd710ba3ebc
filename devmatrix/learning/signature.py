"""Give a failure what it is known by when it comes again, in any domain."""

import builtins
import hashlib
import json
from collections.abc import Iterable

from devmatrix.artifacts.diagnosis import Cause, Observation, Signature, Suspect
from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.scenarios import Call, Step
from devmatrix.artifacts.tracing import exceptions_of
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId

VERSION = 1
EXACT_ONLY = frozenset({"fragment", "message"})
"""Parts that the family does not depend on."""

PROBLEM = frozenset({"type", "title", "status", "detail", "instance", "errors", "code"})
ENVELOPE = frozenset({"items", "total", "limit", "offset", "next"})
PLAIN = frozenset({"status", "media type", "body"})
ANY = "*"


def sign(
    cause: Cause,
    verdict: Verdict,
    observation: Observation | None,
    step: Step | None,
    suspect: Suspect | None,
    application: ApplicationIR,
) -> Signature:
    """The signature of a red scenario; ``step`` is the one that failed, ``suspect`` the place most likely to blame."""
    parts = (
        ("stage", "start" if cause == "START_FAILURE" else "smoke"),
        ("cause", cause),
        ("statuses", _statuses(verdict, observation, step)),
        ("exceptions", ">".join(_foreign(_exceptions(verdict, observation), application))),
        ("pattern", suspect.pattern if suspect else ""),
        ("node", kind_of(suspect.node if suspect else verdict.operation, application)),
        ("fragment", suspect.fragment if suspect else ""),
        ("message", "; ".join(_message(verdict, observation, step, application))),
    )
    family = tuple(part for part in parts if part[0] not in EXACT_ONLY)
    return Signature(version=VERSION, exact=_digest(parts), family=_digest(family), parts=parts)


def kind_of(node: NodeId, application: ApplicationIR) -> str:
    """What kind of node it is, and of an operation what it does; never its name."""
    kind, _, _ = node.partition(":")
    verb = next((item.verb for item in application.api.operations if item.id == node), None)
    return f"{kind}.{verb}" if verb else kind


def shape_of(place: str, step: Step | None, application: ApplicationIR) -> str:
    """A place of an answer without names of the domain: of its members, only those of problems and of lists stay."""
    if place.startswith("header "):
        return place
    at = place.split("/")
    if not place.startswith("/"):
        return place if place in PLAIN else place.split()[0]
    known = _known(step, application)
    first = at[1] if at[1] in known else _open(at[1])
    return "/".join(("", first, *map(_open, at[2:])))


def _open(part: str) -> str:
    return "n" if part.isdigit() else ANY


def _known(step: Step | None, application: ApplicationIR) -> frozenset[str]:
    """Members of an answer that are the same in every application."""
    if not isinstance(step, Call):
        return frozenset()
    if step.expect.status >= 400:
        return PROBLEM
    lists = step.operation is not None and application.operation(step.operation).verb == "list"
    return ENVELOPE if lists else frozenset()


def _statuses(verdict: Verdict, observation: Observation | None, step: Step | None) -> str:
    if observation is not None and observation.role != "observe":
        expected, actual = observation.expected, observation.actual
        return f"{expected or ''}->{actual or ''}"
    asked = step.expect.status if isinstance(step, Call) else ""
    answered = verdict.exchanges[-1].status if verdict.exchanges and isinstance(step, Call) else None
    return f"{asked}->{answered or ''}"


def _exceptions(verdict: Verdict, observation: Observation | None) -> tuple[str, ...]:
    """Those of the replay, or of the start; the log of a whole round holds those of other scenarios too."""
    if observation is not None:
        return observation.exceptions
    return exceptions_of(verdict.log or "") if verdict.cause == "start" else ()


def _foreign(exceptions: Iterable[str], application: ApplicationIR) -> list[str]:
    """Classes of exceptions that are not called after something of the domain; those of the language never are."""
    names = {entity.name.lower() for entity in application.domain.entities}
    return [name for name in exceptions if hasattr(builtins, name) or not any(word in name.lower() for word in names)]


def _message(
    verdict: Verdict, observation: Observation | None, step: Step | None, application: ApplicationIR
) -> list[str]:
    """What is wrong, in words of ours: every word that is a name or a value is left out."""
    failure = (observation.failure if observation else "") or verdict.cause or ""
    places = observation.places if observation else tuple(item.place for item in verdict.differences)
    said = {f"at {shape_of(place, step, application)}" for place in places}
    if observation is not None:
        said |= {f"absent {_change(place)}" for place in observation.absent}
        said |= {f"beyond {_change(place)}" for place in observation.beyond}
        said |= {f"missing {_change(place)}" for place in observation.missing}
    return [failure, *sorted(said)]


def _change(place: str) -> str:
    """A place of the database without its names: a row that comes or goes, or a column."""
    _, separator, what = place.partition(": ")
    return what if separator else "a column"


def _digest(parts: tuple[tuple[str, str], ...]) -> str:
    text = json.dumps((VERSION, *parts), separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
