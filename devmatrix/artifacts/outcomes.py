"""How a scenario can end, and why it can be red."""

from typing import Literal

Outcome = Literal["passed", "failed", "skipped"]

SmokeCause = Literal[
    "start", "rows", "no answer", "preparation", "status", "answer", "database", "unresolved", "together", "growth",
]  # fmt: skip
"""Why a scenario is red: the application does not get up, its rows did not go in, nothing answered, a call before the
judged one went wrong, the status or the rest of the answer differs, the database holds something else, a value that
it needs never came, calls made together did not end as if one had come after the other, or more statements are needed
where more rows are."""
