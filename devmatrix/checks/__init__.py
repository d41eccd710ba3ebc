"""Findings on an application or on a file tree; a check never rewrites."""

from collections.abc import Callable

from devmatrix.artifacts.tree import FileTree
from devmatrix.checks.answers import check_answers
from devmatrix.checks.creations import check_creations
from devmatrix.checks.cycles import check_required_cycles
from devmatrix.checks.lets import check_lets
from devmatrix.checks.operations import check_operations
from devmatrix.checks.paths import check_paths
from devmatrix.checks.python import check_python
from devmatrix.checks.storage import check_storage
from devmatrix.checks.wire import check_wire_names
from devmatrix.diagnostics import Diagnostic, in_order
from devmatrix.ir.application import ApplicationIR

ApplicationCheck = Callable[[ApplicationIR], tuple[Diagnostic, ...]]
TreeCheck = Callable[[FileTree], tuple[Diagnostic, ...]]

APPLICATION_CHECKS: tuple[ApplicationCheck, ...] = (
    check_operations,
    check_wire_names,
    check_required_cycles,
    check_creations,
    check_answers,
    check_lets,
    check_storage,
)
TREE_CHECKS: tuple[TreeCheck, ...] = (check_paths, check_python)


def check_application(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """What is wrong with an application that the passes have refined, in the order of the text."""
    return in_order(finding for check in APPLICATION_CHECKS for finding in check(application))


def check_tree(tree: FileTree) -> tuple[Diagnostic, ...]:
    """What is wrong with a file tree; nothing may be written while there is anything."""
    return in_order(finding for check in TREE_CHECKS for finding in check(tree))


__all__ = ["APPLICATION_CHECKS", "TREE_CHECKS", "check_application", "check_tree"]
