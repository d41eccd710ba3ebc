"""Open the bank that the environment names: a file of one's own, or servers."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from patternbank.bank import Bank
from patternbank.embeddings.dense import Encoder, find_encoder
from patternbank.errors import StoreError
from patternbank.ports import Store
from patternbank.values import Frozen

if TYPE_CHECKING:
    from patternbank.stores.server import ServerStore

MEMORY = ":memory:"
SERVERS = "servers"
"""The place of the bank on servers, where a file could be named as well."""
NEO4J, QDRANT = "PATTERNBANK_NEO4J_URL", "PATTERNBANK_QDRANT_URL"


class Servers(Frozen):
    """Where the servers of a bank are."""

    neo4j: str
    user: str = "neo4j"
    password: SecretStr = SecretStr("")
    qdrant: str = ""
    api_key: SecretStr = SecretStr("")
    namespace: str = ""


def open_bank(path: str | Path | None = None, *, read_only: bool = False, shipped: bool = True) -> Bank:
    """Open a bank; without a path the one on the servers or in the file that the environment names, or the user's own.

    A file is created when it is not there. The bank takes in the shipped patterns when they changed (unless opened for
    reading, or ``shipped`` is false). ``:memory:`` gives a bank that is gone afterwards.
    """
    encoder, notices = find_encoder()
    servers = named_servers() if path is None or path == SERVERS else None
    if servers is None and path == SERVERS:
        raise StoreError("no servers are named", f"set {NEO4J} and {QDRANT}")
    if servers is not None:
        if not servers.qdrant:
            notices = (*notices, f"degraded: {QDRANT} is not set, so the graph alone answers, without dense text")
        notices = (*notices, *_exposed(servers))
        return _loaded(open_servers(servers, encoder, read_only=read_only), notices, encoder, read_only, shipped)
    place = str(path) if path is not None else os.environ.get("PATTERNBANK_PATH") or str(default_path())
    if place != MEMORY and not read_only and path is None and not _writable(Path(place)):
        if not Path(place).is_file():
            notice = f"no pattern bank can be made at {place}: this one is in memory, and nothing is kept"
            return _loaded(_open_file(MEMORY, encoder), (*notices, notice), encoder, False, shipped)
        notices = (*notices, f"the pattern bank {place} may only be read: nothing is recorded in it")
        read_only = True
    return _loaded(_open_file(place, encoder, read_only=read_only), notices, encoder, read_only, shipped)


def named_servers(environment: Mapping[str, str] = os.environ) -> Servers | None:
    """Give the servers that the environment names, none when it names none."""
    if not environment.get(NEO4J):
        if environment.get(QDRANT):
            raise StoreError(
                f"{QDRANT} is set and {NEO4J} is not: an index without the graph that it is made of is no bank",
                f"set {NEO4J} as well, or unset both to use the embedded bank",
            )
        return None
    return Servers(
        neo4j=environment[NEO4J],
        user=environment.get("PATTERNBANK_NEO4J_USER") or "neo4j",
        password=SecretStr(environment.get("PATTERNBANK_NEO4J_PASSWORD", "")),
        qdrant=environment.get(QDRANT, ""),
        api_key=SecretStr(environment.get("PATTERNBANK_QDRANT_API_KEY", "")),
        namespace=environment.get("PATTERNBANK_NAMESPACE", ""),
    )


def open_servers(servers: Servers, encoder: Encoder | None = None, *, read_only: bool = False) -> Store:
    """Open the store on servers: with an index of vectors where one is named, or else the graph alone."""
    if servers.qdrant:
        return open_indexed(servers, encoder, read_only=read_only)
    from patternbank.stores.graph.store import GraphStore

    return GraphStore(servers.neo4j, servers.user, servers.password.get_secret_value(), read_only=read_only)


def open_indexed(servers: Servers, encoder: Encoder | None = None, *, read_only: bool = False) -> "ServerStore":
    """Open the graph with its index of vectors."""
    if not servers.qdrant:
        raise StoreError("no index of vectors is named", f"set {QDRANT}")
    from patternbank.stores.server import ServerStore
    from patternbank.stores.vectors import QdrantIndex

    index = QdrantIndex(
        servers.qdrant,
        servers.api_key.get_secret_value(),
        namespace=servers.namespace,
        model=encoder.name if encoder else "",
        dimension=encoder.dimension if encoder else 0,
    )
    try:
        password = servers.password.get_secret_value()
        return ServerStore(servers.neo4j, servers.user, password, index=index, encoder=encoder, read_only=read_only)
    except BaseException:
        index.close()
        raise


def _exposed(servers: Servers) -> tuple[str, ...]:
    """Say where a key leaves this machine for all on the way to read."""
    plain, host = servers.qdrant.startswith("http://"), urlsplit(servers.qdrant).hostname or ""
    if not (plain and servers.api_key.get_secret_value()) or host in ("localhost", "::1") or host.startswith("127."):
        return ()
    return (f"the key of the vector index goes to {host} unencrypted: give {QDRANT} as https://…",)


def say_where(bank: Bank) -> str:
    """Say where a bank is, and whether its servers answer."""
    index = getattr(bank.store, "index", None)
    graph = f"the graph at {bank.store.url}" if hasattr(bank.store, "url") else "a file"
    if index is None:
        return graph
    try:
        return f"{graph}, and vectors at {index.place} ({index.live() or 'not made yet'})"
    except StoreError as error:
        return f"{graph}; degraded: {error}; {error.hint}"


def default_path() -> Path:
    """Give the place of the user's own bank."""
    home = Path.home()
    if sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "patternbank" / "bank.sqlite"


def _loaded(store: Store, notices: tuple[str, ...], encoder: Encoder | None, read_only: bool, shipped: bool) -> Bank:
    """Make a bank of a store, with the shipped patterns in it where it may be written."""
    try:
        if shipped and not read_only:
            from patternbank.loading import load_shipped

            load_shipped(store)
        return Bank(store, notices, encoder, read_only=read_only)
    except BaseException:
        store.close()
        raise


def _open_file(place: str, encoder: Encoder | None, *, read_only: bool = False) -> Store:
    from patternbank.stores.embedded import EmbeddedStore

    if read_only and place != MEMORY and not Path(place).is_file():
        raise StoreError(
            f"there is no pattern bank at {place}", "open it once for writing: `patternbank list` makes it"
        )
    return EmbeddedStore(place, read_only=read_only, encoder=encoder)


def _writable(path: Path) -> bool:
    """Say whether a file may be written, or made where the nearest folder is."""
    if path.exists():
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    nearest = next(parent for parent in path.absolute().parents if parent.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)
