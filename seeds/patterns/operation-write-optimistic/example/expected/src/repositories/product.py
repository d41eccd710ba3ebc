"""Rows."""


class ProductRepository:
    """Rows."""
