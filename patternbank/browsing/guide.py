"""The pages that the Neo4j Browser is given: the guide, the saved queries, the style."""

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from urllib.parse import quote

from patternbank.errors import PatternBankError
from patternbank.values import Frozen

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
GUIDE, STYLE = "/guide.html", "/bank.grass"


class SavedQuery(Frozen):
    """A file of Cypher; its first two lines are comments that say what it is called and what it shows."""

    file: str
    title: str
    description: str
    statement: str
    text: str


class Document(Frozen):
    """Something that is served: its type and its bytes."""

    kind: str
    body: bytes


def read_queries(folder: Traversable | None = None) -> tuple[SavedQuery, ...]:
    """Read the saved queries, by the names of their files."""
    place = folder or _place() / "queries"
    found = sorted((path for path in place.iterdir() if path.name.endswith(".cypher")), key=lambda path: path.name)
    return tuple(_read(path) for path in found)


def documents(base: str, browser: str) -> Mapping[str, Document]:
    """Give what is served below ``base``, by path, for the Browser at an address; nothing of it is secret."""
    queries = read_queries()
    told = {"base": base, "count": str(len(queries))}
    slides = [_fill("slide.html", _shown(query) | told | {"number": str(at)}) for at, query in enumerate(queries, 1)]
    entries = [
        _fill("entry.html", _shown(query) | told | {"opened": escape(opened_in_editor(browser, query))})
        for query in queries
    ]
    index = told | {"browser": escape(opened_with_guide(browser, base)), "entries": "".join(entries)}
    pages = {
        "/": (HTML, _fill("index.html", index)),
        GUIDE: (HTML, _fill("guide.html", told | {"slides": "".join(slides)})),
        STYLE: (TEXT, _text("bank.grass")),
        **{f"/queries/{query.file}": (TEXT, query.text) for query in queries},
    }
    return {path: Document(kind=kind, body=text.encode()) for path, (kind, text) in pages.items()}


def opened_for(browser: str, neo4j: str, user: str) -> str:
    """Give the Browser's address with the server and the user in its form; a guide that the server names is played."""
    scheme, _, place = neo4j.partition("://")
    return f"{browser}?dbms={quote(f'{scheme}://{user}@{place}', safe='')}"


def opened_with_guide(browser: str, base: str) -> str:
    """Give the Browser's address with which it plays the guide, whatever the server names."""
    return f"{browser}?cmd=play&arg={quote(base + GUIDE, safe='')}"


def opened_in_editor(browser: str, query: SavedQuery) -> str:
    """Give the Browser's address with which a query stands in its editor."""
    return f"{browser}?cmd=edit&arg={quote(query.statement, safe='')}"


def _read(path: Traversable) -> SavedQuery:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    if len(lines) < 3 or not all(line.startswith("// ") for line in lines[:2]):
        raise PatternBankError(
            f"{path.name} does not say what it is called and what it shows", "install the release again"
        )
    title, description = (line.removeprefix("// ") for line in lines[:2])
    statement = "\n".join(lines[2:]).strip().removesuffix(";")
    return SavedQuery(file=path.name, title=title, description=description, statement=statement, text=text)


def _shown(query: SavedQuery) -> dict[str, str]:
    return {name: escape(value) for name, value in query.model_dump().items()}


def _fill(name: str, values: Mapping[str, str]) -> str:
    return Template(_text(name)).substitute(values)


def _text(name: str) -> str:
    return (_place() / name).read_text(encoding="utf-8")


def _place() -> Traversable:
    return files("graph_schema") / "browser"
