"""Two small patterns as folders of texts: files for a resource, and an operation that goes into them."""

from pathlib import Path

TEXTS = {
    "service.create/example/base/src/repositories/parcels.py": '''\
"""Rows of one table."""


class ParcelRepository:
    """The only place with queries."""
''',
    "service.create/example/view.json": """\
{
  "path": {"resource": "parcels", "repository": "ParcelRepository"},
  "module": "parcels",
  "repository": "ParcelRepository",
  "function": "create_parcel",
  "schema": "ParcelCreate",
  "entity": "Parcel",
  "title": "Create a \\"parcel\\"",
  "guards": [{"expression": "given.weight > 0", "status": 409, "text": "weight must be positive"}]
}
""",
    "service.create/files/src/repositories/__resource__.insert.py.j2": '''\
from sqlalchemy import text

from src.models import {{ entity }}, {{ schema }}

async def insert(self, given: {{ schema }}) -> {{ entity }}:
    """Write one row and return it."""
    statement = """
insert into things
values (:value)
"""
    return await self.one(text(statement), given)
''',
    "service.create/files/src/services/__resource__.create.py.j2": '''\
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import Refused
from src.core.logging import log
from src.models import {{ entity }}, {{ schema }}
from src.repositories.{{ module }} import {{ repository }}


async def {{ function }}(session: AsyncSession, given: {{ schema }}) -> {{ entity }}:
    """{{ title | docstring }}"""
{% for guard in guards %}
    if not ({{ guard.expression }}):
        raise Refused({{ guard.status }}, {{ guard.text | literal }})
{% endfor %}
{% if slots.log_event %}
    log("created")
{% endif %}
    return await {{ repository }}(session).insert(given)
''',
    "service.create/pattern.yaml": """\
name: service.create
version: 1.0.0
title: Create one row
category: service
stack: [fastapi, sqlalchemy]
capability: operation.create
requires: [service.module]
status: golden
view: operation
slots:
  log_event: {default: true, description: write one log line per created row}
files:
  - template: src/services/__resource__.create.py.j2
    path: src/services/__resource__.py
    kind: fragment
    id: create
    place: operations
    order: 20
  - template: src/repositories/__resource__.insert.py.j2
    path: src/repositories/__resource__.py
    kind: fragment
    id: insert
    order: 20
    into: __repository__
features:
  nodes: [[o, operation], [e, entity], [w, effect.insert]]
  edges: [[o, does, w], [w, on, e]]
when: {has: [effect.insert]}
""",
    "service.module/example/view.json": """\
{"path": {"resource": "parcels"}, "repository": "ParcelRepository", "title": "parcels"}
""",
    "service.module/files/src/repositories/__resource__.py.j2": '''\
"""Rows of {{ title | docstring }}."""

from src.core.repository import Repository


class {{ repository }}(Repository):
    """The only place with queries."""
''',
    "service.module/files/src/services/__resource__.py.j2": '''\
"""Flows of {{ title | docstring }}."""

# place: operations
''',
    "service.module/pattern.yaml": """\
name: service.module
version: 1.0.0
title: Modules of a resource
description: The files that the operations of one resource go into.
category: service
stack: [sqlalchemy]
capability: service.module
status: golden
view: resource
""",
}


def write_shelf(folder: Path) -> Path:
    """Write the patterns below a folder, without what is expected of their examples."""
    for path, text in TEXTS.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return folder
