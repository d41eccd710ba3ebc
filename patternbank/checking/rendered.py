"""Lay rendered Python into a folder of its own, for tools that read files."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def laid_out(files: Mapping[str, str]) -> Iterator[Path]:
    """Give a folder that holds the files as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="patternbank-") as name:
        folder = Path(name).resolve()
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        yield folder


def python_of(files: Mapping[str, str]) -> dict[str, str]:
    """Give the Python among rendered files."""
    return {path: text for path, text in files.items() if path.endswith(".py")}
