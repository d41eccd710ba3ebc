"""What a person sees who opens the Browser: the guide, and an answer with nodes to every saved query."""

from re import search

import pytest

from patternbank.browsing import read_queries, serving
from tests.browser.driving import require_browser, visiting
from tests.browser.filling import fill
from tests.servers import GraphServer

pytestmark = pytest.mark.needs_server


def test_a_person_sees_the_guide_and_an_answer_to_every_query(empty_graph: GraphServer) -> None:
    """The guide plays by itself after connecting, and a click on each of its queries leads to nodes with captions."""
    require_browser(empty_graph)
    fill(empty_graph)
    queries = read_queries()
    with serving(empty_graph.guide, empty_graph.browser), visiting(empty_graph) as visit:
        visit.connect()
        assert "What the compiler remembers" in visit.guide().inner_text()
        for query in queries:
            visit.turn()
            visit.slide(query.title).locator("pre").click()
            answer = visit.ask(query)
            assert answer.locator("svg g.node").count() > 1, query.file
            assert answer.locator("svg g.relationship").count() > 0, query.file
            unnamed = [text for text in answer.locator("svg g.node").all_text_contents() if not search("[a-z]", text)]
            assert unnamed == [], query.file
            answer.get_by_title("Close", exact=True).click()
        by_address = visit.ask_by_address(queries[2])
        assert by_address.locator("svg g.node").count() > 1
