"""Make, clone, drop and sweep the databases that are ours, and never touch another.

A name of ours is ``devmatrix_`` and 20 hexadecimal digits, of which the last four are computed from the others; a
comment on the database says what it is for, whose it is, and when it was used.
"""

import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from devmatrix.runtime.identity import ProcessIdentity, has_died, identify_self
from devmatrix.runtime.sql import Session, connected, on_database, quote_name, quote_text

PREFIX = "devmatrix_"
LOCK = 0x6465766D  # an advisory lock of ours: no database is without its comment while nobody holds it
KEPT_TEMPLATES = 24

Purpose = Literal["run", "template", "kept"]


class Remark(BaseModel):
    """What the comment on a database of ours says."""

    model_config = ConfigDict(frozen=True)

    devmatrix: Literal[1] = 1
    purpose: Purpose
    owner: ProcessIdentity
    used: int
    """Seconds since 1970."""


class Database(BaseModel):
    """A database of ours; ``remark`` is None when its maker was killed before it could say anything."""

    model_config = ConfigDict(frozen=True)

    name: str
    remark: Remark | None


def name_of(key: str) -> str:
    """The name of the database for a key: always the same."""
    return seal(hashlib.sha256(key.encode()).hexdigest()[:16])


def new_name() -> str:
    """A name that nothing has yet."""
    return seal(secrets.token_hex(8))


def seal(digits: str) -> str:
    """A name with its check digits."""
    return f"{PREFIX}{digits}{hashlib.sha256(digits.encode()).hexdigest()[:4]}"


def is_ours(name: str) -> bool:
    """Whether a name can only be one that we gave."""
    return re.fullmatch(PREFIX + "[0-9a-f]{20}", name) is not None and seal(name[len(PREFIX) : -4]) == name


def create_database(url: str, name: str, purpose: Purpose, *, template: str | None = None) -> str:
    """Make an empty database, or a copy of ``template``; its URL. In a run's, the last rows may be lost in a crash."""
    if template is None:
        source = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    else:
        source = f"TEMPLATE {quote_name(template)}"
    with connected(url) as session, exclusively(session):
        session.execute(f"CREATE DATABASE {quote_name(name)} {source}")
        write_remark(session, name, purpose)
        if purpose == "run":
            session.execute(f"ALTER DATABASE {quote_name(name)} SET synchronous_commit = off")
    return on_database(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database of ours, whoever is connected; one that is gone already is no failure."""
    if not is_ours(name):
        raise ValueError(f"{name} is not ours to drop")
    with connected(url) as session:
        drop(session, name)


@contextmanager
def lent_database(url: str, *, template: str | None = None) -> Iterator[str]:
    """The URL of a database of one's own, for the length of the block."""
    name = new_name()
    try:
        yield create_database(url, name, "run", template=template)
    finally:
        drop_database(url, name)


def publish_template(url: str, built: str, name: str) -> None:
    """Give a finished database its final name, closed to connections; if another process was faster, drop ours."""
    with connected(url) as session, exclusively(session):
        if any(database.name == name for database in list_databases(session)):
            drop(session, built)
            return
        session.execute(f"ALTER DATABASE {quote_name(built)} RESET synchronous_commit")
        write_remark(session, built, "template")
        session.execute(f"ALTER DATABASE {quote_name(built)} WITH ALLOW_CONNECTIONS false")
        session.execute(f"ALTER DATABASE {quote_name(built)} RENAME TO {quote_name(name)}")


def find_database(url: str, name: str, purpose: Purpose) -> bool:
    """Whether there is a database of ours of this name and purpose; it is noted as used now."""
    with connected(url) as session:
        for database in list_databases(session):
            if database.name == name and database.remark is not None and database.remark.purpose == purpose:
                write_remark(session, name, purpose)
                return True
    return False


def sweep_databases(url: str) -> tuple[str, ...]:
    """Drop what dead runs left, and the templates least recently used; the names of what was dropped."""
    with connected(url) as session, exclusively(session):
        databases = list_databases(session)
        left = [database.name for database in databases if is_left_over(database)]
        templates = sorted((used, database.name) for database in databases if (used := template_use(database)))
        doomed = (*left, *(name for _, name in templates[:-KEPT_TEMPLATES]))
        for name in doomed:
            drop(session, name)
    return doomed


def is_left_over(database: Database) -> bool:
    """Whether nobody can want it any more: its run has died, or its maker before saying what it is."""
    return database.remark is None or (database.remark.purpose == "run" and has_died(database.remark.owner))


def template_use(database: Database) -> int | None:
    """When a migrated database was last cloned; None when it is nothing to clone."""
    remark = database.remark
    return remark.used if remark is not None and remark.purpose == "template" else None


def list_databases(session: Session) -> tuple[Database, ...]:
    """The databases on the server that are ours, by name."""
    described = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
    rows = session.rows(f"{described} WHERE starts_with(datname, $1) ORDER BY 1", PREFIX)
    return tuple(Database(name=name, remark=read_remark(text)) for name, text in rows if is_ours(name))


def read_remark(text: str | None) -> Remark | None:
    """What a comment says; None when it is not one of ours."""
    try:
        return Remark.model_validate_json(text or "")
    except ValidationError:
        return None


def write_remark(session: Session, name: str, purpose: Purpose) -> None:
    """Say on the database what it is for, and that it is ours, used now."""
    remark = Remark(purpose=purpose, owner=identify_self(), used=int(time.time()))
    session.execute(f"COMMENT ON DATABASE {quote_name(name)} IS {quote_text(json.dumps(remark.model_dump()))}")


def drop(session: Session, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    session.execute(f"DROP DATABASE IF EXISTS {quote_name(name)} WITH (FORCE)")


@contextmanager
def exclusively(session: Session) -> Iterator[None]:
    """Let no other process of ours make or sweep databases on this server."""
    session.rows("SELECT pg_advisory_lock($1)", LOCK)
    try:
        yield
    finally:
        session.rows("SELECT pg_advisory_unlock($1)", LOCK)
