"""Say SQL to a PostgreSQL server from synchronous code; the only door to asyncpg here."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from devmatrix.errors import DevMatrixError, ServerUnavailable, words_of

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

OLDEST_VERSION = 17


class Session:
    """A connection, driven from a thread that runs no event loop of its own."""

    def __init__(self, runner: "asyncio.Runner", connection: "asyncpg.Connection") -> None:
        self._runner = runner
        self._connection = connection

    @property
    def version(self) -> int:
        """The server's major version."""
        return int(self._connection.get_server_version().major)

    def execute(self, statement: str) -> None:
        """Run one statement, or several in one transaction."""
        self._runner.run(self._connection.execute(statement))

    def rows(self, query: str, *values: Any) -> Sequence[Any]:
        """The rows of a query; its parameters are ``$1``, ``$2`` …"""
        found: Sequence[Any] = self._runner.run(self._connection.fetch(query, *values))
        return found


@contextmanager
def connected(url: str, *, timeout: float = 10.0) -> Iterator[Session]:
    """A session on ``url``; raises ServerUnavailable when nobody answers or the server lets us not in."""
    import asyncpg

    with asyncio.Runner() as runner:
        try:
            connection = runner.run(asyncpg.connect(url, timeout=timeout, statement_cache_size=0))
        except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise ServerUnavailable(
                f"PostgreSQL does not let us in at {hide_password(url)}: {explain(error)}",
                hint="check DATABASE_URL, or unset it to use the PostgreSQL that comes with DevMatrix",
            ) from error
        try:
            yield Session(runner, connection)
        except asyncpg.PostgresError as error:
            raise DevMatrixError(f"PostgreSQL refused: {error}") from error
        finally:
            connection.terminate()


def check_version(session: Session) -> None:
    """Raise ServerUnavailable when the server is older than generated applications need."""
    if session.version < OLDEST_VERSION:
        raise ServerUnavailable(
            f"the server is PostgreSQL {session.version}, and {OLDEST_VERSION} or later is needed",
            hint="point DATABASE_URL at a newer server, or unset it",
        )


def check_rights(session: Session) -> None:
    """Raise ServerUnavailable when the role may not make databases: each run has one of its own."""
    role, may = session.rows("SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")[0]
    if not may:
        raise ServerUnavailable(
            f"the role {role} may not create databases, and each run needs one of its own",
            hint=f"ALTER ROLE {quote_name(role)} CREATEDB, or name another role in DATABASE_URL, or unset it",
        )


def explain(error: BaseException) -> str:
    """Why there is no connection, in words."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return "this is no address of a PostgreSQL server, postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    return words_of(error)


def on_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def database_of(url: str) -> str:
    """The name of the database that a URL leads to."""
    return unquote(urlsplit(url).path.lstrip("/"))


def hide_password(url: str) -> str:
    """The URL, fit to be shown."""
    shown = re.sub(r"(?<=://)([^:@/?#]*):[^/?#]*@", r"\1:***@", url)
    return re.sub(r"(?i)(password=)[^&#]*", r"\1***", shown)


def plain_url(url: str) -> str:
    """The URL without a driver in its scheme (``postgresql+asyncpg://`` is SQLAlchemy's)."""
    scheme, separator, rest = url.partition("://")
    return "postgresql" + separator + rest if scheme.partition("+")[0] in {"postgres", "postgresql"} else url


def quote_name(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text literal, quoted."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
