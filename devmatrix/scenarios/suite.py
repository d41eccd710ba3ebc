"""All scenarios of an application: for everything that it owes a proof of, a scenario or a reason."""

from devmatrix.artifacts.scenarios import ObligationOutcome, ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.tests import Obligation
from devmatrix.scenarios.bench import Bench, open_bench
from devmatrix.scenarios.conditions import derive_conditions
from devmatrix.scenarios.effects import derive_effects
from devmatrix.scenarios.growing import derive_growth
from devmatrix.scenarios.happy import derive_happy
from devmatrix.scenarios.inputs import derive_inputs
from devmatrix.scenarios.keeping import derive_keeping
from devmatrix.scenarios.listing import derive_lists
from devmatrix.scenarios.playing.storage import all_tables, stub_tables
from devmatrix.scenarios.racing import derive_race
from devmatrix.scenarios.refusing import derive_absent, derive_absent_references, derive_order
from devmatrix.scenarios.rounding import derive_rounding
from devmatrix.scenarios.sharing import derive_shared_race
from devmatrix.scenarios.states import derive_states

DERIVATIONS = (
    derive_happy,
    derive_absent,
    derive_absent_references,
    derive_inputs,
    derive_order,
    derive_effects,
    derive_rounding,
    derive_conditions,
    derive_states,
    derive_keeping,
    derive_lists,
    derive_race,
    derive_shared_race,
    derive_growth,
)
"""In the order in which the scenarios of an operation stand."""


def derive_scenarios(application: ApplicationIR) -> ScenarioSuite:
    """The suite of a refined application; the same application gives the same suite."""
    bench = open_bench(application)
    for operation in application.api.operations:
        for derive in DERIVATIONS:
            derive(bench, operation)
    return ScenarioSuite(
        scenarios=tuple(bench.scenarios),
        outcomes=tuple(_outcome(bench, obligation) for obligation in application.tests.obligations),
        stubs=stub_tables(bench.schema),
        tables=all_tables(bench.schema),
    )


def _outcome(bench: Bench, obligation: Obligation) -> ObligationOutcome:
    if obligation.id in bench.covered:
        return ObligationOutcome(obligation=obligation, status="covered")
    nothing = ObligationOutcome(obligation=obligation, status="unsolved", reason="no scenario was found that shows it")
    return bench.why.get(obligation.id, nothing)
