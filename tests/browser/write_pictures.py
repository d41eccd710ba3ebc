"""Look at a filled bank in the real Browser and write what is seen to docs/pictures; `make pictures` runs it."""

import sys
from pathlib import Path

from patternbank.browsing import read_queries, serving
from patternbank.migrating import migrate
from patternbank.stores.graph.connection import GraphConnection
from tests.browser.driving import CHROMIUM, Visit, visiting
from tests.browser.filling import fill
from tests.servers import quick_folder, running_graph

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
AT_REST = 4_000
"""Milliseconds after which the nodes of an answer have found their places."""


def write_pictures(visit: Visit) -> None:
    """Write a picture of the guide, and one of the answer to each saved query."""
    visit.connect()
    visit.guide().screenshot(path=PICTURES / "guide.png")
    for query in read_queries():
        visit.turn()
        visit.slide(query.title).locator("pre").click()
        answer = visit.ask(query)
        answer.get_by_title("Fullscreen").click()
        visit.page.wait_for_timeout(AT_REST)
        visit.page.screenshot(path=PICTURES / f"{query.file.removesuffix('.cypher')}.png")
        answer.get_by_title("Close fullscreen").click()
        answer.get_by_title("Close", exact=True).click()


def main() -> int:
    """Start a Neo4j of its own, fill it, look at it."""
    if not CHROMIUM:
        print("there is no Chromium on the PATH", file=sys.stderr)  # noqa: T201
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with quick_folder() as folder, running_graph(folder) as server:
        graph = GraphConnection(*server.address)
        migrate(graph)
        graph.close()
        fill(server)
        with serving(server.guide, server.browser), visiting(server) as visit:
            write_pictures(visit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
