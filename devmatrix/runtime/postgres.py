"""Open a PostgreSQL server: the one that is given, one in Docker when asked for, else our own out of a wheel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict

from devmatrix.runtime.account import find_lodging
from devmatrix.runtime.binaries import find_binaries, lodge_binaries
from devmatrix.runtime.cluster import Cluster, make_cluster, repair_cluster, server_program
from devmatrix.runtime.docker import docker_program, docker_url, prepare_docker
from devmatrix.runtime.home import ensure_home
from devmatrix.runtime.sharing import Describe, Recipe, share_server
from devmatrix.runtime.sql import check_rights, check_version, connected, hide_password, plain_url
from devmatrix.settings import Settings

Source = Literal["given", "docker", "wheel"]


class PostgresServer(BaseModel):
    """A server that answers: ``url`` leads to its administrative database and carries the password."""

    model_config = ConfigDict(frozen=True)

    url: str
    source: Source

    def __repr__(self) -> str:
        """Without the password."""
        return f"PostgresServer({hide_password(self.url)}, {self.source})"

    __str__ = __repr__


@contextmanager
def open_postgres(settings: Settings, *, docker: bool = False) -> Iterator[PostgresServer]:
    """A server for the length of the block; raises ServerUnavailable with a way out."""
    if docker or settings.database_url is None:
        ensure_home(settings)
    if docker:
        with share_server(docker_recipe(settings), settings.timeouts.server_start) as url:
            yield PostgresServer(url=url, source="docker")
    elif settings.database_url is not None:
        url = plain_url(settings.database_url)
        with connected(url) as session:
            check_version(session)
            check_rights(session)
        yield PostgresServer(url=url, source="given")
    else:
        with share_server(wheel_recipe(settings), settings.timeouts.server_start) as url:
            yield PostgresServer(url=url, source="wheel")


def wheel_recipe(settings: Settings) -> Recipe:
    """The server out of the wheel."""
    control = settings.postgres

    def prepare() -> Describe:
        lodging = find_lodging(control)
        binaries = lodge_binaries(find_binaries(), lodging)
        cluster = Cluster(binaries=binaries, lodging=lodging, log=control / "server.log")
        make_cluster(cluster)
        repair_cluster(cluster)
        return lambda port: (server_program(cluster, port), cluster.url(port))

    return Recipe(control=control, prepare=prepare)


def docker_recipe(settings: Settings) -> Recipe:
    """The server in a container."""
    control = settings.home / "postgres-docker"

    def prepare() -> Describe:
        password = prepare_docker(control)
        return lambda port: (docker_program(control, port), docker_url(password, port))

    return Recipe(control=control, prepare=prepare)
