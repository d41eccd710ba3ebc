"""Bounds of days and moments."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True)
class Within:
    """Bounds of a day or moment."""

    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def _validate(self, value: Any) -> Any:
        bounds = (
            ("after", self.gt, self.gt is None or value > self.gt),
            ("not before", self.ge, self.ge is None or value >= self.ge),
            ("before", self.lt, self.lt is None or value < self.lt),
            ("not after", self.le, self.le is None or value <= self.le),
        )
        for words, bound, holds in bounds:
            if not holds:
                raise PydanticCustomError(
                    "bound", "Input should be {words} {bound}", {"words": words, "bound": bound.isoformat()}
                )
        return value
