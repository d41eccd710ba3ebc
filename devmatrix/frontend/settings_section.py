"""``## Settings``: bullets to typed settings, each with an owner."""

import re
from collections.abc import Callable
from typing import Any

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.markdown.document import Bullets, Section, Table
from devmatrix.ir.infrastructure import DocumentSettings, Infrastructure, StorageSettings, WireSettings

Reader = Callable[[str], Any]
_BASE_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_VERSION = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?([.+-]?[A-Za-z0-9]+)*")
PAGE_LIMIT = 200


def _base_path(value: str) -> str | None:
    plain = value.rstrip("/")
    if plain in ("", "none"):
        return ""
    return plain if _BASE_PATH.fullmatch(plain) and len(plain) <= 100 else None


def _schema(value: str) -> str | None:
    return value if _IDENTIFIER.fullmatch(value) and not value.startswith("pg_") else None


def _page_size(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,3}", value) and 1 <= int(value) <= PAGE_LIMIT else None


def _version(value: str) -> str | None:
    return value if _VERSION.fullmatch(value) and len(value) <= 50 else None


def _one_of(**values: object) -> Reader:
    return values.get


READERS: dict[str, tuple[str, str, Reader, str]] = {
    "base path": ("wire", "base_path", _base_path, "write a path such as '/api/v1'"),
    "schema": ("storage", "schema_name", _schema, "write a name in small letters, such as 'public'"),
    "page size": ("wire", "page_size", _page_size, f"write a number from 1 to {PAGE_LIMIT}"),
    "language": ("document", "language", _one_of(**{"1": 1}), "write '1'"),
    "keys": ("storage", "keys", _one_of(uuid="uuid", integer="integer"), "write 'uuid' or 'integer'"),
    "timestamps": (
        "storage",
        "timestamps",
        _one_of(on=True, none=False),
        "write 'on' or 'none'",
    ),
    "locking": (
        "storage",
        "locking",
        _one_of(pessimistic="pessimistic", optimistic="optimistic"),
        "write 'pessimistic' or 'optimistic'",
    ),
    "deletes": ("storage", "deletes", _one_of(hard="hard", archived="archived"), "write 'hard' or 'archived'"),
    "problem format": (
        "wire",
        "problem_format",
        _one_of(**{"problem+json": "problem+json", "detail": "detail"}),
        "write 'problem+json' or 'detail'",
    ),
    "paging": ("wire", "paging", _one_of(offset="offset", keyset="keyset"), "write 'offset' or 'keyset'"),
    "reads": ("storage", "reads", _one_of(plain="plain", cached="cached"), "write 'plain' or 'cached'"),
    "version": ("document", "version", _version, "write a version such as '1.0.0'"),
    "licence": (
        "document",
        "licence",
        lambda value: value if 0 < len(value) <= 100 else None,
        "write a name such as 'MIT'",
    ),
}


def read_settings(section: Section | None, findings: Findings) -> Infrastructure:
    """The settings of a spec; what is not said has its default."""
    given: dict[str, dict[str, Any]] = {"wire": {}, "storage": {}, "document": {}}
    for block in () if section is None else section.blocks:
        if isinstance(block, Table):
            findings.add("DM018", block.line.span(), "settings are bullets, not a table", "write '- name: value'")
        elif isinstance(block, Bullets):
            for bullet in block.items:
                _read_setting(bullet.text, given, findings)
                if bullet.children:
                    findings.add("DM018", bullet.children[0].text.span(), "a setting has no bullets inside it")
    return Infrastructure(
        wire=WireSettings(**given["wire"]),
        storage=StorageSettings(**given["storage"]),
        document=DocumentSettings(**given["document"]),
    )


def _read_setting(bullet: Fragment, given: dict[str, dict[str, Any]], findings: Findings) -> None:
    name, colon, value = bullet.text.partition(":")
    key = " ".join(name.lower().split())
    if not colon:
        findings.add("DM021", bullet.span(), f"'{bullet.text}' gives no value", "write '- name: value'")
        return
    if key not in READERS:
        at = bullet.part(0, len(name)).strip().span()
        findings.add("DM020", at, f"there is no setting '{name.strip()}'", write_instead(key, READERS))
        return
    owner, attribute, read, fix = READERS[key]
    text = value.strip().strip("`").strip()
    at = bullet.part(len(name) + 1).strip().span() if value.strip() else bullet.span()
    if attribute in given[owner]:
        findings.add("DM022", bullet.span(), f"'{key}' is set already")
        return
    if (found := read(text)) is None:
        findings.add("DM021", at, f"'{text}' is no value of '{key}'", fix)
        return
    given[owner][attribute] = found
