"""Every page that the gate has, by its own list of routes: nothing acts, everybody can use it.

A route that nobody says how to visit fails the test, and so does a form that nobody filled in.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.routing import Route

from tests.browser.attempts import EVERYTHING, LINE, PRINTABLE, UNSEEN
from tests.browser.conftest import DESK, PHONE, Seeded
from tests.browser.forms import SUBMIT, Forms
from tests.browser.looking import MOST_BYTES, SHIFTS, TRANSFERRED, Watched, serious
from tests.browser.offering import HONEST, HOSTILE, LOOKALIKE, SPRINKLED
from tests.browser.writing import ENDED, HOSTILE_VERDICT, UNDER_REVIEW, UNDER_WAY

_ACTING = (Path(__file__).parent / "acting.js").read_text()
_ODD_PATH = quote("xss_everywhere/<img src=x onerror=window.pwned=1>.py")
_OF_A_FEED = {
    *("feed", "title", "id", "link", "updated", "author", "name", "entry", "category", "summary")
}
_FACTOR = re.compile(r"/account/factors/([^/]+)/remove")
# Every parameter of a query that some page reads.
_ASKED = ("q", "kind", "about", "check", "campaign", "assignee", "next", "told", "page", "before",
          "decision", "sort", "view", "path", "line", "code", "state", "error")  # fmt: skip


def _factor(seeded: Seeded) -> str:
    page = httpx.get(
        f"{seeded.gate.url}/account", cookies={"airlock-session": seeded.session}, timeout=60
    )
    found = _FACTOR.search(page.text)
    assert found
    return found[1]


# What a route has in its path. Of one that is not here nobody has said how to visit it.
FILLED: dict[str, Callable[[Seeded], str]] = {
    "project": lambda _: SPRINKLED,
    "version": lambda _: "1.0",
    "filename": lambda _: HOSTILE_VERDICT,
    "sha256": lambda s: s.digests[HOSTILE_VERDICT],
    "severity": lambda _: "info",
    "name": lambda _: "acme",
    "team": lambda _: "harbour-masters",
    "user": lambda _: "ada",
    "/account/factors/{id}/remove id": _factor,
    "number": lambda _: "1",
    "/admin/policy/runs/{id} id": lambda _: UNDER_WAY,
    "/admin/policy/runs/{id}/cancel id": lambda _: UNDER_WAY,
    "/checks/{id} id": lambda _: "code-decode-exec",
    "/review/names/{project} project": lambda _: LOOKALIKE,
    "/api/review/names/{project} project": lambda _: LOOKALIKE,
    "/static/{name} name": lambda _: "nothing.css",
}
# More than one look at a route, or what it has to be asked with.
QUERIES: dict[str, tuple[str, ...]] = {
    "/verdicts/{sha256}/source": (f"?path={_ODD_PATH}&line=4", "?path=../../etc/passwd"),
    "/review": ("?decision=any", "?view=groups&decision=any", "?proposed=yes&decision=any"),
    "/search": ("?q=xss", "?q=nothing-is-called-so"),
}
# Addresses beside those of the routes: other states of the same pages.
BESIDE: tuple[Callable[[Seeded], str], ...] = (
    lambda _: f"/projects/{HONEST}",
    lambda _: f"/projects/{HONEST}/1.0",
    lambda _: "/projects/lanterns/2.0",
    lambda _: f"/projects/{HOSTILE}",
    lambda _: f"/projects/{SPRINKLED}/1.1",
    lambda _: f"/projects/{SPRINKLED}/1.2",
    lambda _: "/projects/nobody-has-it",
    lambda _: f"/names/{LOOKALIKE}",
    lambda s: s.verdict(UNDER_REVIEW),
    lambda s: s.verdict(UNDER_REVIEW, "/report"),
    lambda s: s.verdict(UNDER_REVIEW, "/source?path=tidewater_utils-0.9.1/setup.py&line=14"),
    lambda s: s.verdict("harbour_charts-1.2-py3-none-any.whl"),
    lambda s: s.verdict("harbour_charts-1.2-py3-none-any.whl", "/changes"),
    lambda s: s.verdict("xss_everywhere-1.0-py3-none-any.whl"),
    lambda s: f"/review/{s.digests[UNDER_REVIEW]}",
    lambda _: f"/admin/policy/runs/{ENDED}",
    lambda _: "/admin/policy/revisions/2",
    lambda _: "/nowhere/" + quote(LINE, safe=""),
    lambda _: "/projects/" + quote(EVERYTHING, safe=""),
)


def _context(browser: Browser, seeded: Seeded, session: str) -> BrowserContext:
    made = browser.new_context(
        base_url=seeded.gate.url,
        viewport={"width": DESK[0], "height": DESK[1]},
        reduced_motion="reduce",
    )
    made.set_default_timeout(60_000)
    cookie = {"name": "airlock-session", "value": session, "url": seeded.gate.url}
    made.add_cookies([cookie])  # type: ignore[list-item]  # a dictionary of that shape
    return made


@pytest.fixture(scope="module")
def page(browser: Browser, seeded: Seeded) -> Iterator[Page]:
    """A window of somebody who may do everything."""
    context = _context(browser, seeded, seeded.session)
    yield context.new_page()
    context.close()


def routes(seeded: Seeded, method: str) -> list[str]:
    found = [one for one in seeded.gate.routes if isinstance(one, Route)]
    return [one.path for one in found if method in (one.methods or ())]


def address(seeded: Seeded, path: str) -> str:
    """Return a route with something in its parameters."""

    def fill(match: re.Match[str]) -> str:
        known = FILLED.get(f"{path} {match[1]}") or FILLED.get(match[1])
        assert known, f"nobody says how to visit {path}: FILLED"
        return known(seeded)

    return re.sub(r"{(\w+)(?::\w+)?}", fill, path)


def addresses(seeded: Seeded) -> dict[str, str]:
    """Return every address of a page, with its route: of those that answer with HTML."""
    wanted: dict[str, str] = {}
    cookies = {"airlock-session": seeded.session}
    with httpx.Client(base_url=seeded.gate.url, cookies=cookies, timeout=60) as client:
        for path in routes(seeded, "GET"):
            if path.startswith("/simple"):
                continue
            filled = address(seeded, path)
            for query in QUERIES.get(path, ("",)):
                answer = client.get(filled + query, headers={"accept": "text/html,*/*"})
                safe = answer.headers.get("x-content-type-options") == "nosniff"
                assert safe or answer.has_redirect_location, path
                if answer.headers.get("content-type", "").startswith("text/html"):
                    wanted[filled + query] = path
    return wanted | dict.fromkeys((one(seeded) for one in BESIDE), "")


def look(page: Page, watched: Watched, where: str) -> list[str]:
    """Return what is wrong with a page that is open."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    found = [*page.evaluate(_ACTING), *watched.foreign, *watched.unexpected]
    watched.forget()
    return [f"{where}: {one}" for one in found]


def used(page: Page, where: str, *, dark: bool) -> list[str]:
    """Return what keeps somebody from using a page that is open, on a phone, or in the dark."""
    found = serious(page)
    if dark:
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {one}" for one in serious(page, "color-contrast")]
        page.emulate_media(color_scheme="light")
    found += _too_wide(page, DESK[0])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found += _too_wide(page, PHONE[0])
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return [f"{where}: {one}" for one in found]


def _too_wide(page: Page, room: int) -> list[str]:
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} wide at {room}"] if width > room else []


def test_nothing_acts_before_the_second_factor(browser: Browser, seeded: Seeded) -> None:
    context = _context(browser, seeded, seeded.pending)
    page = context.new_page()
    watched = Watched(page, seeded.gate.url)
    page.goto("/sign-in/second?" + urlencode({"next": f"/search?q={EVERYTHING}"}))
    page.get_by_role("heading", name="One more proof").wait_for()
    wrong = look(page, watched, "second") + used(page, "second", dark=True)
    page.get_by_label("Code of").fill(PRINTABLE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("alert").wait_for()
    wrong += look(page, watched, "second, refused")
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/simple/", f"/simple/{SPRINKLED}/"])
def test_pages_of_installers_do_nothing_either(page: Page, seeded: Seeded, path: str) -> None:
    watched = Watched(page, seeded.gate.url)
    page.goto(path)
    assert page.evaluate("window.pwned") is None
    links = page.locator("a").evaluate_all("all => all.map((one) => new URL(one.href).origin)")
    assert set(links) <= {seeded.gate.url}
    assert page.locator("body *:not(a, br, h1)").count() == 0
    assert watched.foreign == []


def test_feed_is_xml_and_says_nothing_more(seeded: Seeded) -> None:
    answer = httpx.get(f"{seeded.gate.url}/alerts/info.atom", timeout=60)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert answer.headers["x-content-type-options"] == "nosniff"
    feed = ET.fromstring(answer.content)
    assert {one.tag.split("}")[1] for one in feed.iter()} <= _OF_A_FEED
    text = "".join(feed.itertext())
    assert "<script>" in text
    assert not UNSEEN.search(text.replace("\n", ""))


@pytest.mark.parametrize("name", [HOSTILE_VERDICT, UNDER_REVIEW])
def test_markdown_of_a_verdict_is_inert(seeded: Seeded, name: str) -> None:
    """Whoever pastes it somewhere pastes text: it is rendered as a description is, unescaped."""
    answer = httpx.get(seeded.gate.url + seeded.verdict(name, ".md"), timeout=60)
    assert answer.headers["content-type"].startswith("text/markdown")
    assert not UNSEEN.search(answer.text.replace("\n", ""))
    rendered = MarkdownIt("commonmark", {"html": True}).render(answer.text)
    assert not re.search(
        r"<(script|img|svg|style|iframe|meta|base|link)\b", rendered, re.IGNORECASE
    )
    assert set(re.findall(r'href="([^"]*)"', rendered)) <= {seeded.gate.url + seeded.verdict(name)}


def test_nothing_acts_and_everybody_can_use_it(page: Page, seeded: Seeded) -> None:
    watched = Watched(page, seeded.gate.url)
    wrong, forms = [], Forms(routes(seeded, "POST"))
    for where, path in addresses(seeded).items():
        page.goto(where)
        if shift := page.evaluate(SHIFTS):
            wrong.append(f"{where}: moves by {shift}")
        if (weight := page.evaluate(TRANSFERRED)) > MOST_BYTES:
            wrong.append(f"{where}: weighs {weight}")
        forms.collect(page)
        wrong += look(page, watched, where)
        wrong += used(page, where, dark=bool(path))
        if path and ("{" not in path or path in QUERIES):
            page.goto(f"{where.split('?')[0]}?{urlencode(dict.fromkeys(_ASKED, LINE))}")
            wrong += look(page, watched, f"{path}, asked for everything")
    while given := forms.next():
        where, fields = given
        with page.expect_navigation():
            page.evaluate(SUBMIT, [where, fields])
        forms.collect(page)
        wrong += look(page, watched, f"{where}, sent {sorted(fields)}")
    assert not wrong, "\n".join(wrong)
    assert forms.missing == set(), "forms that no page shows"
