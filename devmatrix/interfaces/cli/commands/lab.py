"""``devmatrix lab``: put faults into copies, and measure what the loop makes of them."""

import json
import sys
from pathlib import Path

import click

from devmatrix.interfaces.cli.options import json_option

SMALL = (
    "conditions-never-asked", "creation-answers-200", "creation-makes-two-rows", "filter-ignored",
    "name-that-is-not-there", "offset-ignored", "row-read-before-it-is-taken", "unknown-members-taken",
)  # fmt: skip
"""Faults of the small lab, one a family."""
SMALL_APPLICATIONS = 2
"""The shortest of the shipped specs."""


@click.command(short_help="Inject faults into copies; measure detection, repair and learning.")
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    default="lab",
    type=click.Path(file_okay=False, path_type=Path),
    show_default=True,
    help="Where lab.json, lab.txt and curve.svg go; a killed lab goes on from there.",
)
@click.option("--faults", metavar="DIR", type=click.Path(exists=True, file_okay=False), help="Faults of one's own.")
@click.option("--only", "named", metavar="FAULT", multiple=True, help="Only this fault; may be given again.")
@click.option("--app", "applications", metavar="NAME", multiple=True, help="Only this shipped application; again.")
@click.option("--pairs", default=60, show_default=True, help="How many pairs of faults are drawn.")
@click.option("--generations", default=6, show_default=True, help="Generations of the learning curve; 0: none.")
@click.option("--jobs", default=2, show_default=True, help="Processes side by side.")
@click.option("--seed", default=1, show_default=True, help="What the draws begin with.")
@click.option("--small", is_flag=True, help="A few faults in two small applications: three minutes.")
@json_option
def command(
    folder: Path,
    faults: str | None,
    named: tuple[str, ...],
    applications: tuple[str, ...],
    pairs: int,
    generations: int,
    jobs: int,
    seed: int,
    *,
    small: bool,
    as_json: bool,
) -> int:
    """Put each fault of the catalogue into a copy of a pattern, a rendered tree or the rows of scenarios, over the
    shipped applications, and take it through the whole loop: is it seen, is its cause right, is the right file named,
    is a repair proved, and does the next generation avoid it, here and in other applications? Two arms stand beside
    it: no memory, and shuffled lessons. Exit 3 when a promised share is missed.
    """
    from devmatrix.interfaces.cli.labelling import show_lab
    from devmatrix.lab.drawing import draw_curve
    from devmatrix.lab.running import LabOptions, run_lab
    from devmatrix.pipeline.corpus import shortest

    options = LabOptions(
        faults=faults,
        named=named or (SMALL if small else ()),
        applications=applications or (shortest(SMALL_APPLICATIONS) if small else ()),
        pairs=min(pairs, 2) if small else pairs,
        others=1 if small else 2,
        generations=min(generations, 2) if small else generations,
        jobs=jobs,
        seed=seed,
    )
    report = run_lab(options, folder, say_progress)
    text = show_lab(report)
    (folder / "lab.json").write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (folder / "lab.txt").write_text(text, encoding="utf-8")
    (folder / "curve.svg").write_text(draw_curve(report.curve), encoding="utf-8")
    click.echo(json.dumps(report.model_dump(mode="json"), indent=1) if as_json else text, nl=as_json)
    return 0 if report.kept else 3


def say_progress(stage: str, done: int, total: int) -> None:
    """How far the lab is: a line that is written over on a terminal, one for each stage elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r  {stage:12} {done} of {total}", nl=done == total, err=True)
    elif done == total:
        click.echo(f"  {stage:12} {total}", err=True)
