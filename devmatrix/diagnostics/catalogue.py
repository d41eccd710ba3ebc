"""Every code with its title; explanations and examples are filled in by the catalogue's parts."""

WARNINGS = frozenset({"DM601"})


def severity_of(code: str):  # type: ignore[no-untyped-def]
    return "warning" if code in WARNINGS else "error"
