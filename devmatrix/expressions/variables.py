"""What names the author may give to rows and values."""

import re

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.model import Span

MAX_VARIABLE = 50
WORDS = frozenset({"true", "false", "null", "in", "self", "current_user"})
"""Words that mean something else in expressions."""

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MAX_VARIABLE - 1}}}")


def is_name(text: str) -> bool:
    """Whether a name is spelled as names are: letters, digits and ``_``, a letter first, not too long."""
    return _NAME.fullmatch(text) is not None


def check_variable(name: str, at: Span, findings: Findings) -> bool:
    """Whether a name may be given; if not, that is a finding."""
    if name in WORDS:
        findings.add("DM404", at, f"'{name}' means something else in expressions", "choose another name")
    elif not is_name(name):
        fix = f"write letters, digits and '_', a letter first, at most {MAX_VARIABLE}"
        findings.add("DM415", at, f"'{name[:60]}' is no name of a row or a value", fix)
    return name not in WORDS and is_name(name)
