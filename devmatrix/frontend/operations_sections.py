"""``## Endpoints`` and ``## Flows``: lines, head lines and bullets to declarations."""

import re
from typing import cast

from devmatrix.diagnostics.findings import Findings, nearest
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.declarations import EndpointDeclaration, FlowDeclaration, Method
from devmatrix.frontend.entities_section import columns_of, reject_blocks
from devmatrix.frontend.language.reading import FORMS, read_piece
from devmatrix.frontend.markdown.document import Bullet, Bullets, Part, Prose, Row, Section, Table

METHODS: tuple[Method, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ENDPOINT = re.compile(r"([A-Za-z]+)\s+(/\S*)")
_LINE = re.compile(r"\s*(`[^`]*`|[A-Za-z]+\s+/[^\s:]*)\s*:\s*(.*)", re.DOTALL)
_STATIC = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
_PARAMETER = re.compile(r"\{[A-Za-z][A-Za-z0-9_]*\}")
_HEAD = re.compile(r"\s*`\s*[A-Za-z]+\s+/")
MAX_PATH = 200


def read_endpoints(section: Section, findings: Findings) -> tuple[EndpointDeclaration, ...]:
    """Every endpoint whose line can be read, in their order."""
    found: list[EndpointDeclaration | None] = []
    for block in section.blocks:
        if isinstance(block, Table):
            places = columns_of(block, ("endpoint", "does"), ("endpoint", "does"), findings)
            rows = block.rows if places is not None else ()
            found.extend(_read_row(row, places or {}, findings) for row in rows)
        elif isinstance(block, Bullets):
            found.extend(_read_line(bullet, findings) for bullet in block.items)
    return tuple(endpoint for endpoint in found if endpoint is not None)


def _read_row(row: Row, places: dict[str, int], findings: Findings) -> EndpointDeclaration | None:
    endpoint, does = row.cells[places["endpoint"]], row.cells[places["does"]]
    for cell, what in ((endpoint, "endpoint"), (does, "operation")):
        if not cell.text:
            findings.add("DM301", row.line.span(), f"this row names no {what}")
            return None
    return _read_endpoint(endpoint, does, findings)


def _read_line(bullet: Bullet, findings: Findings) -> EndpointDeclaration | None:
    if bullet.children:
        findings.add("DM018", bullet.children[0].text.span(), "bullets inside a bullet mean nothing here")
    match = _LINE.fullmatch(bullet.text.text)
    if match is None:
        fix = "write '- GET /path: list Entity'"
        findings.add("DM301", bullet.text.span(), f"'{bullet.text.text[:60]}' is no endpoint", fix)
        return None
    endpoint, does = bullet.text.part(*match.span(1)), bullet.text.part(*match.span(2))
    return _read_endpoint(endpoint, does, findings)


def _read_endpoint(endpoint: Fragment, does: Fragment, findings: Findings) -> EndpointDeclaration | None:
    plain = endpoint.part(1, len(endpoint.text) - 1) if re.fullmatch(r"`[^`]*`", endpoint.text) else endpoint
    address = read_address(plain.strip(), findings)
    piece = read_piece("does", "DM302", does, findings)
    if address is None or piece is None:
        return None
    method, path, path_at = address
    return EndpointDeclaration(method, path, path_at, piece, does)


def read_address(fragment: Fragment, findings: Findings) -> tuple[Method, str, Fragment] | None:
    """``GET /path/{id}``; None after a finding."""
    match = _ENDPOINT.fullmatch(fragment.text)
    if match is None:
        message = f"'{fragment.text[:60]}' is no endpoint"
        findings.add("DM301", fragment.span(), message, "write a method and a path, 'GET /path/{id}'")
        return None
    method = match.group(1)
    if method not in METHODS:
        close = nearest(method, METHODS)
        fix = f"write '{close}'" if close else "write GET, POST, PUT, PATCH or DELETE"
        findings.add("DM301", fragment.span(*match.span(1)), f"there is no method '{method}'", fix)
        return None
    path_at = fragment.part(*match.span(2))
    return (cast("Method", method), path_at.text, path_at) if check_path(path_at, findings) else None


def check_path(path: Fragment, findings: Findings) -> bool:
    """Whether a path is made of plain segments and parameters; False after a finding."""
    offset, seen = 1, set()
    if len(path.text) > MAX_PATH:
        findings.add("DM304", path.span(), f"a path has at most {MAX_PATH} characters")
        return False
    for segment in path.text[1:].split("/"):
        at = path.span(offset, offset + len(segment)) if segment else path.span()
        offset += len(segment) + 1
        if not segment:
            findings.add("DM304", at, "a path has no empty segment", "write '/a/b', without a slash at the end")
            return False
        if _PARAMETER.fullmatch(segment):
            if segment in seen:
                findings.add("DM304", at, f"'{segment}' stands in this path twice")
                return False
            seen.add(segment)
        elif _STATIC.fullmatch(segment) is None:
            fix = "write letters, digits, '-', '_' and '.', or '{name}'"
            findings.add("DM304", at, f"'{segment}' is no segment of a path", fix)
            return False
    return True


def read_flows(section: Section, findings: Findings) -> tuple[FlowDeclaration, ...]:
    """Every flow whose head line can be read, in their order."""
    reject_blocks(section.blocks, "write '### Title of the flow' above it", findings)
    found = (_read_flow(part, findings) for part in section.parts)
    return tuple(flow for flow in found if flow is not None)


def _read_flow(part: Part, findings: Findings) -> FlowDeclaration | None:
    heads = [block for block in part.blocks if isinstance(block, Prose) and _HEAD.match(block.text.text)]
    for extra in heads[1:]:
        findings.add("DM402", extra.text.span(), "this flow has a head line already")
    bullets: list[Bullet] = []
    for block in part.blocks:
        if isinstance(block, Table):
            findings.add("DM018", block.line.span(), "the statements of a flow are bullets, not a table")
        elif isinstance(block, Bullets):
            bullets.extend(block.items)
    if not heads:
        message = f"the flow '{part.heading.text}' has no head line"
        findings.add("DM402", part.heading.span(), message, FORMS["head"])
        return None
    line = heads[0].text
    head = read_piece("head", "DM402", line, findings)
    address = None if head is None else read_address(line.part(*head.endpoint).strip(), findings)
    if head is None or address is None:
        return None
    documentation = "\n\n".join(
        block.text.text for block in part.blocks if isinstance(block, Prose) and block is not heads[0]
    )
    return FlowDeclaration(part.heading, head, line, *address, tuple(bullets), documentation)
