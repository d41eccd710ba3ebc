"""docs/patternbank.md: every command in it is run, from top to bottom, in one shell."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from devmatrix.runtime.postgres import PostgresServer
from patternbank.cli import bank
from tests.interfaces.conftest import ROOT
from tests.interfaces.guides import blocks_of, follow
from tests.servers import GraphServer
from tests.vectors import IndexPlace

GUIDE = ROOT / "docs" / "patternbank.md"
HERE, BEFORE, SERVERS, STAYS = "", "in the clone, before the tests", "on servers", "until Ctrl-C"


def blocks(*places: str) -> list[tuple[int, str]]:
    """(line, commands) of each block that runs at one of these places."""
    found = blocks_of(GUIDE)
    assert {place for _, place, _ in found} == {HERE, BEFORE, SERVERS, STAYS}
    return [(line, commands) for line, place, commands in found if place in places]


@pytest.mark.needs_server
def test_the_guide_is_true(
    variables: dict[str, str],
    postgres_server: PostgresServer,
    empty_graph: GraphServer,
    index_place: IndexPlace,
    tmp_path: Path,
) -> None:
    """From an empty folder to a promoted pattern, a pack, and a bank on servers; each command ends as it says."""
    own = {"DEVMATRIX_HOME": variables["DEVMATRIX_HOME"], "DATABASE_URL": postgres_server.url}
    at_home = follow(GUIDE, blocks(HERE), tmp_path, own)
    assert "app-health@1.1.0: candidate -> golden" in at_home
    assert "added app-health@1.1.0 as draft (it claims to be golden)" in at_home
    settled = {"PATTERNBANK_PATH": str(tmp_path / "bank.sqlite"), "PATTERNBANK_CURATOR": "ann"}
    named = {**empty_graph.environment, **index_place.environment}
    on_servers = follow(GUIDE, blocks(SERVERS), tmp_path, {**own, **named, **settled})
    assert on_servers.count("both hold the same") == 2
    assert "healthy" in on_servers
    stays_until_interrupted({**os.environ, **empty_graph.environment})


def stays_until_interrupted(environment: Mapping[str, str]) -> None:
    """The command that serves the Browser's guide answers, and ends well with Ctrl-C."""
    ((_, commands),) = blocks(STAYS)
    program, *words = commands.split()
    served = [str(Path(sys.executable).parent / program), *words, "--port", "0"]
    with subprocess.Popen(
        served, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as browsing:
        assert browsing.stdout is not None
        said = [browsing.stdout.readline() for _ in range(3)]
        browsing.send_signal(signal.SIGINT)
        try:
            assert browsing.wait(30) == 0
        finally:
            browsing.kill()
    assert "Ctrl-C ends it" in said[2], said


def test_the_machine_is_set_up_as_the_guide_says() -> None:
    """The first block is what `make` does before it tests, and the shell can complete the bank's commands."""
    ((_, commands),) = blocks(BEFORE)
    assert "bash scripts/set-up" in commands
    assert "@bash scripts/set-up" in (ROOT / "Makefile").read_text(encoding="utf-8")
    program = Path(sys.executable).parent / "patternbank"
    asked = {**os.environ, "_PATTERNBANK_COMPLETE": "bash_source"}
    done = subprocess.run([program], env=asked, capture_output=True, text=True, timeout=60, check=False)
    assert "complete -o nosort -F _patternbank_completion patternbank" in done.stdout


def test_the_guide_names_every_command() -> None:
    """A command that the guide does not show is one that nobody finds."""
    text = GUIDE.read_text(encoding="utf-8")
    assert [name for name in bank.commands if not re.search(rf"\b{name}\b", text)] == []
