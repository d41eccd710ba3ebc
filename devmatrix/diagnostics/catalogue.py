"""Every code with its title, what it means, an example and a way out; codes are stable and never reused."""

from devmatrix.diagnostics.catalogue_document import DOCUMENT
from devmatrix.diagnostics.catalogue_entities import ENTITIES
from devmatrix.diagnostics.catalogue_expressions import EXPRESSIONS
from devmatrix.diagnostics.catalogue_ir import ENTRIES, Entry
from devmatrix.diagnostics.catalogue_operations import OPERATIONS
from devmatrix.diagnostics.model import Severity

SPEC_ENTRIES: tuple[Entry, ...] = (*DOCUMENT, *ENTITIES, *OPERATIONS, *EXPRESSIONS)
"""The codes of findings about the text of a spec."""
CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in (*SPEC_ENTRIES, *ENTRIES)}


def severity_of(code: str) -> Severity:
    """Whether a finding of this code forbids going on; KeyError for a code that is not in the catalogue."""
    return CATALOGUE[code].severity
