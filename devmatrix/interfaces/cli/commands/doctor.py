"""``devmatrix doctor``: which real parts are here, and what is missing for what."""

import click

from devmatrix.interfaces.cli.options import json_option


@click.command(short_help="Say which real parts are here, and what is missing for what.")
@click.option("--start", is_flag=True, help="Start PostgreSQL and ask it, instead of only looking for it.")
@json_option
def command(*, start: bool, as_json: bool) -> int:
    """Look for everything that commands use, and say what each part is for. Exit code 2 if a needed part is missing."""
    import json

    from devmatrix.interfaces.cli.examining import examine
    from devmatrix.interfaces.cli.summary import show_table

    parts = examine(start=start)
    if as_json:
        click.echo(json.dumps([part.__dict__ for part in parts], indent=1))
    else:
        rows = [(part.name, "here" if part.here else "missing", part.found, part.purpose) for part in parts]
        show_table([("part", "", "what", "for"), *rows], numbers=())
    return 2 if any(part.needed and not part.here for part in parts) else 0
