"""Run every shipped spec and write what it says of the shipped patterns beside them; `make evidence` runs it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from devmatrix.artifacts.tree import FileTree
from devmatrix.pipeline.archive import read_report, read_tree
from devmatrix.pipeline.corpus import GOLDEN
from devmatrix.pipeline.proving import digest_of_tree
from patternbank.checking.measuring import measure
from patternbank.curation.moving import structures_of
from patternbank.curation.scores import counted
from patternbank.loading import read_evidence
from patternbank.opening import open_bank
from patternbank.patterns import PatternVersion, read_patterns
from patternbank.patterns.folder import EVIDENCE
from patternbank.records import EvidenceRecord

ROOT = Path(__file__).parents[2]
PATTERNS = ROOT / "seeds" / "patterns"
SPECS = ROOT / "seeds" / "specs"
GOLDEN_TREES = ROOT / "seeds" / GOLDEN
VARIANTS = (
    ("problem format: detail", ("playlists_api", "rentals_api", "simple_task_api")),
    ("paging: keyset", ("playlists_api", "ecommerce_api", "simple_task_api")),
    ("reads: cached", ("playlists_api", "ecommerce_api", "simple_task_api")),
    ("locking: optimistic", ("ecommerce_api", "rentals_api", "simple_task_api")),
    ("deletes: archived", ("ecommerce_api", "playlists_api", "rentals_api")),
)
"""Settings that choose patterns which no shipped spec chooses as it stands, and the specs that are run with them."""
CORNERS = (ROOT / "tests" / "behaviour" / "corners" / "rules.md",)
"""Specs of the tests that use patterns which fewer than three shipped specs do."""


def run_all(specs: Sequence[Path], bank: Path, folder: Path) -> tuple[str, ...]:
    """Run the specs with a bank of their own; give those whose scenarios were not all green."""
    environment = {**os.environ, "PATTERNBANK_PATH": str(bank)}
    for name in ("PATTERNBANK_NEO4J_URL", "PATTERNBANK_QDRANT_URL"):
        environment.pop(name, None)
    red = []
    for spec in specs:
        command = [str(Path(sys.executable).with_name("devmatrix")), "run", str(spec), "--no-repair"]
        command += ["--out", str(folder / spec.stem)]
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        print(f"{spec.name}: ended with {done.returncode}", flush=True)  # noqa: T201
        if done.returncode:
            red.append(spec.name)
    return tuple(red)


def variants(folder: Path) -> Iterator[Path]:
    """Shipped specs with one more setting each, written into a folder."""
    for number, (setting, stems) in enumerate(VARIANTS):
        for stem in stems:
            text = (SPECS / f"{stem}.md").read_text(encoding="utf-8")
            assert f"- {setting.partition(':')[0]}:" not in text
            given = f"- {setting}\n"
            if "## Settings\n\n" in text:
                text = text.replace("## Settings\n\n", f"## Settings\n\n{given}", 1)
            else:
                text = text.replace("## Entities\n", f"## Settings\n\n{given}\n## Entities\n", 1)
            path = folder / f"{stem}_{number}.md"
            path.write_text(text, encoding="utf-8")
            yield path


def smoked(bank: Path, patterns: Sequence[PatternVersion]) -> dict[str, tuple[EvidenceRecord, ...]]:
    """What the runs in a bank say of each pattern."""
    with open_bank(bank, shipped=False) as opened:
        fresh = {run.application for run in opened.store.runs()}
        found = {}
        for pattern in patterns:
            own = [one for one in opened.store.evidence(pattern.reference) if one.application in fresh]
            found[pattern.reference] = counted(own, pattern.digest, structures_of(opened.store, own))
        return found


def write_all(found: dict[str, tuple[EvidenceRecord, ...]], patterns: Sequence[PatternVersion], at: datetime) -> None:
    """Write each evidence file; what was measured before and came out the same keeps its time."""
    for pattern in patterns:
        records = (*found[pattern.reference], *measure(pattern, at).evidence)
        known = {_but_for_time(record): record for record in read_evidence(PATTERNS, pattern)}
        kept = [known.get(_but_for_time(record), record) for record in records]
        kept.sort(key=lambda record: (record.kind, record.application, record.environment))
        lines = ",\n".join(json.dumps(record.model_dump(mode="json"), ensure_ascii=False) for record in kept)
        (PATTERNS / pattern.name / EVIDENCE).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def write_golden(folder: Path) -> None:
    """Write the digest of each shipped application's tree, all of whose scenarios were green."""
    trees = []
    for spec in sorted(SPECS.glob("*.md")):
        made = folder / spec.stem
        report = read_report(made)
        assert report is not None
        assert report.smoke is not None
        tree = read_tree(made)
        files = tuple(file for file in tree.files if not file.path.startswith(".devmatrix/"))
        digest = digest_of_tree(FileTree(files=files))
        trees.append({"spec": spec.stem, "digest": digest, "scenarios": report.smoke.total})
    lines = ",\n".join(json.dumps(tree) for tree in trees)
    GOLDEN_TREES.write_text(f'{{"trees": [\n{lines}\n]}}\n', encoding="utf-8")


def _but_for_time(record: EvidenceRecord) -> EvidenceRecord:
    return record.model_copy(update={"at": datetime(2000, 1, 1, tzinfo=UTC)})


def main() -> int:
    """Measure everything; 1 when a scenario is red, for then nothing is written."""
    with tempfile.TemporaryDirectory(prefix="patternbank-evidence-") as name:
        bank = Path(name, "bank.sqlite")
        red = run_all([*sorted(SPECS.glob("*.md")), *CORNERS, *variants(Path(name))], bank, Path(name))
        if red:
            print(f"nothing was written: {', '.join(red)} not green")  # noqa: T201
            return 1
        patterns = read_patterns(PATTERNS)
        write_golden(Path(name))
        write_all(smoked(bank, patterns), patterns, datetime.now(UTC).replace(microsecond=0))
        return 0


if __name__ == "__main__":
    sys.exit(main())
