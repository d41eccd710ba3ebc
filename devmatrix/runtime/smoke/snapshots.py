"""Reads whole tables, and says where what happened to them is not what the model predicts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devmatrix.artifacts.diagnosis import Change
from devmatrix.artifacts.predictions import Around
from devmatrix.artifacts.scenarios import StoredRow
from devmatrix.artifacts.terms import Term
from devmatrix.runtime.smoke.matching import differences, equal, show
from devmatrix.runtime.smoke.moment import Moment, Unresolved, plain_text
from devmatrix.runtime.smoke.playing import as_json
from devmatrix.runtime.smoke.storing import table_of

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

Keys = Mapping[str, tuple[str, ...]]
Key = tuple[str, ...]
Row = Mapping[str, Any]
Snapshot = Mapping[str, Mapping[Key, Row]]
"""Quoted table -> key -> column -> value as it would stand in an answer."""


@dataclass
class Contrast:
    """What changed, where a predicted change did not come or came otherwise, and what changed besides."""

    changes: list[Change] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Predicted:
    """Predicted rows under the keys of the rows that they stand for; ``lost`` are those that stand for none."""

    rows: Mapping[tuple[str, Key], Mapping[str, Term]]
    lost: tuple[tuple[str, Key | None], ...]


async def read_tables(pool: "asyncpg.Pool", keys: Keys) -> Snapshot:
    """Everything that these tables hold; a table that is not there holds nothing."""
    import asyncpg

    found: dict[str, dict[Key, Row]] = {}
    async with pool.acquire() as connection:
        for table, columns in keys.items():
            try:
                records = await connection.fetch(f"SELECT * FROM {table}")  # noqa: S608 - a quoted name
            except asyncpg.UndefinedTableError:
                records = []
            rows = [{name: as_json(value) for name, value in record.items()} for record in records]
            found[table] = {tuple(plain_text(row.get(name)) for name in columns): row for row in rows}
    return found


def contrast(around: Around, keys: Keys, was: Snapshot, now: Snapshot, moment: Moment) -> Contrast:
    """What happened between two snapshots, against what the model says of the same two instants."""
    before, after = (assign(around.before, keys, was, moment), assign(around.after, keys, now, moment))
    result = Contrast()
    for table in keys:
        for key in dict.fromkeys((*was.get(table, {}), *now.get(table, {}))):
            place = (table, key)
            old, new = was[table].get(key), now[table].get(key)
            if old is None or new is None:
                _come_or_gone(place, before, after, new, moment, result)
            else:
                _columns(place, before, after, old, new, moment, result)
    known = {key for _, key in before.lost} | {key for _, key in before.rows}
    result.absent += [
        f"{named(table)}: a row that comes" for table, key in after.lost if key is None or key not in known
    ]
    return result


def assign(rows: Iterable[StoredRow], keys: Keys, found: Snapshot, moment: Moment) -> Predicted:
    """Which row each predicted row stands for: that of its key, or, where that is open, the likest one left."""
    assigned: dict[tuple[str, Key], Mapping[str, Term]] = {}
    lost: list[tuple[str, Key | None]] = []
    waiting: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        table = table_of(row)
        terms: Mapping[str, Term] = terms_of(row)
        key = key_of(terms, keys[table], moment)
        if key is None:
            waiting[table].append(terms)
        elif key in found.get(table, {}):
            assigned[table, key] = terms
        else:
            lost.append((table, key))
    for table, open_rows in waiting.items():
        left = {key: row for key, row in found.get(table, {}).items() if (table, key) not in assigned}
        for terms in open_rows:
            if not left:
                lost.append((table, None))
                continue
            likest = min(left, key=lambda key: len(list(unlike(terms, left[key], moment))))
            assigned[table, likest] = terms
            del left[likest]
    return Predicted(assigned, tuple(lost))


def terms_of(row: StoredRow) -> dict[str, Term]:
    """Column -> what a row holds there."""
    return {item.column: item.value for item in row.values}


def key_of(terms: Mapping[str, Term], columns: Iterable[str], moment: Moment) -> Key | None:
    """The key of a predicted row; None where the model does not know it."""
    try:
        return tuple(plain_text(moment.resolve(terms[column])) for column in columns)
    except Unresolved:
        return None


def unlike(terms: Mapping[str, Term], row: Row, moment: Moment) -> Iterator[str]:
    """The columns of a row that do not hold what is predicted."""
    return (column for column, term in terms.items() if not fits(term, row.get(column), moment))


def fits(term: Term, value: Any, moment: Moment) -> bool:
    """Whether a value is what a term says; what was never captured fits all."""
    try:
        return not differences(term, value, moment)
    except Unresolved:
        return True


def named(table: str) -> str:
    """A quoted table as people write it."""
    return table.replace('"', "")


def _come_or_gone(
    place: tuple[str, Key],
    before: Predicted,
    after: Predicted,
    new: Row | None,
    moment: Moment,
    result: Contrast,
) -> None:
    table, key = named(place[0]), " ".join(place[1])
    come = new is not None
    result.changes.append(
        Change(table=table, key=key, before=None if come else "there", after="there" if come else None)
    )
    if new is not None and place in after.rows:
        result.absent += [f"{table}.{column}" for column in unlike(after.rows[place], new, moment)]
    elif new is not None:
        result.beyond.append(f"{table}: a row that comes")
    elif place in after.lost or place not in before.rows:
        result.beyond.append(f"{table}: a row that goes")


def _columns(
    place: tuple[str, Key], before: Predicted, after: Predicted, old: Row, new: Row, moment: Moment, result: Contrast
) -> None:
    table, key = named(place[0]), " ".join(place[1])
    then, later = before.rows.get(place, {}), after.rows.get(place)
    if later is None and then:
        result.absent.append(f"{table}: a row that goes")
    for column, value in new.items():
        changed = not equal(old.get(column), value)
        if changed:
            pair = (show(old.get(column)), show(value))
            result.changes.append(Change(table=table, key=key, column=column, before=pair[0], after=pair[1]))
        term = None if later is None else later.get(column)
        if term is not None and fits(term, value, moment):
            continue
        if term is not None and term != then.get(column):
            result.absent.append(f"{table}.{column}")
        elif changed and (term is not None or later is None):
            result.beyond.append(f"{table}.{column}")  # a column that the model does not know is nobody's promise
