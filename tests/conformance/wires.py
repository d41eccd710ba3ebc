"""A wire between a store and its server that can be cut at a chosen byte."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Wire:
    """Forwards connections; the first ``cuts`` of them break once they carried ``limit`` bytes to the server."""

    def __init__(self, port: int, *, cuts: int, limit: int) -> None:
        self._port, self._limit, self.cuts_left = port, limit, cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = [self._listener]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Break everything."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            self._sockets += [client, server]
            for source, target, counted in ((client, server, True), (server, client, False)):
                thread = threading.Thread(target=self._forward, args=(source, target, counted), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _forward(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                carried += len(piece)
                if counted and carried > self._limit and self.cuts_left > 0:
                    self.cuts_left -= 1
                    break
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(port: int, *, cuts: int, limit: int) -> Iterator[Wire]:
    """Lay a wire to a local port for a block."""
    laid = Wire(port, cuts=cuts, limit=limit)
    try:
        yield laid
    finally:
        laid.close()
