"""Say whether graph and index agree, and make them."""

from collections.abc import Iterator

from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexMismatchError
from patternbank.indexing.comparing import Differences, compare, counted, repair
from patternbank.indexing.indexer import drain
from patternbank.indexing.ports import GraphStore, VectorIndex
from patternbank.indexing.reindex import reindex
from patternbank.ports import Store
from patternbank.revision import lesson_term, revision_of, term
from patternbank.values import Frozen


class Checkup(Frozen):
    """What was looked at and what was found; ``findings`` are for people, the rest for programs."""

    place: str
    collection: str | None
    versions: int
    waiting: int = 0
    building: str | None = None
    leftovers: tuple[str, ...] = ()
    differences: Differences = Differences()
    findings: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings


def examine(graph: GraphStore, index: VectorIndex) -> Checkup:
    """Compare graph and index both ways; nothing is changed."""
    try:
        collection = index.live()
        wrong = () if collection else (f"there is no index at {index.place}: `patternbank reindex` makes it",)
    except IndexMismatchError as error:
        collection, wrong = None, (f"{error}: {error.hint}",)
    seen = Checkup(
        place=index.place,
        collection=collection,
        versions=graph.size(),
        waiting=graph.waiting(),
        building=index.building(),
        leftovers=tuple(name for name in index.leftovers()),
        differences=compare(graph, index, collection) if collection else Differences(),
    )
    return seen.model_copy(update={"findings": (*wrong, *revision_findings(graph), *_findings(seen))})


def mend(graph: GraphStore, index: VectorIndex, encoder: Encoder | None = None) -> Checkup:
    """Bring the index in line with the graph, and look again."""
    if index.building() or _live(index) is None:
        reindex(graph, index, encoder)
    else:
        for name in index.leftovers():
            index.drop(name)
    drain(graph, index, encoder)
    collection = index.live()
    if collection is not None:
        repair(graph, index, encoder, collection, compare(graph, index, collection))
    return examine(graph, index)


def revision_findings(store: Store) -> tuple[str, ...]:
    """Say where the revision or the count that every write keeps is not that of what is held."""
    before, entries, lessons = store.revision(), store.entries(), store.lessons(status="active")
    after = store.revision()
    scores = [entry.scores.model_dump_json() if entry.scores else "" for entry in entries]
    terms = [
        term(entry.name, entry.version, entry.digest, entry.status.value, given)
        for entry, given in zip(entries, scores, strict=True)
    ]
    terms += [lesson_term(record.lesson.id) for record in lessons]
    if before != after:
        return ()
    found = []
    if revision_of(terms) != before:
        found.append(f"the bank's revision is {before[:12]}, and what it holds adds up to {revision_of(terms)[:12]}")
    if store.size() != len(entries):
        found.append(f"the bank counts {store.size()} versions, and holds {len(entries)}")
    return tuple(found)


def _live(index: VectorIndex) -> str | None:
    """Give the live collection, none when there is only one that does not fit."""
    try:
        return index.live()
    except IndexMismatchError:
        return None


def _findings(seen: Checkup) -> Iterator[str]:
    differences = seen.differences
    if seen.waiting:
        yield f"{seen.waiting} changes wait to be indexed"
    if differences.missing:
        yield f"{len(differences.missing)} are missing in the index: {counted(differences.missing)}"
    if differences.stale:
        yield f"{len(differences.stale)} are in the index as they were: {counted(differences.stale)}"
    if differences.extra:
        yield f"{len(differences.extra)} points belong to nothing in the graph: " + ", ".join(
            reference or point for point, reference in differences.extra[:5]
        )
    if seen.building:
        yield f"{seen.building} is half built: `patternbank reindex` goes on with it"
    if seen.leftovers:
        yield f"nobody uses {', '.join(seen.leftovers)}"
