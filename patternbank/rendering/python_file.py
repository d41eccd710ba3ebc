"""Build one Python file of a base and fragments: imports united, methods put into their classes."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

from patternbank.errors import CompositionError
from patternbank.rendering.pieces import ComposedFile, RenderedPiece, SourceEntry
from patternbank.rendering.places import marked_place
from patternbank.rendering.python_source import Import, Source, classes, read_source

_INDENT = "    "


def assemble(path: str, base: RenderedPiece | None, fragments: Sequence[RenderedPiece]) -> ComposedFile:
    """Merge sorted fragments into a Python file; raise ``CompositionError`` where two claim one name."""
    pieces = [*([base] if base else []), *fragments]
    sources = [(piece, _read(path, piece)) for piece in pieces]
    _refuse_two_imports(path, sources)
    own = [(piece, source) for piece, source in sources if piece.into is None]
    methods = [(piece, source) for piece, source in sources if piece.into is not None]
    body = _body(own, has_base=base is not None)
    body = _with_methods(path, body, methods)
    text = "\n".join([*_head([source for _, source in sources]), *body]).strip("\n") + "\n"
    return ComposedFile(path=path, text=text, sources=_origins(path, base, sources))


def _read(path: str, piece: RenderedPiece) -> Source:
    try:
        return read_source(piece.text)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise CompositionError(
            f"the piece {piece.origin} of {path} is no Python{line}: {error}", "correct the template"
        ) from error


def _refuse_two_imports(path: str, sources: Iterable[tuple[RenderedPiece, Source]]) -> None:
    """Refuse two imports that bind one name to different things."""
    bound: dict[str, tuple[Import, RenderedPiece]] = {}
    for piece, source in sources:
        for section, module, name, alias in source.imports:
            meaning = ("", module, name, alias)
            known = alias or (name.split(".")[0] if not module else name)
            first, other = bound.setdefault(known, (meaning, piece))
            if section != "future" and name != "*" and (alias or module) and first != meaning:
                raise CompositionError(
                    f"{path}: {other.origin} imports {known} from {first[1] or first[2]}, "
                    f"{piece.origin} from {module or name}",
                    "give one of them another name with 'as'",
                )


def _head(sources: Sequence[Source]) -> list[str]:
    """Give remarks and docstring of the first that has one, and all imports once."""
    docstring = next((source.docstring for source in sources if source.docstring), ())
    header = [line for source in sources for line in source.header]
    imports = sorted({found for source in sources for found in source.imports})
    runtime = {found[1:] for found in imports if found[0] != "typing"}
    typing = [found for found in imports if found[0] == "typing" and found[1:] not in runtime]
    verbatim = dict.fromkeys(line for source in sources for line in source.verbatim)
    guarded = ["if TYPE_CHECKING:", *(_INDENT + line for line in _import_lines(typing))] if typing else []
    return [
        *dict.fromkeys(header),
        *docstring,
        *_import_lines([found for found in imports if found[0] == "future"]),
        *_import_lines([found for found in imports if found[0] == "plain"]),
        *verbatim,
        *guarded,
    ]


def _import_lines(imports: Iterable[Import]) -> list[str]:
    modules: dict[str, list[str]] = defaultdict(list)
    for _, module, name, alias in imports:
        modules[module].append(f"{name} as {alias}" if alias else name)
    plain = [f"import {name}" for name in modules.pop("", [])]
    return plain + [f"from {module} import {', '.join(names)}" for module, names in modules.items()]


def _body(own: Sequence[tuple[RenderedPiece, Source]], *, has_base: bool) -> list[str]:
    """Put the fragments where the base marks their place, the rest behind it."""
    waiting: dict[str, list[Source]] = defaultdict(list)
    for piece, source in own[1 if has_base else 0 :]:
        waiting[piece.place].append(source)
    lines: list[str] = []
    base = own[0][1] if has_base else None
    for number, line in enumerate(base.body if base else (), 1):
        place = marked_place(line) if base and number not in base.fixed else None
        if place is None:
            lines.append(line)
        else:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [text for source in waiting.pop(place, []) for text in ("", *shifted(source, indent))]
    rest = [source for piece, source in own[1 if has_base else 0 :] if piece.place in waiting]
    return lines + [text for source in rest for text in ("", "", *source.body)]


def shifted(source: Source, indent: str) -> list[str]:
    """Indent a body, but not the lines that begin inside a string."""
    return [
        indent + line if line.strip() and number not in source.fixed else line
        for number, line in enumerate(source.body, 1)
    ]


def _with_methods(path: str, body: list[str], methods: Sequence[tuple[RenderedPiece, Source]]) -> list[str]:
    """Put methods at the end of their classes, which lose a lone ``pass`` or ``...``."""
    if not methods:
        return body
    found = classes(ast.parse("\n".join(body)))
    by_class: dict[str, list[Source]] = defaultdict(list)
    for piece, source in methods:
        if piece.into not in found:
            raise CompositionError(
                f"{piece.origin} goes into the class {piece.into}, and {path} has none",
                "bind the pattern that renders the class as well",
            )
        by_class[str(piece.into)].append(source)
    for name in sorted(by_class, key=lambda name: -found[name].lineno):
        node = found[name]
        added = [line for source in by_class[name] for line in ("", *shifted(source, _INDENT))]
        end = node.end_lineno or 0
        body = [*_without_filler(body[:end], node), *added, *body[end:]]
    return body


def _without_filler(lines: list[str], node: ast.ClassDef) -> list[str]:
    last = node.body[-1]
    ellipsis = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...
    if ellipsis or isinstance(last, ast.Pass):
        cut = lines[last.lineno - 1][: last.col_offset].rstrip()
        return [*lines[: last.lineno - 1], *([cut] if cut else [])]
    return lines


def _origins(
    path: str, base: RenderedPiece | None, sources: Sequence[tuple[RenderedPiece, Source]]
) -> tuple[SourceEntry, ...]:
    """Name the origin of each name; refuse two pieces that define one."""
    owners: dict[str, RenderedPiece] = {}
    entries = []
    for piece, source in sources:
        names = [f"{piece.into}.{name}" for name in source.names] if piece.into else list(source.names)
        for name in ["", *names] if piece is base else names or [""]:
            other = owners.setdefault(name, piece) if name else piece
            if other is not piece:
                raise CompositionError(
                    f"{path}: {name} is defined by {other.origin} and by {piece.origin}", "rename one of them"
                )
            entries.append(
                SourceEntry(path=path, name=name, pattern=piece.pattern, fragment=piece.fragment, node=piece.node)
            )
    return tuple(entries)
