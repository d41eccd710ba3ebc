"""Bytes to text: byte order mark, line ends, foreign encodings, control characters and size."""

import re

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.diagnostics.model import Span

MAX_BYTES = 2_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
MAX_LINES = 20_000
_MAX_LINE = 20_000


def decode_bytes(content: bytes, file: str, findings: Findings) -> str | None:
    """The text of a file in UTF-8; None after a finding."""
    if len(content) > MAX_BYTES:
        findings.add("DM001", start_of(file), f"this file has {len(content)} bytes; a spec has at most {MAX_BYTES}")
        return None
    if b"\x00" in content:
        line, column = _place(content, content.index(b"\x00"))
        findings.add("DM003", _spot(file, line, column), "a NUL byte: this is no text file")
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(content, error.start)
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8"
        findings.add("DM002", _spot(file, line, column), message, "save the file as UTF-8")
        return None


def clean_text(text: str, file: str, findings: Findings) -> str | None:
    """The text with plain line ends and without a byte order mark; None after a finding."""
    if len(text) > MAX_BYTES:
        findings.add("DM001", start_of(file), f"this text has {len(text)} characters; a spec has at most {MAX_BYTES}")
        return None
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    before = findings.count
    if (lines := plain.count("\n") + 1) > MAX_LINES:
        findings.add("DM001", start_of(file), f"this text has {lines} lines; a spec has at most {MAX_LINES}")
        return None
    for number, line in enumerate(plain.split("\n"), start=1):
        if len(line) > _MAX_LINE:
            findings.add("DM001", _spot(file, number, 1), f"this line has more than {_MAX_LINE} characters")
        elif (found := _CONTROL.search(line)) is not None:
            code = ord(found.group())
            message = f"the control character U+{code:04X} cannot stand in a spec"
            findings.add("DM003", _spot(file, number, found.start() + 1), message, "take it out")
        elif (surrogate := next((i for i, c in enumerate(line) if "\ud800" <= c <= "\udfff"), None)) is not None:
            findings.add("DM002", _spot(file, number, surrogate + 1), "half a surrogate pair is no character")
        if findings.count - before >= 20:
            break
    return plain if findings.count == before else None


def start_of(file: str) -> Span:
    """The first place of a file."""
    return _spot(file, 1, 1)


def _spot(file: str, line: int, column: int) -> Span:
    return Fragment.at(file, line, column, " ").span()


def _place(content: bytes, offset: int) -> tuple[int, int]:
    head = content[:offset]
    start = head.rfind(b"\n") + 1
    return head.count(b"\n") + 1, len(head[start:].decode("utf-8", errors="replace")) + 1
