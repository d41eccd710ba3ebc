"""Decimals that keep every digit on their way in and out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

CONTEXT = Context(prec=1100)
SHOWN_FORM = r"^-?[0-9]+(\.[0-9]+)?$"
DECIMAL_FORM = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class ExactDecimal:
    """A decimal of `precision` digits, `scale` of them after the point, within bounds.

    Comes in as a JSON number or as a string of digits, sign and point; goes out as a string with all its places.
    """

    precision: int
    scale: int
    gt: Decimal | None = None
    ge: Decimal | None = None
    lt: Decimal | None = None
    le: Decimal | None = None

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._serialize, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        digits = f"[0-9]{{1,{max(self.precision - self.scale, 1)}}}"
        if handler.mode == "serialization":
            places = rf"\.[0-9]{{{self.scale}}}" if self.scale else ""
            return {"type": "string", "pattern": f"^-?{digits}{places}$"}
        places = rf"(\.[0-9]{{1,{self.scale}}})?" if self.scale else ""
        return {"anyOf": [self._number_schema(), {"type": "string", "pattern": f"^[+-]?{digits}{places}$"}]}

    def _number_schema(self) -> JsonSchemaValue:
        largest = Decimal(10) ** (self.precision - self.scale) - Decimal(1).scaleb(-self.scale)
        number: JsonSchemaValue = {"type": "number", "minimum": float(-largest), "maximum": float(largest)}
        if self.gt is not None:
            number.pop("minimum")
            number["exclusiveMinimum"] = float(self.gt)
        if self.ge is not None:
            number["minimum"] = float(self.ge)
        if self.lt is not None:
            number.pop("maximum")
            number["exclusiveMaximum"] = float(self.lt)
        if self.le is not None:
            number["maximum"] = float(self.le)
        return {**number, "multipleOf": float(Decimal(1).scaleb(-self.scale))}

    def _validate(self, value: object) -> Decimal:
        number = self._exact(value)
        if number is None:
            raise PydanticCustomError("decimal", "Input should be a number or a string of digits, sign and point")
        if number.adjusted() >= self.precision - self.scale and number != 0:
            raise PydanticCustomError("decimal_range", "Number has too many digits before the point")
        if -_exponent(number) > self.scale:
            raise PydanticCustomError(
                "decimal_places", "Number should have at most {places} decimal places", {"places": self.scale}
            )
        self._check_bounds(number)
        exact = CONTEXT.quantize(number, Decimal(1).scaleb(-self.scale))
        return exact.copy_abs() if exact == 0 else exact

    def _exact(self, value: object) -> Decimal | None:
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return Decimal(value)
        if isinstance(value, Decimal):
            return value if value.is_finite() else None
        if isinstance(value, str) and len(value) <= self.precision + 2 and DECIMAL_FORM.fullmatch(value):
            return Decimal(value)
        return None

    def _check_bounds(self, number: Decimal) -> None:
        bounds: tuple[tuple[str, Decimal | None, Callable[[Decimal], bool]], ...] = (
            ("greater than", self.gt, lambda bound: number > bound),
            ("at least", self.ge, lambda bound: number >= bound),
            ("less than", self.lt, lambda bound: number < bound),
            ("at most", self.le, lambda bound: number <= bound),
        )
        for words, bound, holds in bounds:
            if bound is not None and not holds(bound):
                raise PydanticCustomError(
                    "decimal_bound", "Number should be {words} {bound}", {"words": words, "bound": str(bound)}
                )

    def _serialize(self, value: Decimal) -> str:
        return f"{value:.{self.scale}f}"


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def digits_of(value: Decimal) -> str:
    """Write a decimal with all its places."""
    return f"{value:f}"
