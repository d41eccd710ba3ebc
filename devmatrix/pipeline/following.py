"""Builds an application as lessons say; those with which nothing can be built are left out, and named."""

from typing import TYPE_CHECKING

from devmatrix.artifacts.steering import NOTHING, Steering
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Bound, Built, Reading, bind_patterns, build_application
from devmatrix.pipeline.recorder import Recorder
from patternbank.errors import PatternBankError

if TYPE_CHECKING:
    from patternbank.bank import Bank


def build_following(
    application: ApplicationIR, bank: "Bank", recorder: Recorder, steering: Steering = NOTHING
) -> Built | Reading:
    """What ``build_application`` gives; where lessons make it fail, what it gives without them, ``spoilt`` naming them.

    Raises what it raises where lessons are not to blame.
    """
    failure: PatternBankError | ValueError | None = None
    built: Built | Reading | None = None
    try:
        built = build_application(application, bank, recorder, steering)
    except (PatternBankError, ValueError) as error:
        failure = error
    if isinstance(built, Built):
        return built
    spoilt = spoiling(application, bank, steering)
    if spoilt:
        sound = build_application(application, bank, recorder, steering | Steering(ignored=spoilt))
        return sound.model_copy(update={"spoilt": spoilt}) if isinstance(sound, Built) else sound
    if failure is not None:
        raise failure
    assert built is not None  # noqa: S101 - it failed with findings, or by an exception
    return built


def spoiling(application: ApplicationIR, bank: "Bank", steering: Steering) -> tuple[str, ...]:
    """The lessons that alone make a build fail which succeeds without any; all of them where only some together do."""
    bound = bind_patterns(application, bank, Recorder(), steering)
    lessons = tuple(sorted(bound.steering.lessons)) if isinstance(bound, Bound) else ()
    if not lessons or not _builds(application, bank, steering | Steering(ignored=lessons)):
        return ()
    alone = tuple(
        one
        for one in lessons
        if not _builds(application, bank, steering | Steering(ignored=tuple(x for x in lessons if x != one)))
    )
    return alone if alone and _builds(application, bank, steering | Steering(ignored=alone)) else lessons


def _builds(application: ApplicationIR, bank: "Bank", steering: Steering) -> bool:
    try:
        return isinstance(build_application(application, bank, Recorder(), steering), Built)
    except (PatternBankError, ValueError):
        return False
