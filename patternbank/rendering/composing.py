"""Put rendered pieces together into files, and remember where each name came from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from patternbank.errors import CompositionError
from patternbank.rendering.pieces import ComposedFile, RenderedPiece, SourceEntry
from patternbank.rendering.places import marked_place
from patternbank.rendering.python_file import assemble
from patternbank.rendering.python_source import read_source


def compose(pieces: Iterable[RenderedPiece]) -> tuple[ComposedFile, ...]:
    """Merge fragments into their files, in the order (order, place, key, pattern, fragment); sorted by path.

    Raise ``CompositionError`` where two pieces claim one file, one name or one import.
    """
    by_path: dict[str, list[RenderedPiece]] = defaultdict(list)
    for piece in pieces:
        by_path[piece.path].append(piece)
    _refuse_same_place(by_path)
    return tuple(_file(path, by_path[path]) for path in sorted(by_path))


def _refuse_same_place(by_path: dict[str, list[RenderedPiece]]) -> None:
    """Refuse a path that is a folder of another, and two that differ in case alone."""
    seen: dict[str, str] = {}
    for path in sorted(by_path):
        folders = (path[:cut] for cut, sign in enumerate(path) if sign == "/")
        clash = next((folder for folder in folders if folder in by_path), None) or seen.get(path.casefold())
        if clash:
            origin, other = by_path[path][0].origin, by_path[clash][0].origin
            raise CompositionError(f"{path} ({origin}) and {clash} ({other}) cannot both be", "rename one of them")
        seen[path.casefold()] = path


def _file(path: str, pieces: Sequence[RenderedPiece]) -> ComposedFile:
    wholes = _distinct(piece for piece in pieces if piece.kind == "file")
    fragments = _distinct(piece for piece in pieces if piece.kind == "fragment")
    if len({piece.text for piece in wholes}) > 1:
        first, second = wholes[:2]
        raise CompositionError(f"{path} is rendered by {first.origin} and by {second.origin}", "leave one of them out")
    base = wholes[0] if wholes else None
    if path.endswith((".py", ".pyi")):
        return assemble(path, base, fragments) if fragments or _marks(base) else _plain_python(path, base)
    return _other(path, base, fragments)


def _marks(base: RenderedPiece | None) -> bool:
    return base is not None and "place:" in base.text


def _distinct(pieces: Iterable[RenderedPiece]) -> list[RenderedPiece]:
    """Sort pieces, and keep one of those that say the same."""
    ordered = sorted(
        pieces,
        key=lambda piece: (piece.order, piece.place, piece.key, piece.pattern, piece.fragment, piece.node, piece.text),
    )
    unique: dict[tuple[str, ...], RenderedPiece] = {}
    for piece in ordered:
        unique.setdefault((piece.pattern, piece.fragment, piece.place, piece.into or "", piece.text), piece)
    return list(unique.values())


def _plain_python(path: str, base: RenderedPiece | None) -> ComposedFile:
    """Keep a whole file as it is."""
    if base is None:
        raise AssertionError("a file is made of at least one piece")
    try:
        names = read_source(base.text).names
    except (SyntaxError, ValueError) as error:
        raise CompositionError(f"{path} from {base.origin} is no Python: {error}", "correct the template") from error
    return ComposedFile(path=path, text=base.text, sources=tuple(_entry(path, name, base) for name in ("", *names)))


def _other(path: str, base: RenderedPiece | None, fragments: Sequence[RenderedPiece]) -> ComposedFile:
    """Put fragments of a text that is no Python where the file marks their place, or at its end."""
    if not fragments and base is not None and not _marks(base):
        return ComposedFile(path=path, text=base.text, sources=(_entry(path, "", base),))
    waiting: dict[str, list[RenderedPiece]] = defaultdict(list)
    for piece in fragments:
        waiting[piece.place].append(piece)
    chunks: list[str] = []
    for line in base.text.splitlines(keepends=True) if base else ():
        place = marked_place(line)
        chunks += [_closed(line)] if place is None else [_closed(piece.text) for piece in waiting.pop(place, [])]
    chunks += [_closed(piece.text) for piece in fragments if piece.place in waiting]
    origins = [*([base] if base else []), *fragments]
    return ComposedFile(path=path, text="".join(chunks), sources=tuple(_entry(path, "", piece) for piece in origins))


def _closed(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _entry(path: str, name: str, piece: RenderedPiece) -> SourceEntry:
    return SourceEntry(path=path, name=name, pattern=piece.pattern, fragment=piece.fragment, node=piece.node)
