"""The one door to the solver: asked for flows and for what no default row shows."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def text_matching(regex: str, minimum: int, maximum: int, variant: int) -> str | None:
    """A readable text that the pattern finds; None where none was found."""
    from devmatrix.expressions.solver import text_matching as matching

    return matching(regex, minimum=minimum, maximum=maximum, variant=variant)
