"""``devmatrix check SPEC``: what there is to say about a spec."""

from pathlib import Path

import click

from devmatrix.interfaces.cli.options import json_option, spec_argument


@click.command(short_help="Say what is wrong with a spec; exit 1 if anything is.")
@spec_argument
@json_option
def command(spec: Path, *, as_json: bool) -> int:
    """Read SPEC and print all findings at once, each with its place and a way to mend it.

    Errors end with exit code 1; warnings do not.
    """
    from devmatrix.diagnostics import has_errors
    from devmatrix.interfaces.cli.findings import count_findings, findings_as_json, read_bytes, show_findings
    from devmatrix.pipeline.build import read
    from devmatrix.pipeline.recorder import Recorder

    reading = read(read_bytes(spec), spec.name, Recorder())
    if as_json:
        click.echo(findings_as_json(spec, reading.diagnostics))
    else:
        show_findings(spec, reading.diagnostics, err=False)
        click.echo(f"{spec}: {count_findings(reading.diagnostics)}", err=True)
    return 1 if has_errors(reading.diagnostics) else 0
