"""The real Neo4j Browser in a real Chromium: connect, turn the guide's pages, ask what it holds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from patternbank.browsing import SavedQuery, opened_for, opened_in_editor
from tests.servers import GraphServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60_000
SIZE = {"width": 1280, "height": 780}


class Visit:
    """A page of the Browser that is connected to a server."""

    def __init__(self, page: Page, server: GraphServer) -> None:
        self.page = page
        self.server = server

    def connect(self) -> None:
        """Type the password, as a person would: the address brings the rest."""
        self.page.goto(opened_for(self.server.browser, self.server.url, self.server.user))
        self.page.get_by_test_id("password").fill(self.server.password)
        self.page.get_by_test_id("connect").click()
        expect(self.guide()).to_be_visible()
        for banner in (
            self.page.get_by_text("To help make Neo4j Browser better").locator("..").get_by_role("button").all()
        ):
            banner.click()

    def guide(self) -> Locator:
        """The frame with the guide."""
        frames = self.page.get_by_test_id("frame")
        return frames.filter(has=self.page.locator(".slide"), has_text=f"localhost:{self.server.guide}/guide.html")

    def turn(self) -> None:
        """Go to the guide's next page."""
        self.guide().get_by_test_id("nextSlide").first.click()

    def slide(self, title: str) -> Locator:
        """The page of the guide with a title."""
        return self.guide().locator(".slide").filter(has_text=title)

    def ask(self, query: SavedQuery) -> Locator:
        """Run what stands in the editor, which must be the query; give the frame with the answer."""
        editor = self.page.get_by_test_id("activeEditor").locator(".view-lines")
        expect(editor).to_contain_text(query.statement.split("\n")[0].split("-")[0].replace(" ", "\u00a0"))
        self.page.get_by_test_id("editor-Run").click()
        wanted = " ".join(query.statement.split())[:40]
        frame = self.page.get_by_test_id("frame").filter(has_text=wanted).first
        expect(frame.locator("svg g.node").first).to_be_visible()
        return frame

    def ask_by_address(self, query: SavedQuery) -> Locator:
        """Open the address that puts a query into the editor, and run it."""
        self.page.goto("about:blank")
        self.page.goto(opened_in_editor(self.server.browser, query))
        return self.ask(query)


@contextmanager
def visiting(server: GraphServer) -> Iterator[Visit]:
    """Open a Chromium for a block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        try:
            yield Visit(page, server)
        finally:
            browser.close()


def require_browser(server: GraphServer) -> None:
    """Skip by name where there is nothing to look with, or at."""
    if not CHROMIUM:
        pytest.skip("needs Chromium on the PATH, to look at the Neo4j Browser")
    if not server.browser:
        pytest.skip("needs a Neo4j that the tests start: the Browser of a given one plays another guide")
