"""The answer to a method that no route of a path takes."""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.responses import Response

from src.core.errors import Cause, problem_response


async def answer_wrong_method(request: Request, _error: Exception) -> Response:
    """Name every method that any route of the path takes."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    allowed = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.path_regex.match(path)
        for method in route.methods or ()
    }
    return problem_response(
        Cause.NO_METHOD.status, "this method is not allowed here", headers={"Allow": ", ".join(sorted(allowed))}
    )
