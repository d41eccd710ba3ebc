"""``devmatrix generate SPEC --out DIR``: the application, nothing run."""

import shlex
from pathlib import Path

import click

from devmatrix.interfaces.cli.options import discard_option, out_option, spec_argument


@click.command(short_help="Write the application of a spec; run nothing.")
@spec_argument
@out_option
@discard_option
def command(spec: Path, folder: Path, *, discard_edits: bool) -> int:
    """Write the application that SPEC describes into DIR. A spec with errors writes nothing; the exit code is 1."""
    from devmatrix.interfaces.cli.building import build_or_say, say_written
    from devmatrix.interfaces.cli.progress import recording
    from devmatrix.interfaces.cli.summary import program
    from devmatrix.pipeline.run import write
    from devmatrix.runtime.folder import check_folder

    check_folder(folder, discard_edits=discard_edits)
    with recording() as recorder:
        built = build_or_say(spec, recorder)
        if built is None:
            return 1
        written = write(built, folder, recorder, discard_edits=discard_edits)
    say_written(built, folder, written)
    place = shlex.quote(str(folder))
    click.echo(f"next: {program()} smoke {place}   or: {program()} up {place}")
    return 0
