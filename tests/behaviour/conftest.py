"""Generated applications, built once for all behaviour tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.questioning import QUIET
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.deploy import Deployment, DeployOptions
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.local import LocalDeployer
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.settings import Settings
from patternbank.opening import open_bank

SPECS = Path(__file__).parents[2] / "seeds" / "specs"
CORNERS = Path(__file__).parent / "corners"
Building = Callable[[str], Built]
Variables = tuple[tuple[str, str], ...]


@pytest.fixture(scope="session")
def built() -> Building:
    """A shipped example or a corner by its name, built once."""
    known: dict[str, Built] = {}
    bank = open_bank(":memory:")

    def of(name: str) -> Built:
        if name not in known:
            corner = CORNERS / f"{name}.md"
            file = corner if corner.exists() else SPECS / f"{name}_api.md"
            found = build(file.read_bytes(), file.name, bank, Recorder())
            assert isinstance(found, Built), [item.render() for item in found.diagnostics]
            known[name] = found
        return known[name]

    return of


@contextmanager
def deployed(
    built: Built, folder: Path, settings: Settings, *, seed: bool = False, environment: Variables = ()
) -> Iterator[Deployment]:
    """The application on a PostgreSQL of its own, for the length of the block."""
    write_tree(folder, pack(built))
    options = DeployOptions(stubs=stub_statements(built.application), seed=seed, environment=(*QUIET, *environment))
    with LocalDeployer(settings).deploy(folder, options, Recorder().step) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def shop(
    built: Building,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: PostgresServer,
) -> Iterator[Deployment]:
    """The running e-commerce application."""
    with deployed(built("ecommerce"), tmp_path_factory.mktemp("shop") / "app", runtime_settings) as deployment:
        yield deployment
