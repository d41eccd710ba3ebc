"""A pooled connection to Neo4j: time limits, retries of what passes by itself, errors that say what to do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString, TypeAlias, TypeVar

from neo4j import GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Query, unit_of_work
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from patternbank.errors import PatternBankError, StoreError

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 15.0
RETRY_SECONDS = 20.0
READ_SECONDS = 60.0
WRITE_SECONDS = 600.0
POOL = 32
_STOPPED = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockClientStopped", "Terminated")
"""What the server calls a transaction that it ended because its time was over."""

Row: TypeAlias = Mapping[str, Any]
_Answer = TypeVar("_Answer")


class Transaction:
    """One transaction; every value travels apart from the words of a question."""

    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def rows(self, question: LiteralString, /, **values: object) -> list[Row]:
        """Ask a question and take in the whole answer."""
        return [dict(record) for record in self._transaction.run(question, values)]

    def write(self, statement: LiteralString, /, **values: object) -> None:
        """Change something; errors show at once."""
        self._transaction.run(statement, values).consume()


class GraphConnection:
    """A pool of connections to one server; safe for threads, and for reading alone."""

    def __init__(self, url: str, user: str = "neo4j", password: str = "", *, read_only: bool = False) -> None:
        self.url = url
        self.read_only = read_only
        with self._explained():
            if url.partition("://")[0] not in SCHEMES:
                raise ConfigurationError(f"it must begin with one of {', '.join(SCHEMES)}")
            self._driver = GraphDatabase.driver(
                url,
                auth=(user, password) if password else None,
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=ACQUIRE_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                max_connection_pool_size=POOL,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
            )
        try:
            with self._explained():
                self._driver.verify_connectivity()
        except ValueError as error:
            self._driver.close()
            raise self._explain(ConfigurationError(str(error))) from error
        except BaseException:
            self._driver.close()
            raise

    def reading(self, work: Callable[[Transaction], _Answer], *, seconds: float = READ_SECONDS) -> _Answer:
        """Do work in a transaction that may not write."""
        with self._explained(), self._driver.session() as session:
            return session.execute_read(unit_of_work(timeout=seconds)(lambda given: work(Transaction(given))))

    def writing(self, work: Callable[[Transaction], _Answer], *, seconds: float = WRITE_SECONDS) -> _Answer:
        """Do work in one transaction; all of it is kept, or nothing. It may be done again after a passing failure."""
        self.check_writable()
        with self._explained(), self._driver.session() as session:
            return session.execute_write(unit_of_work(timeout=seconds)(lambda given: work(Transaction(given))))

    def rows(self, question: LiteralString, /, **values: object) -> list[Row]:
        """Ask one question."""
        return self.reading(lambda transaction: transaction.rows(question, **values))

    def alter(self, statement: LiteralString) -> None:
        """Change the schema: a statement of its own, for schema and contents do not change in one transaction."""
        self.check_writable()
        with self._explained(), self._driver.session() as session:
            session.run(Query(statement, timeout=WRITE_SECONDS)).consume()

    def note(self, statement: LiteralString, /, **values: object) -> None:
        """Run one statement with values in a transaction of its own."""
        self.writing(lambda transaction: transaction.write(statement, **values))

    @contextmanager
    def holding(self, statement: LiteralString, *, seconds: float, patience: float) -> Iterator[None]:
        """Keep the locks that a statement takes until the end; a holder that dies lets go of them with its connection.

        Raise ``TimeoutError`` when somebody else has them for longer than ``patience``.
        """
        self.check_writable()
        self._try(statement, patience)
        with self._explained(), self._driver.session() as session, session.begin_transaction(timeout=seconds) as held:
            held.run(statement).consume()
            yield
            held.rollback()

    def close(self) -> None:
        """Close all connections; a second time does nothing."""
        self._driver.close()

    def check_writable(self) -> None:
        """Refuse a change of a bank that is open for reading."""
        if self.read_only:
            raise StoreError(f"the pattern bank {self.url} is open for reading only", "open it for writing")

    def _try(self, statement: LiteralString, patience: float) -> None:
        """Take the locks and let go of them, so that waiting is bounded by a time of its own."""
        try:
            with self._driver.session() as session, session.begin_transaction(timeout=patience) as attempt:
                attempt.run(statement).consume()
                attempt.commit()
        except Neo4jError as error:
            if _timed_out(error):
                raise TimeoutError from error
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DriverError, Neo4jError, OSError) as error:
            raise self._explain(error) from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{error.object[:40]!r} is no text", "write it in UTF-8") from error

    def _explain(self, error: Exception) -> PatternBankError:
        name = f"the pattern bank {self.url}"
        start = "start it with `scripts/start-bank`, or unset PATTERNBANK_NEO4J_URL to use the embedded bank"
        if isinstance(error, IncompleteCommit):
            hint = "do it again once the server answers: what is there already is not done twice"
            return StoreError(f"{name} went away while it kept a change, and nobody knows whether it did", hint)
        if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
            return StoreError(f"no pattern bank answers at {self.url}: {error}", start)
        if isinstance(error, AuthError):
            hint = "set PATTERNBANK_NEO4J_USER and PATTERNBANK_NEO4J_PASSWORD as the server has them"
            return StoreError(f"{name} does not let us in: {error.message or error}", hint)
        if _timed_out(error):
            return StoreError(f"{name} took too long: {error}", "look at the server's load, and try again")
        if isinstance(error, ClientError):
            return StoreError(f"{name} refuses: {error.message}", "see whether `patternbank migrate` has been run")
        if isinstance(error, ConfigurationError):
            return StoreError(f"{self.url!r} is no address of a Neo4j: {error}", "write it like bolt://127.0.0.1:7687")
        return StoreError(f"{name} fails: {error}", "look at the server's log, and the space on its disk")


def _timed_out(error: Exception) -> bool:
    return isinstance(error, Neo4jError) and str(error.code).rpartition(".")[2] in _STOPPED
