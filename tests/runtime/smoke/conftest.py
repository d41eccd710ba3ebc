"""A fake shop on a real database of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from devmatrix.runtime.databases import lent_database
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.smoke import Target
from devmatrix.runtime.sql import connected
from tests.runtime.smoke.fake_shop import SCHEMA, FakeShop

OpenShop = Callable[..., Target]


@pytest.fixture
def open_shop(postgres_server: PostgresServer) -> Iterator[OpenShop]:
    """Call it for a running shop; its faults and ``shared`` as the test wants."""
    with ExitStack() as stack:
        url = stack.enter_context(lent_database(postgres_server.url))
        with connected(url) as session:
            session.execute(SCHEMA)

        def open_one(*, shared: bool = False, **faults: bool) -> Target:
            address = stack.enter_context(FakeShop(url, **faults).serving())
            return Target(url=address, database_url=url, shared=shared)

        yield open_one
