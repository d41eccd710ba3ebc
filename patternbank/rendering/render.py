"""Render one version of a pattern with a view and slots."""

import re
import traceback
from collections.abc import Mapping

from jinja2 import Template, TemplateRuntimeError, UndefinedError
from jinja2.exceptions import SecurityError

from patternbank.errors import PatternBankError, TemplateError
from patternbank.patterns.manifest import FileEntry, check_path
from patternbank.patterns.version import PatternVersion
from patternbank.rendering.budget import Budget
from patternbank.rendering.pieces import RenderedPiece
from patternbank.rendering.templates import BUDGET, compiled
from patternbank.values import Json

LARGEST = 2_000_000
_PATH_SLOT = re.compile(r"__([a-z][a-z0-9_]*?)__")
_PATH_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PYTHON_NAMES = ("init", "main")


def render(
    pattern: PatternVersion,
    view: Mapping[str, Json],
    slots: Mapping[str, Json] | None = None,
    *,
    node: str = "",
    key: str = "",
) -> tuple[RenderedPiece, ...]:
    """Render every file of a pattern.

    ``node`` names what caused the pieces, ``key`` orders them among others of one place (default: ``node``).
    Raise ``TemplateError`` with pattern, file and line.
    """
    names = {**view, "slots": fill_slots(pattern, slots or {}), BUDGET: Budget()}
    paths = view.get("path", {})
    pieces = []
    for entry in pattern.entries:
        text = _text(pattern, entry, names)
        if text.strip() or not (entry.optional or entry.kind == "fragment"):
            pieces.append(_piece(pattern, entry, text, paths, node, key or node))
    return tuple(pieces)


def fill_slots(pattern: PatternVersion, given: Mapping[str, Json]) -> dict[str, Json]:
    """Give every slot its value; refuse one that the pattern does not have."""
    filled: dict[str, Json] = {slot.name: slot.default for slot in pattern.manifest.slots}
    unknown = sorted(set(given) - set(filled))
    if unknown:
        known = ", ".join(filled) or "none"
        raise PatternBankError(f"{pattern.reference} has no slot {unknown[0]!r}", f"its slots: {known}")
    return {**filled, **given}


def fill_path(text: str, paths: Json, where: str) -> str:
    """Replace each ``__name__`` by what the view's ``path`` says."""

    def replace(found: re.Match[str]) -> str:
        name = found[1]
        if name in _PYTHON_NAMES:
            return found[0]
        value = paths.get(name) if isinstance(paths, Mapping) else None
        if not isinstance(value, str) or not _PATH_VALUE.fullmatch(value):
            said = "nothing" if value is None else repr(value)
            raise TemplateError(
                f"{where}: the path slot {found[0]} is filled with {said}",
                f"give the view's 'path' a plain name under {name!r}",
            )
        return str(value)

    return _PATH_SLOT.sub(replace, text)


def _piece(pattern: PatternVersion, entry: FileEntry, text: str, paths: Json, node: str, key: str) -> RenderedPiece:
    where = f"{pattern.reference} {entry.template}"
    return RenderedPiece(
        pattern=pattern.reference,
        fragment=entry.id,
        kind=entry.kind,
        path=check_path(fill_path(entry.path, paths, where)),
        text=text,
        place=entry.place,
        order=entry.order,
        into=None if entry.into is None else fill_path(entry.into, paths, where),
        key=key,
        node=node,
    )


def _text(pattern: PatternVersion, entry: FileEntry, names: Mapping[str, object]) -> str:
    source = pattern.template(entry)
    if not entry.template.endswith(".j2"):
        return source
    label = f"{pattern.reference} files/{entry.template}"
    template = compiled(label, source)
    try:
        return _joined(template, names)
    except UndefinedError as error:
        raise _at_line(template, label, error, f"the view '{pattern.manifest.view}' must give this name") from error
    except (SecurityError, TemplateRuntimeError) as error:
        raise _at_line(
            template, label, error, "use one of the filters literal, docstring, comment, quoted, markdown"
        ) from error
    except (TypeError, ValueError, LookupError, AttributeError, NameError, RecursionError) as error:
        raise _at_line(template, label, error, "compare what the template does with what the view gives") from error


def _joined(template: Template, names: Mapping[str, object]) -> str:
    chunks, size = [], 0
    for chunk in template.root_render_func(template.new_context(dict(names))):
        size += len(chunk)
        if size > LARGEST:
            raise SecurityError(f"the text is longer than {LARGEST} characters")
        chunks.append(chunk)
    return "".join(chunks)


def _at_line(template: Template, label: str, error: Exception, hint: str) -> TemplateError:
    return TemplateError(f"{label}:{_line(template, label, error)}: {error}", hint)


def _line(template: Template, label: str, error: BaseException) -> int:
    """Find the template's line that the error went through last."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == label]
    return template.get_corresponding_lineno(lines[-1]) if lines else 0
