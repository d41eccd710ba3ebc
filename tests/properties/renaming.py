"""Rename every identifier of a spec, word by word, and map generated text back."""

import builtins
import keyword
import re
from collections.abc import Callable, Iterable, Mapping

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Choice
from devmatrix.naming import plural, words

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
LANGUAGE = frozenset(
    """
    text integer decimal boolean date datetime uuid email url slug password json one of many list
    required unique default between and length matches immutable read only write copied from computed
    searchable filterable sortable indexed deletes with it restricts clears key path table schema rule
    states timestamps sorted by part as external takes else requires let for each in when otherwise
    creates sets adds removes to ensures answers on old size sum min max avg all exists filter map has
    contains now today days hours minutes true false null settings entities endpoints flows create
    update patch delete get post put page base keys version public uuid off id name type field rules
    does endpoint where
    """.split()
)
PYTHON = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | frozenset({"session", "body", "request"})
LETTERS = "bcdfghjklmnpqrstvwxz"

Naming = Callable[[Iterable[str]], Mapping[str, str]]


def identifiers(application: ApplicationIR) -> frozenset[str]:
    """Every word of every name that the author chose and that is no word of the language."""
    found: set[str] = set()
    for entity in application.domain.entities:
        found.update((entity.name, entity.collection or ""))
        for field in entity.fields:
            found.add(field.name)
            if isinstance(field.type, Choice):
                found.update(member.name for member in field.type.members)
    for operation in application.api.operations:
        if operation.verb == "flow":
            found.update((operation.title, *(item.name for item in operation.inputs)))
    split = {word for name in found for word in words(name)}
    kept = LANGUAGE | PYTHON
    return frozenset(w for w in split if len(w) > 3 and w.isalpha() and not kept & {w, plural(w)})


def alike(chosen: Iterable[str]) -> dict[str, str]:
    """Names of the same length, order and regular plural: the first letter stays, the second tells them apart."""
    found: dict[str, str] = {}
    singular = {plural(word): word for word in chosen}
    ranks: dict[str, int] = {}
    for word in sorted(chosen):
        if word not in singular:
            rank = ranks[word[0]] = ranks.get(word[0], -1) + 1
            found[word] = word[0] + LETTERS[rank] + "q" * (len(word) - 4) + word[-2:]
    for many, one in singular.items():
        found.setdefault(many, plural(found.get(one, one)) if one in found else many)
    return found


def unlike(chosen: Iterable[str]) -> dict[str, str]:
    """Names of other lengths and in another order."""
    singular = {plural(word): word for word in chosen}
    plain = [word for word in sorted(chosen) if word not in singular]
    found = {word: f"zq{LETTERS[place // 20]}{LETTERS[-1 - place % 20]}on" for place, word in enumerate(plain)}
    for many, one in singular.items():
        found.setdefault(many, plural(found[one]) if one in found else many)
    return found


def replace(text: str, names: Mapping[str, str]) -> str:
    """The text with each word replaced, whatever its case."""

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        new = names.get(word.lower())
        if new is None:
            return word
        if word.isupper():
            return new.upper()
        return new.capitalize() if word[0].isupper() else new

    return WORD.sub(swap, text)
