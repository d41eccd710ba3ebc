"""Takes what is at fault out of another version of the same pattern, where that version cannot be bound itself."""

from collections.abc import Callable, Iterator, Sequence

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.steering import Rewrite, Steering
from devmatrix.artifacts.tree import FileTree
from devmatrix.pipeline.build import Built, Reading, render_tree
from devmatrix.pipeline.recorder import Recorder
from devmatrix.repair.attempts import Attempt
from devmatrix.repair.differences import all_hunks
from devmatrix.repair.edits import changed
from devmatrix.repair.grafting import rewrites_of
from devmatrix.repair.minimising import minimise
from patternbank.bank import Bank
from patternbank.errors import PatternBankError
from patternbank.patterns.version import TEMPLATES
from patternbank.ports import Entry

Passes = Callable[[FileTree], bool]


def donated(built: Built, suspects: Sequence[Suspect], bank: Bank, passes: Passes) -> Iterator[Attempt]:
    """For each bound version, the most suspected first, the smallest part of another one that makes the red scenarios
    pass, as codemods. ``passes`` says whether a tree does.
    """
    bound = sorted({f"{binding.pattern}@{binding.version}" for binding in built.bindings})
    weights = {f"{one.pattern}@{one.version}": one.weight for one in sorted(suspects, key=lambda one: one.weight)}
    for reference in sorted(bound, key=lambda name: -weights.get(name, 0.0)):
        for donor in donors(reference, bank):
            rewrites = _taken(built, reference, donor, bank, passes)
            if rewrites:
                yield Attempt(
                    kind="rewrite",
                    reference=reference,
                    steering=Steering(rewrites=rewrites),
                    action=f"rewrite what {reference} renders as {donor.reference} has it",
                )


def donors(reference: str, bank: Bank) -> tuple[Entry, ...]:
    """The other versions of a pattern, the newest first, in whatever state."""
    name = reference.partition("@")[0]
    return tuple(reversed([entry for entry in bank.store.versions(name) if entry.reference != reference]))


def _taken(built: Built, reference: str, donor: Entry, bank: Bank, passes: Passes) -> tuple[Rewrite, ...]:
    tree = _rendered(built, reference, donor, bank)
    if tree is None:
        return ()
    found = all_hunks(built.tree, tree)

    def helps(part: Sequence[object]) -> bool:
        chosen = changed(built.tree, [hunk for hunk in found if hunk in part])
        return chosen is not None and passes(chosen)

    if not found or not helps(found):
        return ()
    said = f"{_templates(reference, bank)}\n{_templates(donor.reference, bank)}"
    return rewrites_of(built.tree, minimise(found, helps), {reference: said}) or ()


def _rendered(built: Built, reference: str, donor: Entry, bank: Bank) -> FileTree | None:
    """The application with the donor in the place of a version; None where it does not fit there."""
    bindings = tuple(_replaced(binding, reference, donor) for binding in built.bindings)
    try:
        tree = render_tree(built.application, bindings, bank, Recorder())
    except (PatternBankError, ValueError):
        return None
    return None if isinstance(tree, Reading) else tree


def _replaced(binding: Binding, reference: str, donor: Entry) -> Binding:
    if f"{binding.pattern}@{binding.version}" != reference:
        return binding
    return binding.model_copy(update={"version": donor.version, "digest": donor.digest})


def _templates(reference: str, bank: Bank) -> str:
    name, _, version = reference.partition("@")
    texts = bank.version(name, version).texts
    return "\n".join(text for path, text in sorted(texts.items()) if path.startswith(TEMPLATES))
