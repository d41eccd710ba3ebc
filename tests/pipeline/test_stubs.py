"""Tables of others, stood in for."""

import pytest

from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.databases import lent_database
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.sql import connected
from tests.pipeline.examples import application


@pytest.mark.needs_server
def test_external_tables_are_made(postgres_server: PostgresServer) -> None:
    """Schema and table come into being with exactly the key and the declared fields; a second time does no harm."""
    tech_spec = application("tech_spec_api")
    (external,) = [entity for entity in tech_spec.domain.entities if entity.external]
    with lent_database(postgres_server.url) as url, connected(url) as session:
        for statement in stub_statements(tech_spec) * 2:
            session.execute(statement)
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2"
        rows = session.rows(query, external.storage.schema_name, external.storage.table)
        assert {row["column_name"] for row in rows} == {field.column for field in external.fields}


def test_an_application_that_owns_its_tables_needs_no_stub() -> None:
    """Nothing is said where nothing is external."""
    assert stub_statements(application("ecommerce_api")) == ()
