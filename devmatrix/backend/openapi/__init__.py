"""The OpenAPI document, written from the typed application alone."""

from devmatrix.backend.openapi.document import describe

__all__ = ["describe"]
