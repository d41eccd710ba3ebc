"""The functions of expressions as formulas."""

from collections.abc import Callable
from dataclasses import replace

from devmatrix.expressions.evaluation.constants import compiled_pattern, parse_duration, parse_instant
from devmatrix.expressions.evaluation.functions import FUNCTIONS
from devmatrix.expressions.situations import NOMINAL_NOW
from devmatrix.expressions.solver.symbolic.arithmetic import Troubles, keep_safe, quotient_of
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.terms import (
    Number,
    Term,
    Truth,
    both,
    choose,
    either,
    equal,
    less,
    negate,
    total,
)
from devmatrix.expressions.solver.symbolic.unknowns import microseconds
from devmatrix.expressions.solver.symbolic.values import (
    NULL,
    Items,
    NeedsTexts,
    NotLowered,
    Scalar,
    Value,
    aligned,
    condition,
    null_of,
    scaled,
)
from devmatrix.ir.expressions import Call

UNITS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000}


def call(node: Call, arguments: list[Value], ledger: Ledger, guard: Truth, troubles: Troubles) -> Value:
    """What a function gives for its arguments."""
    match node.function:
        case "has":
            return condition(negate(null_of(arguments[0])))
        case "size":
            return _size(arguments[0], ledger)
        case "sum":
            return _sum(arguments[0], guard, troubles)
        case "min" | "max":
            return _extreme(_listed(arguments), smallest=node.function == "min")
        case "avg":
            return _average(_listed(arguments))
        case "days" | "hours" | "minutes":
            number = _scalar(arguments[0])
            return replace(number, kind="duration", unit=UNITS[node.function], low=None, high=None)
        case "timestamp" | "duration":
            return _parsed(node.function, _scalar(arguments[0]), ledger)
        case _:
            return _of_texts(node.function, [_scalar(argument) for argument in arguments], ledger)


def _scalar(value: Value) -> Scalar:
    return value if isinstance(value, Scalar) else NULL


def _listed(arguments: list[Value]) -> Items:
    if len(arguments) == 1 and isinstance(arguments[0], Items):
        return arguments[0]
    return Items(tuple((True, argument) for argument in arguments))


def _size(value: Value, ledger: Ledger) -> Value:
    if isinstance(value, Items):
        number = total(choose(held, 1, 0) for held, _ in value.items)
        return Scalar("integer", number, value.null, low=0, high=len(value.items))
    text = _scalar(value)
    if text.null is True:
        return NULL
    low, high = text.low or 0, text.high
    return Scalar("integer", text_length(text, ledger), text.null, low=low, high=high)


def text_length(text: Scalar, ledger: Ledger) -> Number:
    """How many characters a text has."""
    if isinstance(text.term, str):
        return len(text.term)
    if ledger.strings:
        inner = text.term.arguments[0] if isinstance(text.term, Term) and text.term.operator == "cased" else text.term
        return Term("length", "int", inner)
    return ledger.length(text.term)  # type: ignore[return-value]


def _numbers(items: Items) -> list[tuple[Truth, Scalar]]:
    found = [(both(held, negate(item.null)), item) for held, item in items.items if isinstance(item, Scalar)]
    return _alike([(held, item) for held, item in found if held is not False])


def _alike(items: list[tuple[Truth, Scalar]]) -> list[tuple[Truth, Scalar]]:
    scalars = [item for _, item in items]
    if any(item.kind == "decimal" for item in scalars):
        places = max(item.scale for item in scalars)
        return [(held, scaled(item, places)) for held, item in items]
    if len({item.unit for item in scalars}) > 1:
        return [(held, aligned(item, Scalar(item.kind, 0))[0]) for held, item in items]
    return items


def _sum(value: Value, guard: Truth, troubles: Troubles) -> Value:
    if not isinstance(value, Items):
        return NULL
    numbers = _numbers(value)
    first = numbers[0][1] if numbers else Scalar("integer", 0)
    term = total(choose(held, item.number, 0) for held, item in numbers)
    lows = [0 if item.low is None else min(0, item.low) for _, item in numbers]
    highs = [0 if item.high is None else max(0, item.high) for _, item in numbers]
    bounded = all(item.low is not None and item.high is not None for _, item in numbers)
    low, high = (sum(lows), sum(highs)) if bounded else (None, None)
    found = replace(first, term=term, null=value.null, low=low, high=high)
    if found.kind == "integer":
        keep_safe(found, both(guard, negate(value.null)), troubles)
    return found


def _extreme(items: Items, *, smallest: bool) -> Value:
    numbers = _numbers(items)
    if not numbers:
        return NULL
    if any(item.kind in ("text", "choice", "uuid", "json") for _, item in numbers):
        raise NotLowered("the smallest or largest of what has no order here")
    held, best = numbers[0]
    found, term = held, best.number
    for held, item in numbers[1:]:
        better = less(item.number, term) if smallest else less(term, item.number)
        term = choose(both(held, either(negate(found), better)), item.number, term)
        found = either(found, held)
    lows, highs = [item.low for _, item in numbers], [item.high for _, item in numbers]
    low = None if None in lows else min(lows)  # type: ignore[type-var]
    high = None if None in highs else max(highs)  # type: ignore[type-var]
    return replace(best, term=term, null=negate(found), low=low, high=high)


def _average(items: Items) -> Value:
    numbers = _numbers(items)
    if not numbers:
        return NULL
    top = replace(numbers[0][1], term=total(choose(held, item.number, 0) for held, item in numbers))
    count = total(choose(held, 1, 0) for held, _ in numbers)
    value = quotient_of(top, Scalar("integer", len(numbers)))
    for size in range(len(numbers) - 1, 0, -1):
        part = quotient_of(top, Scalar("integer", size))
        value = replace(value, term=choose(equal(count, size), part.term, value.term))
    return replace(value, null=equal(count, 0))


def _parsed(function: str, text: Scalar, ledger: Ledger) -> Value:
    written = text.term if isinstance(text.term, str) else _written(text, ledger)
    if written is None:
        raise NotLowered(f"{function} of a text that is not written out")
    if function == "timestamp":
        return Scalar("datetime", microseconds(parse_instant(written) - NOMINAL_NOW))
    return Scalar("duration", microseconds(parse_duration(written)))


def _written(text: Scalar, ledger: Ledger) -> str | None:
    return next((literal for literal, token in ledger.literals.items() if token == text.term), None)


def _of_texts(function: str, texts: list[Scalar], ledger: Ledger) -> Value:
    if any(text.null is True for text in texts):
        return NULL
    null: Truth = either(*(text.null for text in texts))
    written = [text.term if isinstance(text.term, str) else _written(text, ledger) for text in texts]
    if all(text is not None for text in written):
        return _constant_text(FUNCTIONS[function](list(written)), ledger)
    if function == "matches":
        if written[1] is None:
            raise NotLowered("a pattern that is not written out")
        return Scalar("boolean", pattern_found(texts[0], written[1], ledger), null)
    if not ledger.strings:
        raise NeedsTexts(function)
    if function in ("lowerAscii", "upperAscii"):
        cased = Term("cased", "text", texts[0].term, function == "lowerAscii")
        return Scalar("text", cased, null, low=texts[0].low, high=texts[0].high)
    return _LOOKING[function](texts, null)


def _constant_text(value: bool | str, ledger: Ledger) -> Scalar:
    if isinstance(value, bool):
        return condition(value)
    return Scalar("text", value if ledger.strings else ledger.literal(value), low=len(value), high=len(value))


def pattern_found(text: Scalar, regex: str, ledger: Ledger) -> Truth:
    """Whether a pattern is found in a text."""
    if isinstance(text.term, str):
        return compiled_pattern(regex).search(text.term) is not None
    return Term("found", "bool", text.term, regex) if ledger.strings else ledger.finds(text.term, regex)


_LOOKING: dict[str, Callable[[list[Scalar], Truth], Scalar]] = {
    "contains": lambda texts, null: Scalar("boolean", Term("contains", "bool", texts[0].term, texts[1].term), null),
    "startsWith": lambda texts, null: Scalar("boolean", Term("starts", "bool", texts[0].term, texts[1].term), null),
    "endsWith": lambda texts, null: Scalar("boolean", Term("ends", "bool", texts[0].term, texts[1].term), null),
}
