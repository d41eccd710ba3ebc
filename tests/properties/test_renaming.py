"""An application whose identifiers are renamed, every one of them, is the same application but for the names.

Words of the language are no identifiers and stay, each for a reason that docs/spec-language.md gives:

- keywords of the grammar, names of types, rules, options, settings, functions and verbs, `true`, `false` and `null`;
- `id`, `created_at` and `updated_at` behind a dot and in rules: every entity has them (section 2);
- `{id}` in a path: the row that a flow is on (section 4) and the default parameter of a row (section 3);
- `owner` in the `where` of a list under a row of the same entity (section 3).

No new name is `create`, `read`, `update`, `patch` or `delete` (an operation of that name is there already: DM306), nor
`limit`, `offset`, `sort` or `q` (a filterable field may not be called so: DM127).
"""

import builtins
import json
import keyword
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from devmatrix.artifacts.tree import FileTree
from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.constraints.columns import quoted
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.opening import open_bank
from patternbank.rendering import format_tree
from tests.properties.renaming import Naming, alike, identifiers, rename, replace, unlike, words_of

SPECS = sorted((Path(__file__).parents[2] / "seeds" / "specs").glob("*.md"))
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SPELLINGS = (names.attribute, names.variable, names.function, names.parameter, names.loader, names.member, quoted)
PYTHON = frozenset(filter(str.islower, (*keyword.kwlist, *dir(builtins), "l")))
each_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda file: file.stem)


@cache
def bank() -> Bank:
    """The shipped patterns."""
    return open_bank(":memory:")


@cache
def generated(text: str, *, scenarios: bool = False) -> Built:
    """The application of a spec, with its scenarios if they are asked for."""
    built = build(text.encode(), "spec.md", bank(), Recorder(), scenarios=scenarios)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return built


def texts_of(tree: FileTree) -> dict[str, str]:
    """Path -> text."""
    return {file.path: file.text for file in tree.files}


@cache
def vocabulary(text: str, *, scenarios: bool) -> frozenset[str]:
    """Every word of a spec and of all that is made of it."""
    built = generated(text, scenarios=scenarios)
    made = [part for pair in texts_of(built.tree).items() for part in pair]
    made += [shown(built.suite)] if built.suite is not None else []
    return frozenset(word for part in (text, *made) for word in words_of(part))


def renamed(
    text: str, naming: Naming, kept: frozenset[str] = frozenset(), *, scenarios: bool = False
) -> tuple[Built, dict[str, str]]:
    """The application with new names, and what leads back to the old ones."""
    known = vocabulary(text, scenarios=scenarios)
    forth = dict(naming(identifiers(text) - kept, known | PYTHON))
    back = {new: old for old, new in forth.items()}
    assert len(back) == len(forth)
    assert known.isdisjoint(back)
    return generated(rename(text, forth), scenarios=scenarios), back


def shown(part: Any) -> str:
    """A model as text, a value a line, keys of rows numbered as they come: they are made of names."""
    keys: dict[str, str] = {}
    text = json.dumps(part.model_dump(mode="json"), indent=0, ensure_ascii=False)
    return KEY.sub(lambda match: keys.setdefault(match.group(), f"key {len(keys)}"), text)


def unplaced(text: str) -> str:
    """Without columns: they follow from the length of names."""
    return re.sub(r'"(end_)?column": \d+,?\n', "", text)


def expect_same(found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """The same files with the same texts; the first that differs is named."""
    assert sorted(found) == sorted(expected)
    assert next((path for path, text in expected.items() if found[path] != text), None) is None


def spelled_apart(word: str) -> bool:
    """Whether Python, its libraries or SQL keep the word for themselves, so that code spells it otherwise."""
    return any(spell(word) != word for spell in SPELLINGS) or names.module(word) != word


@each_spec
def test_names_alike_give_the_same_text(spec: Path) -> None:
    """Names of the same length, order and plural: the generated text, mapped back, is equal, byte by byte."""
    text = spec.read_text()
    built, back = renamed(text, alike, frozenset(filter(spelled_apart, identifiers(text))))
    found = {replace(path, back): replace(made, back) for path, made in texts_of(built.tree).items()}
    expect_same(found, texts_of(generated(text).tree))


@each_spec
def test_names_unlike_give_the_same_text(spec: Path) -> None:
    """Any other names: the generated text is equal once imports are sorted and lines are broken anew."""
    text = spec.read_text()
    built, back = renamed(text, unlike, frozenset(filter(spelled_apart, identifiers(text))))
    found = {replace(path, back): replace(made, back) for path, made in texts_of(built.tree).items()}
    expect_same(format_tree(found), format_tree(texts_of(generated(text).tree)))


@each_spec
def test_every_name_may_be_any_name(spec: Path) -> None:
    """With no word kept at all: two renamings give the same text, but for each other's names."""
    text = spec.read_text()
    first, back = renamed(text, alike)
    second, other = renamed(text, unlike)
    across = {new: next(name for name, found in back.items() if found == old) for new, old in other.items()}
    found = {replace(path, across): replace(made, across) for path, made in texts_of(second.tree).items()}
    expect_same(format_tree(found), format_tree(texts_of(first.tree)))


@each_spec
@pytest.mark.parametrize("naming", [alike, unlike], ids=lambda naming: naming.__name__)
def test_the_application_is_the_same(spec: Path, naming: Naming) -> None:
    """The typed application, its document and the chosen patterns are equal, names that Python keeps included."""
    text = spec.read_text()
    before, (after, back) = generated(text), renamed(text, naming)
    assert unplaced(replace(shown(after.application), back)) == unplaced(shown(before.application))
    assert replace(texts_of(after.tree)["openapi.json"], back) == texts_of(before.tree)["openapi.json"]
    chosen = [[replace(shown(binding), back) for binding in built.bindings] for built in (after, before)]
    assert chosen[0] == chosen[1]


@each_spec
def test_the_scenarios_are_the_same(spec: Path) -> None:
    """Rows, calls and expected answers are equal: no value and no test is chosen by what a name says."""
    text = spec.read_text()
    built, back = renamed(text, alike, scenarios=True)
    found = replace(shown(built.suite), back).splitlines()
    expected = shown(generated(text, scenarios=True).suite).splitlines()
    assert next(((one, two) for one, two in zip(found, expected, strict=True) if one != two), None) is None
