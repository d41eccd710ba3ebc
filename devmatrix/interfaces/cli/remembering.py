"""Lets the bank remember a run, and says so when it cannot."""

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from devmatrix.errors import DevMatrixError

if TYPE_CHECKING:
    from devmatrix.artifacts.reports import RunReport
    from devmatrix.pipeline.build import Built


def remember_or_say(built: "Built", report: "RunReport") -> None:
    """Record the run in the bank of the environment; whatever goes wrong there is a notice and no more."""
    from devmatrix.pipeline.remembering import remember
    from devmatrix.wiring import choose_bank

    at = datetime.now(UTC)
    try:
        with choose_bank() as bank:
            notice = remember(bank, built, report, f"{at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}", at)
    except DevMatrixError as error:
        notice = f"this run is not recorded: {error}"
    if notice is not None:
        click.echo(f"note: {notice}", err=True)
