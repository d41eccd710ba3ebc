"""The saved queries say what they are, go through an address whole, change nothing, and each answers on a full bank."""

import json
import os
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path
from re import findall
from subprocess import PIPE
from urllib.parse import quote, unquote, urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from patternbank.browsing import SavedQuery, documents, read_queries, serving
from patternbank.browsing.guide import opened_in_editor
from patternbank.cli.group import bank
from patternbank.errors import PatternBankError, StoreError
from patternbank.indexing.neighbours import are_current, find_neighbours
from patternbank.lifecycle import Change
from patternbank.migrating import compare, live_schema, written_schema
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.graph.store import GraphStore
from tests.browser.filling import fill
from tests.patternbank.shelves import pattern, star
from tests.servers import GraphServer

QUERIES = read_queries()
BASE, BROWSER = "http://localhost:1", "http://127.0.0.1:2/browser/"
BY_ANN = Change(by="ann", why="a reason")


@pytest.fixture
def filled(empty_graph: GraphServer) -> GraphServer:
    """A bank with something in every corner that the queries look into."""
    fill(empty_graph)
    return empty_graph


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.file)
def test_a_query_goes_through_an_address_whole(query: SavedQuery) -> None:
    """The Browser decodes its whole address before it parts it: what parts an address may not stand in a query."""
    assert not set(query.statement) & set("&#+%?")
    address = urlsplit(opened_in_editor(BROWSER, query))
    assert unquote(address.query) == f"cmd=edit&arg={query.statement}"


def test_the_guide_holds_every_query() -> None:
    """A slide each, with the words that run; the style and the files are served beside it."""
    pages = documents(BASE, BROWSER)
    guide = pages["/guide.html"].body.decode()
    assert guide.count("<slide") == guide.count("</slide>") == len(QUERIES) + 2
    assert [
        unescape(text) for text in findall(r'<pre class="code runnable">(.*?)</pre>', guide.replace("\n", "\0"))
    ] == [query.statement.replace("\n", "\0") for query in QUERIES]
    assert "$" not in guide
    assert {f"/queries/{query.file}" for query in QUERIES} | {"/", "/guide.html", "/bank.grass"} == set(pages)


def test_the_style_names_what_the_graph_holds() -> None:
    """Every label and edge of the style is in the schema, and so is the property that it shows."""
    schema = written_schema()
    written = schema.contents | schema.to_come
    style = documents(BASE, BROWSER)["/bank.grass"].body.decode()
    for kind, name, body in findall(
        r"(node|relationship)\.(\w+) \{(.*?)\}\n", style.replace("\n", "\0").replace("}\0", "}\n")
    ):
        ends = [
            line for line in written if (line == name if kind == "node" else f"[{name}]" in line and "." not in line)
        ]
        assert ends, name
        for shown in findall(r"\{(\w+)\}?", body):
            assert any(line.startswith(f"{end}.{shown}: ") for end in ends for line in written), f"{name}.{shown}"


def test_a_file_that_does_not_say_what_it_is_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The two lines of comment are no matter of taste: the guide shows them."""
    folder = tmp_path_factory.mktemp("queries")
    (folder / "1-a.cypher").write_text("// A title\nMATCH (n)\nRETURN n;\n", encoding="utf-8")
    with pytest.raises(PatternBankError, match=r"1-a\.cypher does not say"):
        read_queries(folder)


def test_pages_are_served_on_the_loopback_to_any_page() -> None:
    """With their types; a page that is not there is not found; a port that is taken is said."""
    with serving(0, BROWSER) as base:
        assert base.startswith("http://localhost:")
        with urlopen(f"{base}/guide.html") as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert b"<slide" in answer.read()
        with pytest.raises(OSError, match="404"):
            urlopen(f"{base}/../pyproject.toml")
        port = urlsplit(base).port
        assert port is not None
        with pytest.raises(StoreError, match="cannot be had"), serving(port, BROWSER):
            pass


def test_without_a_graph_there_is_nothing_to_browse() -> None:
    """A bank in a file has no Browser, and the hint says how to get one."""
    for command in ("browse", "neighbours"):
        found = CliRunner(env={"PATTERNBANK_NEO4J_URL": None}).invoke(bank, [command], standalone_mode=False)
        assert isinstance(found.exception, StoreError)
        assert "start-bank" in found.exception.hint


@pytest.mark.needs_server
def test_every_query_answers_and_changes_nothing(filled: GraphServer) -> None:
    """Rows with nodes, in a transaction that may not write; and the full bank is as its schema is written."""
    graph = GraphConnection(*filled.address, read_only=True)
    try:
        for query in QUERIES:
            rows = graph.rows(query.statement)
            assert rows, query.file
            assert all(value not in (None, []) for row in rows for value in row.values()), query.file
        assert compare(live_schema(graph), written_schema()) == ()
    finally:
        graph.close()


def told_at_the_end(process: "subprocess.Popen[str]") -> str:
    """What a process that was asked to end said; one that does not end is killed, and the test fails."""
    try:
        return process.communicate(timeout=30)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.mark.needs_server
def test_browse_serves_until_it_is_interrupted(filled: GraphServer) -> None:
    """It says where the Browser is and what it serves; a server that plays this guide needs only its address."""
    command = [
        str(Path(sys.executable).with_name("patternbank")),
        "browse",
        "--json",
        "--browser",
        filled.browser or BROWSER,
    ]
    environment = {**os.environ, **filled.environment}
    for port in sorted({0, filled.guide}):
        with subprocess.Popen(
            [*command, "--port", str(port)], stdout=PIPE, stderr=PIPE, text=True, env=environment
        ) as process:
            try:
                assert process.stdout is not None
                told = json.loads("".join(process.stdout.readline() for _ in range(4)))
                with urlopen(f"{told['queries']}queries/{QUERIES[0].file}") as answer:
                    assert answer.read().decode() == QUERIES[0].text
            finally:
                process.send_signal(signal.SIGINT)
                errors = told_at_the_end(process)
        assert process.returncode == 0
        assert "neighbours" not in errors
        assert ("?dbms=bolt%3A%2F%2Fneo4j%40" in told["browser"]) == bool(port)
        assert (f"cmd=play&arg={quote(told['queries'], safe='')}guide.html" in told["browser"]) == (not port)


@pytest.mark.needs_server
def test_neighbours_are_those_of_now(empty_graph: GraphServer) -> None:
    """The nearest by structure, or by words; found anew they are the same; a reissued version has none until then."""
    alike = [
        pattern(name, features=star("a", *leaves).model_dump())
        for name, leaves in (("p", "bc"), ("q", "bd"), ("r", "bce"))
    ]
    graph = GraphConnection(*empty_graph.address)
    edges = "MATCH (a)-[s:SIMILAR_TO]->(b) RETURN a.name AS a, b.name AS b, s.score AS score ORDER BY a, score DESC, b"
    with GraphStore(*empty_graph.address) as store:
        store.add(alike, BY_ANN)
        assert not are_current(store)
        assert find_neighbours(store, 1, 0.1, dry_run=True).edges == 3
        assert graph.rows(edges) == []
        before = store.revision()
        assert find_neighbours(store, 1, 0.1).edges == 3
        found = graph.rows(edges)
        assert [(row["a"], row["b"]) for row in found] == [("p", "r"), ("q", "p"), ("r", "p")]
        assert all(0.1 <= row["score"] < 1 for row in found)
        assert find_neighbours(store, 1, 0.1).edges == 3
        assert graph.rows(edges) == found
        assert store.revision() == before
        assert are_current(store)
        changed = pattern("p", {"a.txt": "other"}, features=star("a", "x").model_dump())
        store.add([changed], BY_ANN, reissue=True)
        assert graph.rows(edges) == []
        assert not are_current(store)
    graph.close()
