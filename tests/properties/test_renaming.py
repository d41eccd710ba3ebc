"""Renaming every entity and field changes nothing but the names."""

from pathlib import Path

import pytest

from devmatrix.artifacts.tree import FileTree
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank, open_bank
from patternbank.rendering import format_tree
from tests.properties.renaming import Naming, alike, identifiers, replace, unlike

SPECS = sorted((Path(__file__).parents[2] / "seeds" / "specs").glob("*.md"))


@pytest.fixture(scope="module")
def bank() -> Bank:
    """The shipped patterns."""
    return open_bank(":memory:")


def generate(text: str, bank: Bank) -> Built:
    """The application of a spec, without its scenarios."""
    built = build(text.encode(), "spec.md", bank, Recorder(), scenarios=False)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return built


def mapped_back(tree: FileTree, back: dict[str, str], *, again: bool) -> dict[str, str]:
    """Path -> text with the old names; ``again``: imports sorted and formatted once more."""
    texts = {replace(file.path, back): replace(file.text, back) for file in tree.files}
    return format_tree(texts) if again else texts


@pytest.mark.parametrize("spec", SPECS, ids=lambda file: file.stem)
@pytest.mark.parametrize(("naming", "again"), [(alike, False), (unlike, True)], ids=["alike", "unlike"])
def test_only_the_names_change(spec: Path, naming: Naming, bank: Bank, *, again: bool) -> None:
    """The application of the renamed spec, mapped back, is the application of the spec."""
    text = spec.read_text()
    before = generate(text, bank)
    forth = dict(naming(_with_plurals(text, identifiers(before.application))))
    assert len(set(forth.values())) == len(forth)
    after = generate(replace(text, forth), bank)
    back = {new: old for old, new in forth.items()}
    expected = format_tree({f.path: f.text for f in before.tree.files}) if again else None
    plain = {file.path: file.text for file in before.tree.files}
    found = mapped_back(after.tree, back, again=again)
    assert sorted(found) == sorted(plain)
    for path, shown in (expected or plain).items():
        assert found[path] == shown, path


def _with_plurals(text: str, chosen: frozenset[str]) -> frozenset[str]:
    """The words and those of their plurals that the text or the application uses."""
    from devmatrix.naming import plural

    return chosen | {plural(word) for word in chosen}
