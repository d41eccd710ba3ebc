"""How collections and aliases are called: by all that makes their vectors comparable."""

import hashlib
import re

from patternbank.embeddings import SIGNATURE_VERSION, TEXT_VERSION
from patternbank.errors import StoreError

_BUILD = re.compile(r"_(\d+)$")
_PLAIN = re.compile(r"[a-z0-9.-]{1,40}")
_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
BUILDING = "_building"


def family(namespace: str) -> str:
    """Give what all collections of a bank begin with, whatever made them."""
    if namespace and not _NAMESPACE.fullmatch(namespace):
        raise StoreError(
            f"{namespace!r} is no name that collections can begin with",
            "set PATTERNBANK_NAMESPACE to at most 80 letters, digits and . _ -, with a letter or digit first",
        )
    return f"{namespace}.patternbank_v" if namespace else "patternbank_v"


def alias_of(namespace: str, model: str, dimension: int) -> str:
    """Give the alias that readers use for vectors of this release and this model."""
    return f"{family(namespace)}{SIGNATURE_VERSION}t{TEXT_VERSION}_{_spelled(model) or 'none'}_{dimension}"


def next_build(alias: str, names: list[str]) -> str:
    """Give the name after the highest build that there is."""
    found = [int(match[1]) for name in names if name.startswith(f"{alias}_") and (match := _BUILD.search(name))]
    return f"{alias}_{max(found, default=0) + 1}"


def _spelled(model: str) -> str:
    """Spell a model's name so that a collection may be called by it, different ones differently."""
    if not model or _PLAIN.fullmatch(model):
        return model
    plain = re.sub(r"[^a-z0-9.-]+", "-", model.lower()).strip("-")[-40:]
    return f"{plain}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"
