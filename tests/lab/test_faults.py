"""The catalogue of faults can be injected, one by one and together, and names no domain."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.artifacts.tree import FileTree, GeneratedFile
from devmatrix.lab.faults import Fault, FaultError, PatternEdit, SeedEdit, TreeEdit, families, load_faults
from devmatrix.lab.injecting import faulty_versions, inject, reaches, spoil_suite, spoil_tree
from devmatrix.lab.rows import Spoiling
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.opening import open_bank
from patternbank.patterns import version_key
from tests.house.test_domains import domain_words

FAULTS = load_faults()
SPECS = Path(__file__).parents[2] / "seeds" / "specs"
FAMILIES = {
    "status codes", "order of checks", "validation bounds and coercion", "missing commit",
    "missing, wrong or doubled effect", "missing, inverted or off-by-one guard", "wrong reference",
    "filter, paging, sorting", "uniqueness", "cascade and delete policy", "rollback and atomicity",
    "time zone and precision", "concurrency", "response shape and staleness", "start failures",
}  # fmt: skip
SMALL = """\
family: some family
faults:
  - name: one-thing
    description: One thing goes wrong here.
    cause: QUERY_MISMATCH
    edits:
      - {tree: "a/*.py", old: "(o)ne", new: "\\\\1ther"}
"""


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    """The shipped patterns."""
    with open_bank(":memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def built(bank: Bank) -> Built:
    """A shipped example without faults, with its scenarios."""
    file = SPECS / "playlists_api.md"
    found = build(file.read_bytes(), file.name, bank, Recorder())
    assert isinstance(found, Built)
    return found


def test_every_family_has_at_least_three() -> None:
    """At least sixty faults in all, each with a name of its own."""
    sizes = Counter(fault.family for fault in FAULTS)
    assert set(sizes) >= FAMILIES
    assert min(sizes[family] for family in FAMILIES) >= 3
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 60
    assert families(FAULTS) == tuple(sizes)


def test_few_faults_edit_the_rendered_tree() -> None:
    """Faults of patterns hit every domain; those of the tree are the exception."""
    trees = [fault for fault in FAULTS if any(isinstance(edit, TreeEdit) for edit in fault.edits)]
    patterns = [fault for fault in FAULTS if fault.patterns]
    assert len(trees) <= 10
    assert len(patterns) >= 45


def test_no_fault_names_a_domain() -> None:
    """A fault is as true of one application as of another."""
    words = domain_words()
    for fault in FAULTS:
        said = set(re.findall(r"\w+", fault.model_dump_json(exclude={"family", "cause"})))
        assert said & words == set(), fault.name


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.patterns], ids=lambda fault: fault.name)
def test_fault_applies_to_the_shipped_patterns(fault: Fault, bank: Bank) -> None:
    """Each copy is newer than the sound version and holds something else."""
    versions = faulty_versions([fault], bank)
    assert tuple(sorted(fault.patterns)) == tuple(version.name for version in versions)
    for version in versions:
        sound = bank.version(version.name)
        assert version_key(version.version) > version_key(sound.version)
        assert version.texts != sound.texts


def test_faulty_versions_differ_from_each_other(bank: Bank) -> None:
    """No two faults are the same mistake."""
    made = Counter(
        tuple((version.name, tuple(sorted(version.texts.items()))) for version in faulty_versions([fault], bank))
        for fault in FAULTS
        if fault.patterns
    )
    assert set(made.values()) == {1}


def test_faults_of_one_pattern_stand_in_one_version(bank: Bank) -> None:
    """What is injected together is found together, and the slots of all faults are there."""
    chosen = [fault for fault in FAULTS if fault.name in ("rows-not-taken", "offset-ignored", "deletion-left-out")]
    (version,) = faulty_versions(chosen, bank)
    assert ".offset(0)" in version.texts["files/src/repositories/reading.py.j2"]
    assert "session.delete(row)" not in version.texts["files/src/repositories/base.py.j2"]
    assert [slot.name for slot in version.manifest.slots] == ["takes_rows"]


def test_edit_that_finds_no_place_is_refused(bank: Bank) -> None:
    """A fault that went out of date says where."""
    edit = PatternEdit(pattern="app-errors", file="src/core/errors.py", old="no such text", new="")
    fault = FAULTS[0].model_copy(update={"edits": (edit,)})
    with pytest.raises(FaultError, match=r"stands nowhere in src/core/errors\.py of app-errors"):
        faulty_versions([fault], bank)
    absent = fault.model_copy(update={"edits": (edit.model_copy(update={"pattern": "app-nothing"}),)})
    with pytest.raises(FaultError, match="the bank holds no pattern app-nothing"):
        faulty_versions([absent], bank)


def test_faulty_pattern_is_what_a_build_selects(built: Built, bank: Bank) -> None:
    """The tree differs, the bindings name the newer version, and the bank itself is as it was."""
    before = bank.store.revision()
    fault = next(fault for fault in FAULTS if fault.name == "rows-not-taken")
    faulty = inject([fault], built, bank)
    assert reaches(built, faulty)
    assert "with_for_update" not in faulty.tree.text("src/repositories/base.py")
    sound = bank.version("app-repositories").reference
    assert sound not in {f"{one.pattern}@{one.version}" for one in faulty.bindings}
    assert faulty.revision != built.revision
    assert bank.store.revision() == before


def test_no_fault_gives_the_same_application(built: Built, bank: Bank) -> None:
    """Nothing is changed that no fault asks for."""
    assert not reaches(built, inject([], built, bank))


def test_tree_is_spoilt_at_the_first_place_only() -> None:
    """The first file in the order of paths that matches, and its first match; no match changes nothing."""
    texts = {"a/1.py": "none\n", "a/2.py": "ones one\none\n", "b/1.py": "one\n"}
    tree = FileTree(files=tuple(GeneratedFile(path=path, text=text) for path, text in texts.items()))
    edit = TreeEdit(tree="a/*.py", old=r"\b(o)ne\b", new=r"\1ther")
    fault = FAULTS[0].model_copy(update={"edits": (edit,)})
    spoilt = spoil_tree([fault], tree)
    assert [file.text for file in spoilt.files] == ["none\n", "ones other\none\n", "one\n"]
    missed = fault.model_copy(update={"edits": (edit, TreeEdit(tree="a/*.py", old="absent", new=""))})
    assert spoil_tree([missed], tree) == tree


@pytest.mark.parametrize("what", ["row", "reference", "value"])
def test_rows_of_one_operation_are_spoilt(what: Spoiling, built: Built) -> None:
    """One operation's scenarios lose a row or hold another value; all others are as they were."""
    assert built.suite is not None
    fault = FAULTS[0].model_copy(update={"edits": (SeedEdit(seeds=what),)})
    spoilt = spoil_suite([fault], built.suite)
    pairs = [(a, b) for a, b in zip(built.suite.scenarios, spoilt.scenarios, strict=True) if a != b]
    assert pairs
    assert len({sound.operation for sound, _ in pairs}) == 1
    lost = {len(sound.rows) - len(without.rows) for sound, without in pairs}
    assert lost == ({0} if what == "value" else {1})
    assert all(sound.steps == without.steps for sound, without in pairs)


def test_suite_without_rows_is_left_alone(built: Built) -> None:
    """A fault of the seeds that finds no row changes nothing."""
    assert built.suite is not None
    bare: tuple[Scenario, ...] = tuple(one.model_copy(update={"rows": ()}) for one in built.suite.scenarios)
    suite: ScenarioSuite = built.suite.model_copy(update={"scenarios": bare})
    fault = FAULTS[0].model_copy(update={"edits": (SeedEdit(seeds="row"),)})
    assert spoil_suite([fault], suite) == suite


def test_folder_of_a_user_is_read_like_the_shipped_one(tmp_path: Path) -> None:
    """Family, cause and edits come out of its files."""
    (tmp_path / "some.yaml").write_text(SMALL)
    (fault,) = load_faults(tmp_path)
    assert (fault.name, fault.family, fault.cause) == ("one-thing", "some family", "QUERY_MISMATCH")
    assert fault.edits == (TreeEdit(tree="a/*.py", old="(o)ne", new=r"\1ther"),)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("QUERY_MISMATCH", "BAD_LUCK", r"some\.yaml: fault 1 \(one-thing\): cause"),
        ("(o)ne", "(one", "no regular expression"),
        ("(o)ne", "one", "does not go with"),
        ("one-thing", "One thing", r"some\.yaml: fault 1 \(One thing\): name"),
        ("tree:", "branch:", r"some\.yaml: fault 1 \(one-thing\): edits"),
        ("family: some family", "kind: [", r"some\.yaml"),
        ("faults:", "mistakes:", r"some\.yaml: faults"),
    ],
)
def test_file_that_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The error says which file and what in it."""
    (tmp_path / "some.yaml").write_text(SMALL.replace(old, new, 1))
    with pytest.raises(FaultError, match=said):
        load_faults(tmp_path)


def test_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    """Also when the other fault stands in another file."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SMALL)
    with pytest.raises(FaultError, match="there is another fault 'one-thing'"):
        load_faults(tmp_path)


def test_folder_without_faults_is_refused(tmp_path: Path) -> None:
    """A place that is wrong is not taken for an empty catalogue."""
    with pytest.raises(FaultError, match="holds no faults"):
        load_faults(tmp_path / "nowhere")
