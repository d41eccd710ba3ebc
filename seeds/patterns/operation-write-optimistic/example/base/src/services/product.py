"""A service."""


class ProductService:
    """Operations."""
