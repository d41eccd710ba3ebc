"""The published schema says what an application looks like as JSON."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from devmatrix.ir.published import application_schema
from devmatrix.passes import refine
from tests.passes.building import application

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "application-ir.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == application_schema()


def test_an_application_keeps_the_schema_and_a_broken_one_does_not() -> None:
    validator = Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    content = json.loads(refine(application()).to_json())
    assert list(validator.iter_errors(content)) == []
    content["domain"]["entities"][0]["key"] = 7
    assert list(validator.iter_errors(content)) != []
