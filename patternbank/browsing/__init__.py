"""The bank in the Neo4j Browser: its guide, its saved queries and its style, as they come with this release."""

from patternbank.browsing.guide import (
    GUIDE,
    SavedQuery,
    documents,
    opened_for,
    opened_in_editor,
    opened_with_guide,
    read_queries,
)
from patternbank.browsing.serving import serving

__all__ = [
    "GUIDE",
    "SavedQuery",
    "documents",
    "opened_for",
    "opened_in_editor",
    "opened_with_guide",
    "read_queries",
    "serving",
]
