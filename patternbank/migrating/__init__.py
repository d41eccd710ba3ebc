"""Bring a graph's schema up to date, once and in order, and compare it with what is written down."""

from patternbank.migrating.files import Migration, read_migrations
from patternbank.migrating.runner import Applied, Migrated, applied, check_migrated, migrate
from patternbank.migrating.schema import Difference, Schema, compare, live_schema, written_schema

__all__ = [
    "Applied",
    "Difference",
    "Migrated",
    "Migration",
    "Schema",
    "applied",
    "check_migrated",
    "compare",
    "live_schema",
    "migrate",
    "read_migrations",
    "written_schema",
]
