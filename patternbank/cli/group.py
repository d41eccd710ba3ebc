"""The command line of the bank: the group that all commands stand in, and how it ends."""

import sys

import click

from patternbank.cli import asking, browsing, changes, checks, indexing, lessons, migrating, moves, packs, past
from patternbank.cli.common import FAILED, FOUND

FAMILIES = (asking, checks, changes, moves, past, lessons, packs, indexing, migrating, browsing)
"""Every module of commands; a command is whatever of them ``click.command`` made."""


def main() -> None:
    """Run the command line; exit 0 when done, 1 with findings, 2 on wrong usage or a failing machine."""
    from patternbank.errors import PatternBankError

    try:
        sys.exit(bank.main(standalone_mode=False) or FOUND)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(FAILED)
    except PatternBankError as error:
        click.echo(f"error: {error}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
        sys.exit(FAILED)


@click.group(name="patternbank")
@click.option("--bank", "place", metavar="FILE", help="The bank to use (default: PATTERNBANK_PATH, or the user's own).")
@click.version_option(package_name="devmatrix")
@click.pass_context
def bank(context: click.Context, place: str | None) -> None:
    """Keep, find and check patterns."""
    context.obj = place


for _family in FAMILIES:
    for _command in vars(_family).values():
        if isinstance(_command, click.Command):
            bank.add_command(_command)
