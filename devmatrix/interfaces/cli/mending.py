"""Repairs the application in a folder for a command: asked, mended, written back in one step."""

from pathlib import Path

import click

from devmatrix.artifacts.reports import RunReport
from devmatrix.artifacts.tree import FileTree
from devmatrix.interfaces.cli.healing import open_clinic
from devmatrix.interfaces.cli.progress import recording
from devmatrix.interfaces.cli.remembering import remember_or_say
from devmatrix.pipeline.archive import keep_diffs, pack_over, read_application, read_generated, read_tree, save_report
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.deriving import Deriving
from devmatrix.pipeline.mending import mend
from devmatrix.pipeline.questioning import question
from devmatrix.pipeline.report import compose_report
from devmatrix.pipeline.run import keep_suite, report_healed
from devmatrix.runtime.folder import inspect_folder, put_texts
from devmatrix.wiring import choose_deployer


def repair_folder(folder: Path, *, docker: bool) -> RunReport:
    """The report after the repair; the folder is as it was when nothing was proved."""
    application, standing = read_application(folder), read_tree(folder)
    before = inspect_folder(folder)
    deployer = choose_deployer(docker=docker)
    with recording() as recorder:
        deriving = Deriving(folder, recorder)
        deriving.begin(application)
        asked = question(folder, application, deriving, deployer, recorder, watch=True)
        suite = deriving.finish(application)
        with open_clinic(application, deployer, base=folder) as clinic:
            generated = read_generated(folder, application, clinic.bank)
            if not asked.red:
                report = compose_report(str(folder), generated, recorder.timings, asked.report)
                save_report(folder, report)
                return report
            healed, mended = mend(generated, with_origins(standing, generated.tree), asked, suite, clinic, recorder)
        report = report_healed(str(folder), healed, asked, recorder)
        if mended.conflict:
            click.echo(f"note: {mended.conflict}", err=True)
        if mended.tree != standing and any(repair.proved for repair in report.repairs):
            keep_diffs(folder, report.repairs)
            under = healed.built.model_copy(update={"tree": mended.under})
            write_mended(folder, under, standing, mended.tree, edited=bool(before.edited or before.deleted))
        keep_suite(folder, healed, suite)
        save_report(folder, report)
    if not (before.edited or before.deleted):  # what a person made of it says nothing of the patterns
        remember_or_say(healed.built, report)
    return report


def with_origins(standing: FileTree, generated: FileTree) -> FileTree:
    """The files as they stand; those that were deleted are not there."""
    known = {file.path for file in generated.files}
    return FileTree(files=tuple(file for file in standing.files if file.path in known))


def write_mended(folder: Path, built: Built, standing: FileTree, tree: FileTree, *, edited: bool) -> None:
    """Put the repaired files in, with the notes that say what they were generated from."""
    texts = pack_over(built, tree, edited=edited)
    old = {file.path: file.text for file in standing.files}
    gone = sorted(old.keys() - texts.keys())
    put_texts(folder, {path: text for path, text in texts.items() if old.get(path) != text}, gone, old)
