"""Records of the lab in short form."""

from devmatrix.lab.faults import Fault
from devmatrix.lab.results import Arm, Case, Generation


def case(name: str = "f", **given: object) -> Case:
    """A fault that went all the way; ``given`` says what did not."""
    plain = {
        "id": name,
        "faults": (name,),
        "families": ("guards",),
        "application": "one",
        "expected": ("WRONG_STATUS_CODE",),
        "detected": True,
        "found": ("WRONG_STATUS_CODE",),
        "cause_right": True,
        "file_right": True,
        "guess_right": True,
        "repaired": True,
        "learnt": True,
        "teachable": True,
    }
    return Case.model_validate({**plain, **given})


def generation(arm: Arm, red: int, *, same: bool = True, worse: int = 0) -> Generation:
    """A next build."""
    return Generation(application="one", arm=arm, same=same, red=red, asked=10, worse=worse)


def fault(name: str, pattern: str = "p", family: str = "guards", **edit: object) -> Fault:
    """A fault in a file of a pattern."""
    plain = {"pattern": pattern, "file": f"{name}.py", "old": "a", "new": "b"}
    return Fault.model_validate(
        {
            "name": name,
            "family": family,
            "description": "something goes wrong",
            "cause": "WRONG_STATUS_CODE",
            "edits": ({**plain, **edit},),
        }
    )
