"""Files that are broken, hostile, or merely unusual: findings or an application, never an exception, and quickly."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devmatrix.frontend import read_spec, read_spec_bytes
from devmatrix.ir.application import ApplicationIR

SPECS = tuple(
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "seeds" / "specs").glob("*.md"))
)
SPEC = next(text for text in SPECS if text.startswith("# E-commerce"))
HEAD = "# T\n\n## Entities\n\n### A\n"


@pytest.mark.parametrize("text", SPECS, ids=lambda text: text.partition("\n")[0])
def test_shipped_examples_are_read(text: str) -> None:
    """Every example becomes an application, the same each time, and survives JSON."""
    application, found = read_spec(text, "spec.md")
    assert application is not None
    assert found == ()
    assert read_spec(text, "elsewhere.md")[0] != application
    again, _ = read_spec(text, "elsewhere.md")
    assert again is not None
    assert again.digest == application.digest
    assert ApplicationIR.from_json(application.to_json()) == application


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + SPEC.encode(),
        SPEC.replace("\n", "\r\n").encode(),
        SPEC.replace("\n", "\r").encode(),
        (SPEC + "\n\n\n").encode(),
    ],
    ids=["byte order mark", "Windows", "old Mac", "blank lines"],
)
def test_line_ends_and_marks_change_nothing(content: bytes) -> None:
    """The same application, at the same places."""
    plain, _ = read_spec(SPEC, "spec.md")
    assert read_spec_bytes(content, "spec.md") == (plain, ())


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["DM010", "DM017"]),
        (b"x" * 5_000_000, ["DM001"]),
        (("# A\n" + "word " * 1000 + "\n").encode() * 300, ["DM012"] * 299 + ["DM017"]),
        (b"# A\n" + b"\n" * 30_000, ["DM001"]),
        (bytes(range(256)) * 20, ["DM003"]),
        (SPEC.encode("utf-16"), ["DM003"]),
        (SPEC.encode()[:500] + b"\xff" + SPEC.encode()[500:], ["DM002"]),
        (b"# A\x1b[31m\n", ["DM003"]),
        (("# \u672c\n\n## Entities\n\n### A\n\n- n: integer\n").encode(), ["DM010"]),
        (b"#\n\n## Entities\n\n### A\n\n- n: integer\n", ["DM010"]),
    ],
)
def test_files_that_are_no_specs(content: bytes, codes: list[str]) -> None:
    """Each has a finding at a place in the file."""
    application, found = read_spec_bytes(content, "spec.md")
    assert application is None
    assert sorted(diagnostic.code for diagnostic in found) == codes


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n" + "\n".join("  " * depth + "- a" for depth in range(400)),
        "# T\n\n" + ">" * 5_000 + " a",
        HEAD + "- n: integer, computed " + "(" * 3_000 + "1" + ")" * 3_000,
        HEAD + "- n: integer, computed `" + "-" * 3_000 + "1`",
        HEAD + "- n: integer, computed `" + "1 + " * 3_000 + "1`",
        HEAD + "- n: integer, computed `" + "[" * 3_000 + "]" * 3_000 + "`",
        HEAD + "- n: text, matches /" + "(" * 500 + "a" + ")" * 500 + "/",
        HEAD + '- n: text, matches /^(a+)+$/, default "' + "a" * 60 + 'b"',
        HEAD + "\n|" + "|" * 9_000 + "\n|" + "-|" * 9_000,
        HEAD + "- n: " + "list of " * 1_500 + "text",
        HEAD + "- n: one of " + ", ".join(f"M{number}" for number in range(1_500)),
        HEAD + "- n: integer, default " + "9" * 10_000,
        HEAD + "- n: text, " + ", ".join(["searchable"] * 1_500),
        "#" * 10_000,
        "# T\n" + "`" * 15_000,
        "# T\n\n" + "[" * 9_000 + "*a" * 4_000,
        "# T\n\n## Entities\n\n" + "".join(f"### B{number}\n- n: integer\n\n" for number in range(1_200)),
    ],
    ids=range(17),
)
def test_deep_and_long_texts_end_quickly(text: str) -> None:
    """No text makes the compiler run out of stack or patience."""
    start = time.process_time()
    read_spec(text, "spec.md")
    assert time.process_time() - start < 10


WORDS = (
    "- ", "## ", "### ", "==", "&&", "old(", "null", "9" * 21, "{id}", "```", "<!--", "default", "computed", "required",
    "..", "current_user", "1. ", "deletes", "otherwise", "unique:", "key:", "states:", "\n\n", "\n- ", "\n  - ",
    "one of ", "list of ", "part of ", "",
)  # fmt: skip
JUNK = st.sampled_from((*WORDS, *"`|\\()[]{}\"'>#=!:;,./*%\n\t\r\x00\ud800\u0430\u2028"))
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["insert", "cut", "swap", "double", "move"]), st.integers(0, 10**6), st.integers(0, 10**6), JUNK
    ),
    min_size=1,
    max_size=6,
)


def mutated(text: str, changes: list[tuple[str, int, int, str]]) -> str:
    """The text after some changes: junk put in, pieces cut out, lines exchanged, repeated or moved."""
    for kind, first, second, junk in changes:
        at = first % (len(text) + 1)
        lines = text.split("\n")
        here, there = first % len(lines), second % len(lines)
        match kind:
            case "insert":
                text = text[:at] + junk + text[at:]
            case "cut":
                text = text[:at] + text[at + second % 20 :]
            case "swap":
                lines[here], lines[there] = lines[there], lines[here]
                text = "\n".join(lines)
            case "double":
                lines.insert(here, lines[there])
                text = "\n".join(lines)
            case _:
                piece = text[at : at + second % 40]
                there = second % (len(text) + 1)
                text = text[:there] + piece + text[there:]
    return text


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(spec=st.sampled_from(SPECS), changes=CHANGES)
def test_mutated_examples_end_in_success_or_findings(spec: str, changes: list[tuple[str, int, int, str]]) -> None:
    """Never an exception; an application exactly when no finding is an error; every place is in the text."""
    text = mutated(spec, changes)
    application, found = read_spec(text, "spec.md")
    assert (application is None) == any(diagnostic.severity == "error" for diagnostic in found)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in found:
        assert 1 <= diagnostic.span.line <= len(lines)
        assert 1 <= diagnostic.span.column <= len(lines[diagnostic.span.line - 1]) + 2
        assert diagnostic.message


@settings(max_examples=100, deadline=None, derandomize=True)
@given(content=st.binary(max_size=300))
def test_noise_ends_in_findings(content: bytes) -> None:
    """Bytes that nobody wrote are no application."""
    application, found = read_spec_bytes(b"# T\n\n## Entities\n\n### A\n" + content, "spec.md")
    assert application is None or not found
