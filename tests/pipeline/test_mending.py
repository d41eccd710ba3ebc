"""A person's edits stay, but for those that are at fault; a repair goes in beside them or not at all."""

from collections.abc import Callable, Iterator

import pytest

from devmatrix.artifacts.tree import FileTree
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.healing import Clinic, Healed
from devmatrix.pipeline.mending import Mended, mend
from devmatrix.pipeline.recorder import Recorder
from devmatrix.repair.edits import edits
from patternbank.bank import Bank
from tests.fakes.asking import Rule, ScriptedProver, red_with, red_without
from tests.pipeline.marked import AT, bank_with, built, ids, suite

SIX = ids(6)
FILE = "src/core/types.py"
OTHER = "src/core/errors.py"


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The shipped patterns with a faulty version."""
    with bank_with(app_types="fault") as opened:
        yield opened


def edited(tree: FileTree, path: str, edit: Callable[[str], str]) -> FileTree:
    """The tree with an edit in a file."""
    files = tuple(
        file.model_copy(update={"text": edit(file.text)}) if file.path == path else file for file in tree.files
    )
    assert files != tree.files
    return FileTree(files=files)


def appended(line: str) -> Callable[[str], str]:
    """One more statement at the end of a file."""
    return lambda text: f"{text}\n{line}\n"


def mended(bank: Bank, standing: FileTree, *rules: Rule, generated: Built | None = None) -> tuple[Healed, Mended]:
    """What became of a folder."""
    made, prover = generated or built(bank), ScriptedProver(*rules)
    asked = prover.ask(standing, suite(), watch=True)
    return mend(made, standing, asked, suite(), Clinic(bank, prover, (), AT), Recorder())


def test_only_the_edit_at_fault_is_taken_back(bank: Bank) -> None:
    """Of three edits in two files one goes; the report says which scenarios pass; nothing is learnt."""
    generated = built(bank)
    harmless = edited(edited(generated.tree, FILE, appended("MINE = 1")), OTHER, appended("MINE = 2"))
    standing = edited(harmless, FILE, lambda text: text.replace("ge=1, le=MAX_INTEGER", "ge=2, le=MAX_INTEGER"))
    healed, found = mended(bank, standing, red_with("ge=2, le=MAX", *SIX))
    assert {file.path: file.text for file in found.tree.files} == {file.path: file.text for file in harmless.files}
    assert (found.under, found.conflict) == (generated.tree, "")
    (repair,) = healed.repairs
    assert (repair.kind, repair.action, repair.scenarios) == ("edit", "take back 1 of 3 edits", tuple(sorted(SIX)))
    assert (healed.lessons, bank.store.lessons()) == ((), ())
    assert all(one.suspects[0].proved and one.suspects[0].file == FILE for one in healed.diagnoses)


def test_edits_that_are_only_together_at_fault_go_together(bank: Bank) -> None:
    """Each of the two turns the scenarios red, and a third stays."""
    generated = built(bank)
    standing = edited(edited(generated.tree, FILE, appended("ONE = 1")), OTHER, appended("TWO = 2"))
    harmless = edited(generated.tree, "src/core/pagination.py", appended("MINE = 3"))
    all_three = edited(standing, "src/core/pagination.py", appended("MINE = 3"))
    healed, found = mended(bank, all_three, red_with("ONE = 1", *SIX), red_with("TWO = 2", *SIX))
    assert {file.path: file.text for file in found.tree.files} == {file.path: file.text for file in harmless.files}
    assert healed.repairs[0].action == "take back 2 of 3 edits"


def test_a_repair_goes_in_beside_an_edit(bank: Bank) -> None:
    """What was generated is at fault: it is repaired, the edit stays, and the bank learns."""
    generated = built(bank)
    standing = edited(generated.tree, OTHER, appended("MINE = 1"))
    healed, found = mended(bank, standing, red_with("# fault", *SIX))
    assert "# fault" not in found.tree.text(FILE)
    assert found.tree.text(OTHER) == standing.text(OTHER)
    assert [hunk.file for hunk in edits(found.under, found.tree)] == [OTHER]
    assert [(one.kind, one.proved) for one in healed.repairs] == [("rebind", True)]
    assert [one.status for one in healed.lessons] == ["active"]


def test_a_repair_and_an_edit_in_one_place_leave_the_folder_alone(bank: Bank) -> None:
    """The repair is shown as not taken, and the conflict named."""
    standing = edited(built(bank).tree, FILE, lambda text: text.replace("# fault", "# fault, mine"))
    healed, found = mended(bank, standing, red_with("# fault", *SIX))
    assert found.tree == standing
    assert found.conflict
    assert [one.proved for one in healed.repairs] == [False]
    assert healed.asked.red.keys() == set(SIX)


def test_what_cannot_be_repaired_stays_as_it_is(bank: Bank) -> None:
    """Red whatever is done: the same tree comes back, with nothing done and nothing learnt."""
    standing = edited(built(bank).tree, OTHER, appended("MINE = 1"))
    healed, found = mended(bank, standing, red_with("", *SIX))
    assert (found.tree, healed.repairs, healed.lessons) == (standing, (), ())


def test_an_edit_that_something_else_needs_is_not_taken_back(bank: Bank) -> None:
    """Without it other scenarios fail: that is no repair."""
    standing = edited(built(bank).tree, OTHER, appended("MINE = 1"))
    healed, found = mended(bank, standing, red_with("MINE = 1", *SIX[:3]), red_without("MINE = 1", *SIX[3:]))
    assert (found.tree, healed.repairs) == (standing, ())


def test_without_edits_it_is_healed_like_a_run(bank: Bank) -> None:
    """The folder becomes what is built of another version."""
    generated = built(bank)
    healed, found = mended(bank, generated.tree, red_with("# fault", *SIX))
    assert (found.tree, found.under) == (healed.built.tree, healed.built.tree)
    assert [one.kind for one in healed.repairs] == ["rebind"]


def test_an_edit_and_what_it_was_made_upon_can_both_be_at_fault(bank: Bank) -> None:
    """The edit is taken back, the version is bound otherwise, and a harmless edit stays through both."""
    generated = built(bank)
    harmless = edited(generated.tree, "src/core/pagination.py", appended("MINE = 1"))
    standing = edited(harmless, OTHER, appended("WRONG = 1"))
    healed, found = mended(bank, standing, red_with("WRONG = 1", *SIX[:3]), red_with("# fault", *SIX[3:]))
    assert healed.asked.red == {}
    assert [one.kind for one in healed.repairs] == ["edit", "rebind"]
    assert [one.scenarios for one in healed.repairs] == [tuple(sorted(SIX[:3])), tuple(sorted(SIX[3:]))]
    assert "MINE = 1" in found.tree.text("src/core/pagination.py")
    assert "WRONG" not in found.tree.text(OTHER)
    assert "# fault" not in found.tree.text(FILE)
