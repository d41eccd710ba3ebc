"""Give every entity the view that answers show.

Before: entities have fields
After:  each has a generated view of its name: key, declared fields, owner, timestamps; never its child lists
"""

from devmatrix.ir.api import LeafShape, ObjectShape, ShapeMember, View
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity
from devmatrix.ir.types import Many


def generate_views(application: ApplicationIR) -> ApplicationIR:
    """What is shown never (passwords, write-only fields) is left out; views of the author stay."""
    named = tuple(view for view in application.api.views if not view.generated)
    generated = tuple(_view(entity) for entity in application.domain.entities)
    return application.model_copy(update={"api": application.api.model_copy(update={"views": generated + named})})


def _view(entity: Entity) -> View:
    members = tuple(
        ShapeMember(
            wire=field.wire,
            shape=LeafShape(
                type=field.type, nullable=field.nullable and not isinstance(field.type, Many), field=field.name
            ),
        )
        for field in entity.fields
        if field.shown == "always"
    )
    return View(name=entity.name, entity=entity.name, shape=ObjectShape(members=members))
