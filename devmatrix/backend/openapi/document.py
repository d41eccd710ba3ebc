"""Operations as an OpenAPI 3.1 document."""

from typing import Any

from devmatrix.backend.openapi.schemas import (
    NO_NUL,
    body_schema,
    default_of,
    given_schema,
    shape_schema,
    view_schema,
)
from devmatrix.expressions.lone_rows import may_be_overtaken
from devmatrix.ir.api import Address, Answer, Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Reference, Scalar
from devmatrix.ir.validation import Length, Pattern

Schema = dict[str, Any]
PROBLEM = "application/problem+json"
LONGEST_KEY = 10_000
PHRASES = {
    200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type",
    422: "Unprocessable Content", 429: "Too Many Requests", 503: "Service Unavailable",
}  # fmt: skip


def describe(application: ApplicationIR) -> Schema:
    """The document: paths, parameters, bodies with their bounds, and every status that can occur."""
    document = application.infrastructure.document
    about: Schema = {"title": application.name, "version": document.version}
    if application.description:
        about["description"] = application.description
    if document.licence:
        about["license"] = {"name": document.licence}
    paths: dict[str, Schema] = {}
    for operation in application.api.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(application, operation)
    paths |= _own_paths()
    schemas = {view.name: view_schema(application, view) for view in application.api.views}
    return {"openapi": "3.1.0", "info": about, "paths": paths, "components": {"schemas": schemas | _problem()}}


def _own_paths() -> dict[str, Schema]:
    """The two questions that every application answers: does it run, and does its database answer."""
    health = {"type": "object", "properties": {"status": {"type": "string", "const": "ok"}}, "required": ["status"]}
    fine = {"description": PHRASES[200], "content": {"application/json": {"schema": health}}}
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    waiting = {"description": PHRASES[503], **problem}
    return {
        "/health": {"get": {"operationId": "health", "summary": "Health", "responses": {"200": fine}}},
        "/ready": {"get": {"operationId": "ready", "summary": "Ready", "responses": {"200": fine, "503": waiting}}},
    }


def _problem() -> dict[str, Schema]:
    text = {"type": "string"}
    violation = {
        "type": "object",
        "properties": {"pointer": text, "code": text, "message": text},
        "required": ["pointer", "code", "message"],
    }
    problem = {
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Violation"}},
        },
        "required": ["type", "title", "status", "detail"],
    }
    return {"Problem": problem, "Violation": violation}


def _operation(application: ApplicationIR, operation: Operation) -> Schema:
    found: Schema = {
        "operationId": operation.wire,
        "summary": operation.title or operation.wire,
        "description": operation.documentation or operation.title or operation.wire,
    }
    parameters = [_path_parameter(application, address) for address in operation.addresses if address.source == "path"]
    parameters += [_query_parameter(application, item) for item in operation.query]
    if parameters:
        found["parameters"] = parameters
    if operation.body:
        required = any(item.required for item in operation.body)
        content = {"application/json": {"schema": body_schema(application, operation)}}
        found["requestBody"] = {"required": required, "content": content}
    elif operation.method in ("POST", "PUT", "PATCH"):
        empty = {"type": "object", "properties": {}, "additionalProperties": False}
        found["requestBody"] = {"content": {"application/json": {"schema": empty}}}
    found["responses"] = _responses(application, operation)
    return found


def _path_parameter(application: ApplicationIR, address: Address) -> Schema:
    kind = application.entity(address.entity).key_field.type
    if isinstance(kind, Scalar) and kind.name == "integer":
        schema: Schema = {"type": "integer", "minimum": 1, "maximum": kind.maximum}
    elif isinstance(kind, Scalar) and kind.name == "uuid":
        schema = {"type": "string", "format": "uuid"}
    else:
        schema = {"type": "string", "maxLength": LONGEST_KEY, "pattern": NO_NUL}
    return {"name": address.parameter, "in": "path", "required": True, "schema": schema}


def _query_parameter(application: ApplicationIR, item: Input) -> Schema:
    schema = _query_schema(application, item)
    if item.repeated:
        schema = {"type": "array", "items": schema, "default": []}
    elif item.has_default:
        schema = {**schema, "default": default_of(item.type, item.default)}
    return {"name": item.wire, "in": "query", "required": False, "schema": schema}


def _query_schema(application: ApplicationIR, item: Input) -> Schema:
    kind = item.type
    if isinstance(kind, Reference):
        kind = application.entity(kind.entity).key_field.type
    if item.selects is not None and item.selects.kind == "sort":
        pattern = next(c.regex for c in item.constraints if isinstance(c, Pattern))
        return {"type": "string", "pattern": pattern}
    if isinstance(kind, Scalar) and item.selects is not None and item.selects.kind == "after":
        return given_schema(application, kind, item.constraints)
    constraints = tuple(c for c in item.constraints if item.selects and item.selects.kind == "search")
    if isinstance(kind, Scalar) and kind.name == "password":
        return {"type": "string", "maxLength": kind.max_length, "pattern": NO_NUL}
    return given_schema(application, kind, tuple(c for c in constraints if isinstance(c, Length)))


def _responses(application: ApplicationIR, operation: Operation) -> Schema:
    found: dict[str, Schema] = {str(a.status): _answer(application, a) for a in operation.answers}
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    lost = {409} if may_be_overtaken(application, operation) else set()
    statuses = sorted({refusal.status for refusal in operation.refusals} | {422, 503} | lost)
    for status in statuses:
        found[str(status)] = {"description": PHRASES.get(status, "Refused"), **problem}
    return found


def _answer(application: ApplicationIR, answer: Answer) -> Schema:
    found: Schema = {"description": PHRASES.get(answer.status, "Done")}
    if answer.shape is not None:
        found["content"] = {answer.media_type: {"schema": shape_schema(application, answer.shape)}}
    if answer.headers:
        found["headers"] = {h.name: {"schema": {"type": "string"}} for h in answer.headers}
    return found
