"""Performs one call of a scenario and judges the answer."""

import io
import json
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pydantic import JsonValue

from devmatrix.artifacts.reports import Difference, Exchange
from devmatrix.artifacts.scenarios import Call, Capture, Expectation
from devmatrix.artifacts.terms import Term
from devmatrix.runtime.smoke.matching import differ, differences
from devmatrix.runtime.smoke.moment import Moment, Unresolved, plain_text

if TYPE_CHECKING:
    import aiohttp

KEPT = 10_000
ADDRESS_SAFE = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Request:
    """A call with every term resolved."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes | None


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class NotJson(Exception):  # noqa: N818 - a property of an answer
    """The body is no JSON."""


def prepare(call: Call, moment: Moment) -> Request:
    """The request that the call stands for; raises Unresolved for a capture that never happened."""
    pairs = [(name, text) for name, term in call.query for text in _texts(moment.resolve(term))]
    query = "&".join(f"{_query_text(name)}={_query_text(text)}" for name, text in pairs)
    path = quote(moment.text(call.path), safe=ADDRESS_SAFE)
    payload = None if call.raw is None else call.raw.encode("latin-1")
    if payload is None and call.body is not None:
        payload = json.dumps(moment.resolve(call.body)).encode()
    headers = [(name, moment.text(term)) for name, term in call.headers]
    if payload is not None and call.media_type is not None:
        headers.append(("Content-Type", call.media_type))
    return Request(call.method, f"{path}?{query}" if query else path, tuple(headers), payload)


async def send(client: "aiohttp.ClientSession", base: str, request: Request) -> Reply:
    """The answer to the request; aiohttp's ClientError, TimeoutError or OSError when there is none."""
    from yarl import URL

    started = time.perf_counter()
    async with client.request(
        request.method,
        URL(base.rstrip("/") + request.target, encoded=True),
        data=None if request.payload is None else io.BytesIO(request.payload),
        headers=list(request.headers),
        allow_redirects=False,
        skip_auto_headers=("Content-Type",),
    ) as response:
        content = await response.read()
        headers = tuple((key, value) for key, value in response.headers.items())
        return Reply(response.status, headers, content, time.perf_counter() - started)


def judge(expect: Expectation, reply: Reply, moment: Moment, base: str) -> list[Difference]:
    """Every place where the answer is not what was predicted."""
    found: list[Difference] = []
    if reply.status != expect.status:
        found.append(differ("status", str(expect.status), reply.status))
    media_type = (reply.header("Content-Type") or "").partition(";")[0].strip().lower()
    if expect.media_type is not None and media_type != expect.media_type:
        found.append(differ("media type", expect.media_type, media_type))
    for name, term in expect.headers:
        value = reply.header(name)
        found += differences(term, _relative(value, base), moment, f"header {name}")
    if expect.empty and reply.content:
        found.append(differ("body", "nothing", reply.content.decode("utf-8", "replace")))
    if expect.body is not None:
        found += _judge_body(expect.body, reply, moment)
    return found


def capture(captures: tuple[Capture, ...], reply: Reply, moment: Moment) -> None:
    """Keep the places that later steps use; raises Unresolved for a place that is not there."""
    for item in captures:
        if item.header is not None:
            value: JsonValue = reply.header(item.header)
            if value is None:
                raise Unresolved(f"the answer has no header {item.header!r}")
            moment.captured[item.name] = value
        else:
            try:
                body = read_json(reply.content)
            except NotJson as error:
                raise Unresolved(f"the answer to capture {item.name!r} from is no JSON") from error
            moment.captured[item.name] = pointed(body, item.pointer or "")


def read_json(content: bytes) -> Any:
    """The JSON value, fractions as exact decimals; raises NotJson."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error


def pointed(body: Any, pointer: str) -> Any:
    """The value at a JSON pointer; raises Unresolved when there is none."""
    value = body
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise Unresolved(f"the answer has nothing at {pointer!r}")
    return value


def exchanged(request: Request, reply: Reply | None) -> Exchange:
    """The pair as the report keeps it, long bodies cut."""
    sent = _kept(request.payload) if request.payload is not None else None
    if reply is None:
        return Exchange(method=request.method, url=request.target, request=sent)
    return Exchange(
        method=request.method,
        url=request.target,
        request=sent,
        status=reply.status,
        headers=reply.headers,
        response=_kept(reply.content) if reply.content else None,
        seconds=round(reply.seconds, 4),
    )


def _judge_body(expected: Term, reply: Reply, moment: Moment) -> list[Difference]:
    try:
        body = read_json(reply.content)
    except NotJson:
        return [differ("body", "JSON", reply.content.decode("utf-8", "replace"))]
    return differences(expected, body, moment)


def _kept(content: bytes) -> JsonValue:
    """The body as JSON where it is short JSON, else as text."""
    text = content.decode("utf-8", "backslashreplace")
    if len(text) > KEPT or "\\ud" in text.lower():
        return text[:KEPT]  # half a surrogate pair cannot be written into the report
    try:
        value: JsonValue = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text
    return value


def _texts(value: JsonValue) -> list[str]:
    return [plain_text(item) for item in value] if isinstance(value, list) else [plain_text(value)]


def _relative(value: str | None, base: str) -> str | None:
    """A ``Location`` may name the server or not: both lead to the same place."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    return value.removeprefix(origin) if value is not None else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _query_text(text: str) -> str:
    """A name or value of the query, percent-encoded; half a surrogate pair travels as its three bytes."""
    return quote(text, safe="", errors="surrogatepass")
