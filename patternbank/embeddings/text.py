"""BM25 as a sparse vector: our own weights, the same in every store."""

import math
import re
from collections import Counter
from collections.abc import Mapping

from patternbank.embeddings.vectors import SparseVector, feature, sparse

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


def relevance(query: str, document: SparseVector, holders: Mapping[int, int], documents: int) -> float:
    """Give the BM25 score of a document as a share of the best that any document could have, 0 to 1.

    ``holders`` says in how many of the ``documents`` a word's feature occurs.
    """
    weights = dict(document)
    asked = sorted({feature("word", word) for word in words(query)})
    rarity = {key: math.log(1 + (documents - holders.get(key, 0) + 0.5) / (holders.get(key, 0) + 0.5)) for key in asked}
    best = sum(rarity.values()) * (SATURATION + 1)
    return sum(rarity[key] * weights.get(key, 0.0) for key in asked) / best if best else 0.0
