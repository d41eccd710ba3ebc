"""Text of a spec to the typed application."""

from devmatrix.frontend.read import read_spec, read_spec_bytes

__all__ = ["read_spec", "read_spec_bytes"]
