"""ApplicationIR -> ApplicationIR: one pass, one module, one pure and idempotent function."""

from devmatrix.ir.application import ApplicationIR
from devmatrix.passes.answers import give_answers
from devmatrix.passes.bodies import take_bodies
from devmatrix.passes.creations import complete_creations
from devmatrix.passes.crud_flows import write_crud_flows
from devmatrix.passes.keys import bound_keys
from devmatrix.passes.obligations import set_obligations
from devmatrix.passes.queries import take_queries
from devmatrix.passes.refusals import list_refusals
from devmatrix.passes.rewrite import Pass
from devmatrix.passes.states import default_states
from devmatrix.passes.views import generate_views

PASSES: tuple[Pass, ...] = (
    default_states,
    bound_keys,
    take_bodies,
    take_queries,
    write_crud_flows,
    complete_creations,
    generate_views,
    give_answers,
    list_refusals,
    set_obligations,
)


def refine(application: ApplicationIR) -> ApplicationIR:
    """The application with everything spelled out that its author may leave unsaid."""
    for refining in PASSES:
        application = refining(application)
    return application


__all__ = ["PASSES", "Pass", "refine"]
