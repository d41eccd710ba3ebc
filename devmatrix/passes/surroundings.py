"""What is known of the names in an operation, for the passes that reckon with bounds."""

from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Let, walk_statements
from devmatrix.passes.extents import Declared, Surroundings


def surroundings_of(application: ApplicationIR, operation: Operation) -> Surroundings:
    """Declared bounds of the inputs, and what each ``let`` stands for."""
    statements = walk_statements(application.statements(operation))
    return Surroundings(
        application=application,
        inputs={item.name: Declared(item.type, item.constraints) for item in operation.inputs},
        lets={item.variable: item.value for item in statements if isinstance(item, Let)},
    )
