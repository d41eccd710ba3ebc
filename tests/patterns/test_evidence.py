"""The evidence of the shipped patterns is about what is shipped."""

import pytest

from patternbank.curation.scores import scores_of
from patternbank.loading import EVIDENCE_RECORDS, read_evidence, shipped_folder
from patternbank.patterns import PatternVersion, read_patterns
from patternbank.patterns.folder import EVIDENCE

with shipped_folder() as FOLDER:
    PATTERNS = read_patterns(FOLDER)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.reference)
def test_evidence_is_current(pattern: PatternVersion) -> None:
    """Every record is about these contents; after a change `make evidence` renews it."""
    path = FOLDER / pattern.name / EVIDENCE
    assert path.is_file(), f"{pattern.reference} has no evidence: run `make evidence`"
    records = EVIDENCE_RECORDS.validate_json(path.read_bytes())
    stale = [record for record in records if (record.reference, record.digest) != (pattern.reference, pattern.digest)]
    assert stale == [], f"{pattern.reference} has changed since it was measured: run `make evidence`"
    assert scores_of(read_evidence(FOLDER, pattern), pattern.digest) is not None
