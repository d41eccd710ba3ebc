"""ApplicationIR -> ordered tasks -> a pattern bound to each, with the reason kept."""

from devmatrix.artifacts.graphs import neutral_graph
from devmatrix.planning.application_signature import application_signature
from devmatrix.planning.binding import bind
from devmatrix.planning.questions import Patterns
from devmatrix.planning.tasks import STACK, plan

__all__ = ["STACK", "Patterns", "application_signature", "bind", "neutral_graph", "plan"]
