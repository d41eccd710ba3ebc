"""A finding and the place in the user's text that it points at."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning"]


class Span(BaseModel):
    """A stretch of the user's text; lines and columns count from 1, the end is exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Diagnostic(BaseModel):
    """One finding: where it is, what is wrong, and what to write instead.

    ``code`` is stable (``DM102``) and stands in the catalogue with an example.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity = "error"
    message: str
    fix: str | None = None
    span: Span

    def render(self) -> str:
        """The finding as the two lines that a terminal shows."""
        kind = "" if self.severity == "error" else "warning: "
        head = f"{self.span.file}:{self.span.line}:{self.span.column}: {self.code} {kind}{self.message}"
        return head if self.fix is None else f"{head}\n  fix: {self.fix}"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding forbids going on."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in the order of the text, each once."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span.file, d.span.line, d.span.column, d.code, d.message)))
