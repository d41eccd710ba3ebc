"""Routes that refuse in one order: too large, absent, no JSON type, no JSON, invalid."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, get_origin

from fastapi import Body, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import INVALID, MAX_POINTER, MAX_VIOLATIONS, Cause, Refused, absent, invalid
from src.core.problems import Violation
from src.core.requests import ExactRequest, check_media_type
from src.core.transactions import in_reading
from src.core.types import NoInput

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

ROWS = "rows"
NOT_TAKEN = ("extra_forbidden", "Extra inputs are not permitted")
NOT_TWICE = ("repeated", "Input should be given once")
DECIDED_AFTER_ROWS = frozenset({Cause.NO_JSON_TYPE, Cause.NO_JSON, Cause.INVALID})


class Finder(Protocol):
    """A repository that can tell whether it holds the row of a path."""

    name: ClassVar[str]

    def __init__(self, session: AsyncSession) -> None: ...

    async def has(self, *keys: object) -> bool:
        """Tell whether the row is there, as part of the other row if one is named."""
        ...


@dataclass(frozen=True)
class Address:
    """A row that a path names: the parameters with its key and with the key of the row that it is part of."""

    repository: type[Finder]
    names: tuple[str, ...]

    def looking_up(self, parameters: Mapping[str, str]) -> Callable[[AsyncSession], Awaitable[bool]]:
        """Give the work that tells whether the row is there."""
        keys = [parameters[name] for name in self.names]
        return lambda session: self.repository(session).has(*keys)


def finds(repository: type[Finder], *names: str) -> Callable[[Endpoint], Endpoint]:
    """Declare which of the path's parameters name a row: its key, and the key of the row that it is part of."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, ROWS, (Address(repository, names), *getattr(endpoint, ROWS, ())))
        return endpoint

    return declare


class Route(APIRoute):
    """A route that finds the rows of its path before it speaks about the input."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the framework's handler."""
        answer = super().get_route_handler()
        takes_body = self.body_field is not None
        takes_query = bool(self.dependant.query_params)
        lists = frozenset(_list_parameters(parameter.field_info for parameter in self.dependant.query_params))

        async def handler(request: Request) -> Response:
            exact = ExactRequest(request.scope, request.receive)
            try:
                if takes_body and await exact.body():
                    check_media_type(exact.headers.get("content-type"))
                if not takes_query and exact.query_params:
                    raise _wrong_parameters(exact.query_params, NOT_TAKEN)
                given = Counter(name for name, _ in exact.query_params.multi_items())
                repeated = [name for name, times in given.items() if times > 1 and name not in lists]
                if repeated:
                    raise _wrong_parameters(repeated, NOT_TWICE)
                return await answer(exact)
            except RequestValidationError as error:
                await self._find_rows(exact)
                raise invalid(error) from error
            except Refused as refused:
                if refused.cause in DECIDED_AFTER_ROWS:
                    await self._find_rows(exact)
                raise

        return handler

    async def _find_rows(self, request: Request) -> None:
        for address in getattr(self.endpoint, ROWS, ()):
            if not await in_reading(request, address.looking_up(request.path_params)):
                raise absent(address.repository.name)


def _list_parameters(queries: Iterable[FieldInfo]) -> Iterable[str]:
    """Give the parameters that take several values; each query is a model, whose members are the parameters."""
    for query in queries:
        for name, field in getattr(query.annotation, "model_fields", {}).items():
            if get_origin(field.annotation) is tuple:
                yield field.alias or name


def _wrong_parameters(names: Iterable[str], wrong: tuple[str, str]) -> Refused:
    code, message = wrong
    errors = [Violation(pointer=f"/{name}"[:MAX_POINTER], code=code, message=message) for name in names]
    return Refused(Cause.INVALID, INVALID, errors=errors[:MAX_VIOLATIONS])


def _take_no_input(_body: Annotated[NoInput, Body(default_factory=NoInput)]) -> None:
    """Take no body, or an empty object."""


TAKES_NO_INPUT = Depends(_take_no_input)
