"""What the database must hold around the calls of a scenario, as the model says."""

from devmatrix.artifacts.scenarios import StoredRow
from devmatrix.ir.base import Node


class Around(Node):
    """The rows of all tables right before and right after a judged call; they may hold any term.

    ``step`` is the place of the call among the steps of its scenario.
    """

    step: int
    before: tuple[StoredRow, ...]
    after: tuple[StoredRow, ...]


class Prediction(Node):
    """What the model says of the database in one scenario.

    ``keys`` names, for every table that it knows (quoted), the columns that tell its rows apart.
    """

    scenario: str
    acts: tuple[Around, ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]

    def around(self, step: int) -> Around | None:
        """The last judged call that is made at a step or before it; None where there is none."""
        return next((act for act in reversed(self.acts) if act.step <= step), None)
