"""BM25 as a sparse vector: our own weights, the same in every store."""

import math
import re
from collections import Counter
from collections.abc import Mapping

from patternbank.embeddings.vectors import SparseVector, dot, feature, sparse

TEXT_VERSION = 1
SATURATION = 1.2
LENGTH_SHARE = 0.75
USUAL_LENGTH = 40.0
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """Give the words of a text, case folded, in order."""
    return tuple(_WORD.findall(text.casefold()))


def text_vector(text: str) -> SparseVector:
    """Weigh each word by its saturated frequency; rarity is weighed by ``relevance``."""
    counted = Counter(words(text))
    length = sum(counted.values())
    damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / USUAL_LENGTH)
    return sparse(
        {feature("word", word): count * (SATURATION + 1) / (count + damping) for word, count in counted.items()}
    )


def word_features(text: str) -> tuple[int, ...]:
    """Give the features of a text's words, each once, in order."""
    return tuple(sorted({feature("word", word) for word in words(text)}))


def rarities(query: str, holders: Mapping[int, int], documents: int) -> SparseVector:
    """Weigh each word of a query by its rarity; the product with a document's vector is its BM25 score.

    ``holders`` says in how many of the ``documents`` a word's feature occurs.
    """
    counts = {key: holders.get(key, 0) for key in word_features(query)}
    return sparse({key: math.log(1 + (documents - held + 0.5) / (held + 0.5)) for key, held in counts.items()})


def best_relevance(asked: SparseVector) -> float:
    """Give the BM25 score that no document can pass."""
    return sum(rarity for _, rarity in asked) * (SATURATION + 1)


def relevance(asked: SparseVector, document: SparseVector) -> float:
    """Give the BM25 score of a document as a share of the best that any document could have, 0 to 1."""
    best = best_relevance(asked)
    return dot(dict(document), dict(asked)) / best if best else 0.0
