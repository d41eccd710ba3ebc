"""A pattern and a plain view become files: rendered, composed, formatted."""

from patternbank.rendering.composing import compose
from patternbank.rendering.filters import UserText
from patternbank.rendering.formatting import format_tree
from patternbank.rendering.pieces import ComposedFile, RenderedPiece, SourceEntry
from patternbank.rendering.render import render

__all__ = ["ComposedFile", "RenderedPiece", "SourceEntry", "UserText", "compose", "format_tree", "render"]
