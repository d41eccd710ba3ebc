"""ApplicationIR -> ordered tasks -> a pattern bound to each, with the reason kept."""

from devmatrix.planning.binding import bind
from devmatrix.planning.questions import Patterns
from devmatrix.planning.tasks import STACK, plan

__all__ = ["STACK", "Patterns", "bind", "plan"]
