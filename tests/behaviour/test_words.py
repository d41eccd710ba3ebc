"""What a refusal says is meant for whoever calls, and not for who wrote the application."""

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest

from devmatrix.runtime.deploy import Deployment

pytestmark = pytest.mark.needs_server

OF_PYTHON = re.compile(r"\b(dict\w*|tuple|None|NoneType|Traceback|extract|unicode|\w+Error|<class|src\.|pydantic)\b")
BODIES = (b"[]", b"1", b"null", b"{", b"[" * 5000, b'{"name": "\\ud800", "price": 1, "stock": 1}', b'{"price": "x"}')
QUERIES = ("limit=x", "limit=1&limit=2", "sort=nope", "sort=name&sort=name", "q=", "q=%00", "status=X", "nope=1")


def refused(url: str, body: bytes | None = None) -> dict[str, Any]:
    """The problem that a call is answered with."""
    headers = {} if body is None else {"content-type": "application/json"}
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=30)
    with caught.value as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_problems_use_no_word_of_python(shop: Deployment) -> None:
    """Bodies of any shape and parameters of any kind: details and messages in words of the interface."""
    problems = [refused(f"{shop.url}/products", body) for body in BODIES]
    problems += [refused(f"{shop.url}/products?{query}") for query in QUERIES]
    for problem in problems:
        assert problem["status"] in (400, 422)
        texts = [problem["detail"], *(error["message"] for error in problem.get("errors", ()))]
        assert not [text for text in texts if OF_PYTHON.search(text)], problem


def test_one_mistake_is_told_once(shop: Deployment) -> None:
    """A parameter that is wrong has one violation, which names it."""
    for query in QUERIES:
        errors = refused(f"{shop.url}/products?{query}")["errors"]
        assert [error["pointer"] for error in errors] == [f"/{query.partition('=')[0]}"], errors
