"""The evidence of the shipped patterns is about what is shipped."""

import pytest

from devmatrix.pipeline.build import Built, build_application
from devmatrix.pipeline.corpus import proved_trees, shipped, shipped_names
from devmatrix.pipeline.proving import digest_of_tree
from devmatrix.pipeline.recorder import Recorder
from patternbank.curation.scores import scores_of
from patternbank.loading import EVIDENCE_RECORDS, read_evidence, shipped_folder
from patternbank.opening import MEMORY, open_bank
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


def test_the_proved_trees_are_those_of_now() -> None:
    """What is built of each shipped spec is, byte for byte, what `make evidence` saw pass all its scenarios."""
    proved = proved_trees()
    with open_bank(MEMORY) as bank:
        for name in shipped_names():
            built = build_application(shipped(name), bank, Recorder())
            assert isinstance(built, Built)
            assert digest_of_tree(built.tree) in proved, f"{name}: run `make evidence`"
    assert len(proved) == len(shipped_names())
