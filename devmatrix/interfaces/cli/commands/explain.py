"""``devmatrix explain SPEC``: which pattern for which task, and why."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devmatrix.interfaces.cli.options import json_option, spec_argument, try_option

if TYPE_CHECKING:
    from patternbank.retrieval import Remembered


@click.command(short_help="Say which pattern builds what, and why.")
@spec_argument
@click.option("--reasons", is_flag=True, help="Say every reason of every choice.")
@try_option
@json_option
def command(spec: Path, *, reasons: bool, trials: tuple[str, ...], as_json: bool) -> int:
    """Print the tasks that SPEC consists of, the pattern bound to each, its score and the reasons: settings, likeness,
    and lessons without which another one would be bound.
    """
    from devmatrix.interfaces.cli.findings import read_bytes, show_findings
    from devmatrix.interfaces.cli.summary import show_bindings
    from devmatrix.pipeline.build import Bound, Reading, bind_patterns, read
    from devmatrix.pipeline.recorder import Recorder
    from devmatrix.planning import application_signature, neutral_graph
    from devmatrix.wiring import choose_bank

    reading = read(read_bytes(spec), spec.name, Recorder())
    bound: Reading | Bound = reading
    alike: Sequence[Remembered] = ()
    if reading.application is not None:
        with choose_bank(trials) as bank:
            bound = bind_patterns(reading.application, bank, Recorder())
            drawing = neutral_graph(application_signature(reading.application))
            alike = () if as_json else bank.applications_like(drawing, 3, other_than=reading.application.digest)
    if not isinstance(bound, Bound):
        show_findings(spec, bound.diagnostics, err=True)
        return 1
    bindings = bound.bindings
    if as_json:
        click.echo(json.dumps([binding.model_dump(mode="json") for binding in bindings], indent=1))
    else:
        show_bindings(bindings, reasons=reasons)
        _show_alike(alike, reasons=reasons)
    return 0


def _show_alike(alike: "Sequence[Remembered]", *, reasons: bool) -> None:
    """Say which remembered applications are built like this one, and of what."""
    if alike:
        click.echo("\napplications like this one:")
    for one in alike:
        click.echo(f"  {one.told}")
        if reasons:
            click.echo(f"    built of {', '.join(one.built_of)}")
