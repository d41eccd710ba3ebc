"""The published JSON schema of an application: what ``ApplicationIR.to_json`` writes."""

import json

from devmatrix.ir.application import ApplicationIR


def application_schema() -> str:
    """The text of ``docs/schema/application-ir.schema.json``."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **ApplicationIR.json_schema()}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
