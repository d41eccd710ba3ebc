"""Turn a graph or a text into a sparse vector that knows no names of a domain."""

from patternbank.embeddings.alignment import Alignment, align
from patternbank.embeddings.graph import Edge, Graph, Node
from patternbank.embeddings.signature import SIGNATURE_VERSION, signature
from patternbank.embeddings.text import (
    TEXT_VERSION,
    best_relevance,
    rarities,
    relevance,
    text_vector,
    word_features,
    words,
)
from patternbank.embeddings.vectors import SparseVector, dot, similarity

__all__ = [
    "SIGNATURE_VERSION",
    "TEXT_VERSION",
    "Alignment",
    "Edge",
    "Graph",
    "Node",
    "SparseVector",
    "align",
    "best_relevance",
    "dot",
    "rarities",
    "relevance",
    "signature",
    "similarity",
    "text_vector",
    "word_features",
    "words",
]
