"""The functions of expressions, each over a list of evaluated arguments."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError, add, average
from devmatrix.expressions.evaluation.constants import compiled_pattern, parse_duration, parse_instant

_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _of_texts(function: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def call(arguments: list[Any]) -> Any:
        return None if any(argument is None for argument in arguments) else function(*arguments)

    return call


def _present(arguments: list[Any]) -> list[Any]:
    """The items of one list, nulls skipped; of several arguments nothing where one is null."""
    if len(arguments) == 1 and (arguments[0] is None or isinstance(arguments[0], tuple)):
        return [item for item in arguments[0] or () if item is not None]
    return [] if any(argument is None for argument in arguments) else arguments


def _sum(arguments: list[Any]) -> Any:
    if arguments[0] is None:
        return None
    numbers = _present(arguments)
    total: Any = dt.timedelta() if numbers and isinstance(numbers[0], dt.timedelta) else 0
    for number in numbers:
        total = add(total, number)
    return total


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def call(arguments: list[Any]) -> Any:
        found = _present(arguments)
        return choose(found) if found else None

    return call


def _span(unit: str) -> Callable[[list[Any]], Any]:
    def call(number: Any) -> dt.timedelta:
        try:
            return dt.timedelta(**{unit: int(number)})
        except OverflowError as error:
            raise ComputationError("no duration can hold this") from error

    return _of_texts(call)


FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "size": _of_texts(len),
    "sum": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
    "avg": _extreme(average),
    "has": lambda arguments: arguments[0] is not None,
    "contains": _of_texts(lambda text, part: part in text),
    "startsWith": _of_texts(lambda text, part: text.startswith(part)),
    "endsWith": _of_texts(lambda text, part: text.endswith(part)),
    "matches": _of_texts(lambda text, regex: compiled_pattern(regex).search(text) is not None),
    "lowerAscii": _of_texts(lambda text: text.translate(_LOWER)),
    "upperAscii": _of_texts(lambda text: text.translate(_UPPER)),
    "timestamp": _of_texts(parse_instant),
    "duration": _of_texts(parse_duration),
    "days": _span("days"),
    "hours": _span("hours"),
    "minutes": _span("minutes"),
}
