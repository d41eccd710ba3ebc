"""Reads a spec for a command, and prints what there is to say about it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devmatrix.errors import DevMatrixError, advise, words_of

if TYPE_CHECKING:
    from devmatrix.diagnostics import Diagnostic


def read_bytes(spec: Path) -> bytes:
    """The bytes of a spec; DevMatrixError when the disk refuses."""
    try:
        return spec.read_bytes()
    except OSError as error:
        raise DevMatrixError(f"{spec} cannot be read: {words_of(error)}", hint=advise(error)) from error


def placed_in(spec: Path, found: Iterable["Diagnostic"]) -> tuple["Diagnostic", ...]:
    """The findings with the file named as the user named it (inside, a spec is known by its own name alone)."""
    return tuple(
        item.model_copy(update={"span": item.span.model_copy(update={"file": str(spec)})})
        if item.span.file == spec.name
        else item
        for item in found
    )


def show_findings(spec: Path, found: Iterable["Diagnostic"], *, err: bool) -> None:
    """Print findings, two lines each, errors red and warnings yellow."""
    for item in placed_in(spec, found):
        colour = "red" if item.severity == "error" else "yellow"
        head, _, rest = item.render().partition(item.code)
        click.echo(f"{head}{click.style(item.code, fg=colour)}{rest}", err=err)


def findings_as_json(spec: Path, found: Iterable["Diagnostic"]) -> str:
    """The findings as a JSON object."""
    return json.dumps({"findings": [item.model_dump(mode="json") for item in placed_in(spec, found)]}, indent=1)


def count_findings(found: Iterable["Diagnostic"]) -> str:
    """``2 errors, 1 warning``."""
    kinds = [item.severity for item in found]
    parts = [(kinds.count("error"), "error"), (kinds.count("warning"), "warning")]
    return (
        ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number) or "no findings"
    )
