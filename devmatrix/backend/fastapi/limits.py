"""Bounds of a value: those of its type and those of its author together."""

from devmatrix.ir.types import Scalar
from devmatrix.ir.validation import Constraint, Length, Range


def lengths_of(constraints: tuple[Constraint, ...], least: int | None, most: int | None) -> dict[str, object]:
    """``min_length`` and ``max_length`` as keyword arguments; None where nothing bounds."""
    lengths = [c for c in constraints if isinstance(c, Length)]
    low = max([least or 0, *(c.minimum for c in lengths)])
    high = min([value for value in (most, *(c.maximum for c in lengths)) if value is not None], default=None)
    return {"min_length": low or None, "max_length": high}


def bounds_of(constraints: tuple[Constraint, ...]) -> dict[str, str]:
    """``gt``, ``ge``, ``lt``, ``le`` as the author wrote them, canonical text."""
    found: dict[str, str] = {}
    for constraint in constraints:
        if isinstance(constraint, Range):
            if constraint.minimum is not None:
                found["gt" if constraint.minimum_open else "ge"] = constraint.minimum
            if constraint.maximum is not None:
                found["lt" if constraint.maximum_open else "le"] = constraint.maximum
    return found


def integer_bounds_of(kind: Scalar, constraints: tuple[Constraint, ...]) -> dict[str, object]:
    """``gt``, ``ge``, ``lt``, ``le`` of an integer, the type's own bounds where the author gives none."""
    found: dict[str, object] = {name: int(value) for name, value in bounds_of(constraints).items()}
    if "gt" not in found and "ge" not in found:
        found["ge"] = kind.minimum
    if "lt" not in found and "le" not in found:
        found["le"] = kind.maximum
    return {name: found[name] for name in ("gt", "ge", "lt", "le") if name in found}
