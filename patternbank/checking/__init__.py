"""Judge patterns before anybody relies on them: each by itself, and all together."""

from patternbank.checking.examples import accept_example, accept_folder, rendered_example
from patternbank.checking.findings import Finding
from patternbank.checking.judge import TOGETHER, check_beside, check_folder, check_pattern, check_together

__all__ = [
    "TOGETHER",
    "Finding",
    "accept_example",
    "accept_folder",
    "check_beside",
    "check_folder",
    "check_pattern",
    "check_together",
    "rendered_example",
]
