"""The command line: finds the command, and turns every way to end into an exit code."""

import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from devmatrix.errors import STATE_OF_THE_MACHINE, DevMatrixError, advise, words_of

COMMANDS = ("init", "check", "generate", "run", "smoke", "repair", "up", "explain", "doctor", "lab")
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""What a compiler makes stays for long, and each look for garbage goes over all of it."""
DONE, FINDINGS, MACHINE, RED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130


class Commands(click.Group):
    """Commands that are imported when they are needed, in the order in which a user meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"devmatrix.interfaces.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="devmatrix", message="%(prog)s %(version)s")
def devmatrix() -> None:
    """Turn a spec into a backend that is proven to run.

    Exit codes: 0 done and green, 1 findings in the spec, 2 usage or machine, 3 red scenarios or an application that
    does not get up, 70 a bug, 130 interrupted.
    """


def main() -> None:
    """Run the command line and end the process at once: nobody waits for threads, or for each object to be freed."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
    code = run_command(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # Python says what is wrong with the output
    os._exit(code)


def run_command(arguments: Sequence[str]) -> int:
    """The exit code of a command line; what went wrong is said on stderr."""
    from devmatrix.runtime.signals import interruptible

    try:
        with interruptible():
            code = devmatrix.main(args=list(arguments), prog_name="devmatrix", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return MACHINE
    except DevMatrixError as error:
        return say_failure(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; everything that was started is stopped", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has had enough
        return DONE
    except OSError as error:
        return say_refusal(error) if error.errno in STATE_OF_THE_MACHINE else say_bug(error)
    except Exception as error:  # noqa: BLE001 - the last place: whatever comes here is a bug, and is shown
        return say_bug(error)


def say_failure(error: DevMatrixError) -> int:
    """Show what went wrong with the machine, its log, and the way out."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {error}", err=True)
    log_tail = getattr(error, "log_tail", "")
    if log_tail:
        click.echo("\n".join(f"  | {line}" for line in log_tail.splitlines()), err=True)
    if error.hint:
        click.echo(f"  hint: {error.hint}", err=True)
    return error.exit_code


def say_refusal(error: OSError) -> int:
    """Show what the system refused: a disk that is full or may not be written, a file in the way."""
    return say_failure(DevMatrixError(words_of(error), hint=advise(error)))


def say_bug(error: Exception) -> int:
    """Show the traceback of what should not have happened."""
    hint = getattr(error, "hint", None)
    if type(error).__module__.startswith("patternbank") and hint is not None:
        return say_failure(DevMatrixError(str(error), hint=hint))
    traceback.print_exception(error)
    click.echo("this is a bug in DevMatrix, not in your spec: please report it with the lines above", err=True)
    return BUG
