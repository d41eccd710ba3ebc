"""The vector index on Qdrant; the only place that knows its client."""

from patternbank.stores.vectors.index import QdrantIndex

__all__ = ["QdrantIndex"]
