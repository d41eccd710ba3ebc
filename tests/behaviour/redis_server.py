"""A real Redis for tests: started on a free port, stopped with the block, whatever state it is in."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

PROGRAMS = ("redis-server", "redis-cli")
IS_THERE = all(shutil.which(program) for program in PROGRAMS)


class RedisServer:
    """A server in a folder of its own; it can be killed, frozen and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run until it answers."""
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "")
        with (self.folder / "log").open("ab") as log:
            self._program = subprocess.Popen(("redis-server", *words), stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while self.ask("PING") != "PONG":
            if self._program.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"redis-server does not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.05)

    def ask(self, *words: str) -> str:
        """What it says to a command; nothing when it is not there."""
        command = ("redis-cli", "-p", str(self.port), *words)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.strip()

    def count(self, what: str) -> int:
        """One of the numbers that it keeps of itself."""
        lines = dict(line.split(":", 1) for line in self.ask("INFO", "stats").splitlines() if ":" in line)
        return int(lines[what])

    def kill(self) -> None:
        """End it without a word."""
        if self._program is not None:
            self._program.kill()
            self._program.wait(20)
            self._program = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it take connections and answer nothing, for the length of the block."""
        assert self._program is not None
        self._program.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._program.send_signal(signal.SIGCONT)


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A Redis that holds nothing."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
