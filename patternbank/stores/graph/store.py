"""The graph store: the bank's truth in Neo4j, with the outbox that tells the index of every change."""

from collections.abc import Sequence
from typing import Self

from patternbank.indexing.neighbours import Neighbours
from patternbank.indexing.ports import Pending
from patternbank.migrating import check_migrated
from patternbank.stores.graph import changes, questions
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.graph.lessons import GraphLessons
from patternbank.stores.graph.runs import GraphRuns
from patternbank.stores.graph.searching import GraphSearch
from patternbank.stores.graph.writing import write_rows


class GraphStore(GraphSearch, GraphRuns, GraphLessons):
    """All questions of a store, answered by the graph alone; see ``ports.Store`` and ``indexing.ports.GraphStore``."""

    def __init__(self, url: str, user: str = "neo4j", password: str = "", *, read_only: bool = False) -> None:
        self._graph = GraphConnection(url, user, password, read_only=read_only)
        try:
            check_migrated(self._graph)
        except BaseException:
            self._graph.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Say where the graph is."""
        return self._graph.url

    @property
    def read_only(self) -> bool:
        """Say whether the store was opened for reading."""
        return self._graph.read_only

    def close(self) -> None:
        """Close all connections."""
        self._graph.close()

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """Give the oldest rows of the outbox, by number.

        The server shows a row that somebody else acknowledges at this moment without its properties: it is done.
        """
        rows = self._graph.rows(questions.PENDING, limit=limit)
        return tuple(Pending.model_validate(row) for row in rows if all(value is not None for value in row.values()))

    def waiting(self) -> int:
        """Count the rows of the outbox."""
        return int(self._graph.rows(questions.WAITING)[0]["waiting"])

    def keep_neighbours(self, found: Sequence[Neighbours]) -> None:
        """Put the neighbours of versions in place of those that they had; nothing is selected by them."""
        rows = [one.model_dump() for one in found]
        self._graph.writing(lambda transaction: write_rows(transaction, changes.KEEP_NEIGHBOURS, rows))

    def played(self) -> str:
        """Give the commands that the server's Browser runs when it has connected."""
        return "".join(row["value"] or "" for row in self._graph.rows(questions.PLAYED))

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Take rows out of the outbox; numbers that are gone are no error."""
        self._graph.writing(lambda transaction: transaction.write(changes.ACKNOWLEDGE, numbers=list(numbers)))
