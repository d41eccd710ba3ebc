"""The pure half, over the shipped examples."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devmatrix.pipeline.build import Reading, build, read
from devmatrix.pipeline.recorder import Recorder
from patternbank.opening import open_bank
from tests.pipeline.examples import NAMES, built

DIGEST = """
import hashlib, sys
from pathlib import Path
from devmatrix.pipeline.archive import pack, write_suite
from devmatrix.pipeline.build import build
from devmatrix.pipeline.recorder import Recorder
from patternbank.opening import open_bank

with open_bank(":memory:") as bank:
    built = build(Path(sys.argv[1]).read_bytes(), "spec.md", bank, Recorder())
    packed = {**pack(built), "scenarios": write_suite(built.suite, "key")}
for path, text in sorted(packed.items()):
    print(path, hashlib.sha256(text.encode()).hexdigest())
"""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_example_becomes_an_application(name: str) -> None:
    """No shipped example has an error, and each task has its pattern."""
    result = built(name)
    assert result.tree.files
    assert result.bindings
    assert [file.path for file in result.tree.files] == sorted(file.path for file in result.tree.files)


def test_findings_are_a_result() -> None:
    """A spec with errors gives findings and no application, and the later stages are not asked."""
    recorder = Recorder()
    with open_bank(":memory:") as bank:
        result = build(b"# Broken\n\n## Entities\n\n### A\n\n- b: nonsense\n", "broken.md", bank, recorder)
    assert isinstance(result, Reading)
    assert result.application is None
    assert [item.span.file for item in result.diagnostics] == ["broken.md"] * len(result.diagnostics)
    assert result.diagnostics
    assert list(recorder.timings) == ["read"]


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    """Other process, other folder, other hash seed: the same files, notes and scenarios, byte by byte."""
    outputs = []
    for seed, folder in (("1", tmp_path), ("4242", ROOT)):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        spec = str(ROOT / "seeds" / "specs" / "ecommerce_api.md")
        command = [sys.executable, "-c", DIGEST, spec]
        outputs.append(subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True))
    assert outputs[0].stdout == outputs[1].stdout
    assert "scenarios " in outputs[0].stdout


def test_what_the_target_cannot_say_is_a_finding() -> None:
    """An expression without a form in the target is a finding at its place, not an exception."""
    spec = "\n".join(
        (
            "# Things",
            "## Entities",
            "### Thing",
            "- size: integer, required",
            "- share: decimal(5,2), required",
            "- twice: decimal(5,2), computed `share * 2`",
            "- name: text, required",
            "- loud: text, computed `name.upperAscii()`",
            "## Endpoints",
            '- GET /loud: list Thing where `thing.twice > 4 && thing.name.lowerAscii() == "a"`',
        )
    )
    result = read(spec.encode(), "things.md", Recorder())
    assert [(item.code, item.span.line) for item in result.diagnostics] == [("DM821", 8), ("DM821", 10)]
    assert result.application is None
