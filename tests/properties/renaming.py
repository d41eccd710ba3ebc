"""Rename every identifier of a spec, word by word, and map generated text back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_lowercase

from devmatrix.naming import plural
from tests.properties.identifiers import places_of

WORD = re.compile(r"(?<![\\%0-9])(?:[A-Za-z][0-9][0-9a-z]*|[A-Z]+(?![a-z])|[A-Z]?[a-z]+)")
AWKWARD = tuple(
    """
    session body request list class status now db rows total page query type dict int str none async lambda import from
    metadata registry model field base key name value row item path entity add lock found require ensure changed
    referred finish settle service router app settings config error problem response any all sum len min max print enum
    decimal uuid date datetime text integer boolean select table index op sa dt choice words relationship order group
    user old kept conditions shown place generates locks schema copy json input output mapped column sequence collection
    refused number today clock find string literal override timestamped depends annotated state size load owner
    position pass global yield case match hash format object property super set tuple bytes input reading keys
    """.split()
)
"""Keywords, builtins, modules, base classes and locals of the generated code, and words of the language."""
Vocabulary = frozenset[str]
Naming = Callable[[Iterable[str], Vocabulary], Mapping[str, str]]


def words_of(text: str) -> Iterator[str]:
    """The words of a text, in small letters."""
    return (match.group().lower() for match in WORD.finditer(text))


def identifiers(text: str) -> frozenset[str]:
    """Every word of every identifier of a spec."""
    lines = text.split("\n")
    return frozenset(
        word for at in places_of(text) for word in words_of(lines[at.line - 1][at.column - 1 : at.end_column - 1])
    )


def rename(text: str, names: Mapping[str, str]) -> str:
    """The spec with its identifiers renamed, and nothing else."""
    lines = text.split("\n")
    for at in reversed(places_of(text)):
        line = lines[at.line - 1]
        start, end = at.column - 1, at.end_column - 1
        new = replace(line[start:end], names)
        lines[at.line - 1] = line[:start] + (new.upper() if line[start:end].isupper() else new) + line[end:]
    return "\n".join(lines)


def replace(text: str, names: Mapping[str, str]) -> str:
    """The text with each word replaced, whatever its case."""

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        new = names.get(word.lower())
        if new is None:
            return word
        if word.isupper() and len(word) > 1:
            return new.upper()
        return new.capitalize() if word[0].isupper() else new

    return WORD.sub(swap, text)


def alike(chosen: Iterable[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Names of the same length, order and regular plural that the generated text has nowhere."""
    plain, plurals = _families(chosen)
    found: dict[str, str] = {}
    for word in plain:
        taken = vocabulary.union(found.values())
        found[word] = next(new for new in _near(word, taken) if {new, plural(new)}.isdisjoint(taken))
    return _with_plurals(found, plurals)


def unlike(chosen: Iterable[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Names of other lengths and in another order."""
    plain, plurals = _families(chosen)
    letters = "bcdfghjklmnpqrstvwxz"
    fresh = (f"zq{a}{b}on" for a in letters for b in reversed(letters))
    found = {word: next(new for new in fresh if new not in vocabulary) for word in plain}
    return _with_plurals(found, plurals)


def awkward(chosen: Iterable[str], turn: int) -> dict[str, str]:
    """Some of the words become words that the generated code needs for itself; each turn gives others."""
    plain, plurals = _families(chosen)
    pool = list(dict.fromkeys(AWKWARD[turn:] + AWKWARD[:turn]))
    found: dict[str, str] = {}
    used = {*plain, *plurals, *plurals.values()}
    for word in plain:
        found[word] = next((new for new in pool if used.isdisjoint({new, plural(new)})), word)
        used |= {found[word], plural(found[word])}
    return _with_plurals(found, plurals)


def _families(chosen: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Words that are nobody's plural, and the plurals of all: plural -> word."""
    words = sorted(chosen, key=lambda word: (len(word), word))
    plurals = {plural(word): word for word in words}
    return [word for word in words if word not in plurals], plurals


def _with_plurals(found: dict[str, str], plurals: Mapping[str, str]) -> dict[str, str]:
    for many, one in plurals.items():
        found[many] = plural(found[one])
    return found


def _near(word: str, taken: Vocabulary) -> Iterator[str]:
    """Words of the same length and ending: first those that stand where the word stands in an ordered list."""
    made = list(_changed(word))
    before = max((other for other in taken if other < word), default="")
    after = min((other for other in taken if other > word), default="~")
    yield from (new for new in made if before < new < after)
    yield from made


def _changed(word: str) -> Iterator[str]:
    """The word with one letter changed, from the third last on; with the last ones changed where it is short."""
    letters = [letter for letter in ascii_lowercase if letter not in "sxzhy"]
    for place in (*range(len(word) - 3, -1, -1), len(word) - 2, len(word) - 1):
        if place >= 0 and word[place].isalpha():
            yield from (word[:place] + letter + word[place + 1 :] for letter in letters if letter != word[place])
