"""An exception tells what went wrong, however the entities of an application are called."""

from devmatrix.artifacts.diagnosis import Observation, Signature
from devmatrix.artifacts.reports import Verdict
from devmatrix.learning.signature import sign
from devmatrix.pipeline.build import read
from devmatrix.pipeline.recorder import Recorder

SPEC = "# Shelf\n\n## Entities\n\n### {name}\n\n- size: integer, required\n"


def signed(entity: str, *exceptions: str) -> Signature:
    """What a call that crashed is known by, in an application with one entity."""
    application = read(SPEC.format(name=entity).encode(), "shelf.md", Recorder()).application
    assert application is not None
    verdict = Verdict(
        id="x",
        kind="happy",
        operation=application.api.operations[0].id,
        covers=(),
        expected="200",
        actual="500",
        verdict="failed",
        cause="status",
    )
    observation = Observation(
        scenario="x", again=True, times=2, role="act", expected=200, actual=500, exceptions=exceptions
    )
    return sign("WRONG_STATUS_CODE", verdict, observation, None, None, application)


def test_an_exception_of_the_language_stays_whatever_an_entity_is_called() -> None:
    """Where entities are called Value and Key, a ValueError and a KeyError are what they are elsewhere."""
    raised = "ValueError", "KeyError"
    assert signed("Value", *raised) == signed("Key", *raised) == signed("Box", *raised)
    assert ("exceptions", "ValueError>KeyError") in signed("Value", *raised).parts


def test_an_exception_that_is_called_after_an_entity_is_left_out() -> None:
    """A class with the name of an entity in it says nothing elsewhere."""
    assert signed("Value", "ValueMissing", "KeyError") == signed("Box", "BoxMissing", "KeyError")
