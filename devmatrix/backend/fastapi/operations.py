"""What the patterns of operations see: schema, query, service method and route of one endpoint."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.answers import answer_view
from devmatrix.backend.fastapi.flows import FlowLowering
from devmatrix.backend.fastapi.lists import list_view, read_view
from devmatrix.backend.fastapi.schemas import body_view, query_view
from devmatrix.backend.fastapi.target import Target, kind_of
from devmatrix.backend.fastapi.wording import mentions, parameter
from devmatrix.expressions.reaching import may_break_elsewhere
from devmatrix.ir.api import Operation
from devmatrix.ir.domain import Entity
from patternbank.rendering import UserText

View = dict[str, Any]


def operation_view(target: Target, operation: Operation) -> View:
    """Everything that the pattern of one operation needs."""
    home = target.home(operation)
    title = operation.title or names.label(operation.wire).capitalize()
    view: View = {
        "path": _places(target, operation, home),
        "function": target.function(operation),
        "operation_id": operation.wire,
        "title": UserText(title),
        "summary": UserText(title.rstrip(".")),
        "documentation": UserText(operation.documentation),
        "verb": operation.verb,
        "method": operation.method.lower(),
        "url": operation.path,
        "home": target.class_of(home),
        "entity": operation.entity,
        "module": target.module(home),
        "service": f"{target.class_of(home)}Service",
        "parameters": [_parameter(target, operation, place) for place in range(len(operation.addresses))],
        "body": body_view(target, operation),
        "query": query_view(target, operation) if operation.verb == "list" else None,
        "choices": target.enums_of(*(item.type for item in operation.inputs)),
        "refusals": sorted({refusal.status for refusal in operation.refusals} | _always(target, operation)),
        "answer": answer_view(target, operation),
        "takes_no_input": operation.method in ("POST", "PUT", "PATCH") and not operation.body,
        "writes": operation.verb not in ("list", "read"),
        "rules": 422 if operation.verb in ("create", "update", "patch") else 409,
    }
    return view | _doing(target, operation, view)


def _always(target: Target, operation: Operation) -> set[int]:
    """Statuses of refusals that no part of the spec asks for."""
    return {409, 503} if operation.id in target.overtaken else {503}


def _imports(view: View, flow: View) -> list[View]:
    """What the service method takes from the application's own modules."""
    found = [{"module": "src.models.choices", "names": flow["enums"]}] if flow["enums"] else []
    found += [{"module": f"src.models.entities.{e['module']}", "names": [e["entity"]]} for e in flow["entities"]]
    if view["body"]:
        found.append({"module": f"src.models.schemas.{view['module']}", "names": [view["body"]["name"]]})
    if view["answer"]["schema"]:
        module = f"src.models.schemas.{view['answer']['module']}"
        found.append({"module": module, "names": [view["answer"]["schema"]]})
    found += [{"module": f"src.repositories.{r['module']}", "names": [r["class_name"]]} for r in flow["repositories"]]
    return found


def _places(target: Target, operation: Operation, home: str) -> View:
    return {
        "entity": target.module(home),
        "routes": target.collection(home),
        "listed": target.module(operation.entity or home),
        "service": f"{target.class_of(home)}Service",
        "repository": f"{target.class_of(operation.entity or home)}Repository",
    }


def _doing(target: Target, operation: Operation, view: View) -> View:
    """The part that differs by verb: a list, a reading or a flow."""
    if operation.verb == "list":
        listed = list_view(target, operation)
        asked = [c.get("value") or c.get("text") or "" for c in listed["conditions"]]
        return {"list": {**listed, "parameters": [p for p in view["parameters"] if mentions(p["name"], asked)]}}
    if operation.verb == "read":
        return {"read": read_view(target, operation)}
    flow = FlowLowering(target.application, operation, target.choices, target.classes).view()
    flow["repositories"] = [_repository(target, r["entity"]) for r in flow["repositories"]]
    uses_body = mentions("body", flow, view["answer"])
    flow["entities"] = [_repository(target, name) for name in flow["entities"]]
    flow["imports"] = _imports(view, flow)
    flow["settles"] = may_break_elsewhere(target.application, target.readings, target.bounds, operation.id)
    return {"flow": flow, "uses_body": uses_body}


def _repository(target: Target, entity: str) -> View:
    return {
        "attribute": target.collection(entity),
        "class_name": f"{target.class_of(entity)}Repository",
        "entity": target.class_of(entity),
        "module": target.module(entity),
    }


def service_view(target: Target, home: Entity, operations: list[View]) -> View:
    """The class that holds the operations of an entity, with the repositories that they need."""
    needed: dict[str, View] = {}
    for view in operations:
        found = [*view.get("flow", {}).get("repositories", [])]
        if "list" in view or "read" in view:
            found.append(_repository(target, view["entity"]))
        found.extend(_repository(target, p["entity"]) for p in view["parameters"])
        if view["answer"].get("entity"):
            found.append(_repository(target, view["answer"]["entity"]))
        needed.update({repository["attribute"]: repository for repository in found})
    return {
        "path": {"entity": target.module(home.name), "routes": target.collection(home.name)},
        "class_name": target.class_of(home.name),
        "label": names.label(home.name),
        "plural": names.label(target.collection(home.name)),
        "repositories": [
            needed[attribute]
            for attribute in (target.collection(e.name) for e in target.application.domain.entities)
            if attribute in needed
        ],
    }


def _parameter(target: Target, operation: Operation, place: int) -> View:
    address = operation.addresses[place]
    entity = target.application.entity(address.entity)
    owner = next((a for a in operation.addresses if a.variable == address.owner), None)
    name = parameter(target.application, operation, address.parameter)
    key = entity.key_field
    return {
        "name": name,
        "wire": address.parameter,
        "entity": address.entity,
        "module": target.module(address.entity),
        "alias": address.parameter if name != address.parameter else None,
        "given": {"uuid": "Uuid", "integer": "IntegerKey"}.get(kind_of(key.type), "TextKey"),
        "annotation": target.typing.plain(key.type),
        "repository": f"{target.class_of(entity.name)}Repository",
        "attribute": target.collection(entity.name),
        "label": names.label(entity.name),
        "owner": parameter(target.application, operation, owner.parameter) if owner else None,
        "owner_wire": owner.parameter if owner else None,
    }
