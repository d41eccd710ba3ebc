"""What is published stays true: ``make accept`` rewrites it, the difference is reviewed."""

import json
import os
from typing import Literal

import jsonschema
import pytest
from pydantic import BaseModel

from devmatrix.artifacts.reports import RunReport
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.diagnostics import Diagnostic
from tests.house.sources import ROOT

PUBLISHED: dict[str, type[BaseModel]] = {
    "run-report": RunReport,
    "scenarios": ScenarioSuite,
    "diagnostic": Diagnostic,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_schemas_are_current(name: str) -> None:
    """Each published JSON schema is the one of the model, and a valid schema."""
    path = ROOT / "docs" / "schema" / f"{name}.schema.json"
    mode: Literal["serialization", "validation"] = "serialization" if name == "run-report" else "validation"
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PUBLISHED[name].model_json_schema(mode=mode),
    }
    text = json.dumps(schema, indent=1) + "\n"
    if os.environ.get("DEVMATRIX_ACCEPT"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert path.read_text() == text
