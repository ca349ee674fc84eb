"""The reviewer's day in a real browser: signs in with a key, finds, reads, decides; pip obeys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from airlock import accounts, assembly
from airlock.model.access import EVERYTHING, Role, Scope
from airlock.model.people import AccountName, Grant, Stamp
from tests.browser.conftest import DESK
from tests.functional.conftest import NO_DATABASE, Installer
from tests.simulators import hostile
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream, make_wheel

PASSWORD = "correct horse battery"
POLICY = """\
[policy]
name = "reviewed"
agreement = "hold"
[policy.checks.code-exfiltration]
at-most = "hold"
"""
ROLES = {"ada": Role.REVIEWER, "bob": Role.REVIEWER, "root": Role.ADMIN}
LOOKALIKE = "reqeusts"
HELD = ("harbour", "anchor", "mooring")
EVIL = "<img src=x onerror=window.pwned=1>"
_KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class House:
    """A gate with people, and releases that are held."""

    def __init__(self, gate: ClockedGate, upstream: Upstream) -> None:
        self.gate = gate
        self.upstream = upstream
        # Keys are bound to a name; an address is none.
        self.url = gate.url.replace("127.0.0.1", "localhost")

    def fill(self) -> None:
        stamp = Stamp("operator", self.gate.now)
        with assembly.existing_records(self.gate.data) as records:
            for name, role in (
                ("ada", Role.REVIEWER),
                ("bob", Role.REVIEWER),
                ("root", Role.ADMIN),
            ):
                title = EVIL if name == "bob" else ""
                accounts.add_user(records.people, name, stamp, title=title, password=PASSWORD)
                grant = Grant(account=AccountName(name), role=role, scope=EVERYTHING)
                accounts.set_role(records.people, grant, stamp, granted=True)
            accounts.add_user(records.people, "kim", stamp, password=PASSWORD)
            grant = Grant(account=AccountName("kim"), role=Role.REVIEWER, scope=Scope("mooring"))
            accounts.set_role(records.people, grant, stamp, granted=True)
        for name in HELD:
            tree = {f"{name}/{EVIL.replace('/', '')}.py": hostile.EXFILTRATE}
            tree[f"{name}/__init__.py"] = hostile.EXFILTRATE
            self.upstream.add(*make_wheel(name, "1.0", tree))
            httpx.get(f"{self.gate.simple}{name}/", timeout=60)
            file = f"/files/{self.digest(name)}/{name}-1.0-py3-none-any.whl"
            assert httpx.get(f"{self.gate.url}{file}", timeout=60).status_code == 403
            self.gate.later(minutes=1)
        self.upstream.add(*make_wheel(LOOKALIKE, "1.0"))
        asked = httpx.get(
            f"{self.gate.simple}{LOOKALIKE}/", headers={"accept": "text/html"}, timeout=60
        )
        assert asked.status_code == 403

    def digest(self, name: str) -> str:
        return self.upstream.sha256(f"{name}-1.0-py3-none-any.whl")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("day")
    (folder / "policy.toml").write_text(POLICY)
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRLOCK_DB", str(NO_DATABASE))
        with ClockedGate(folder, upstream.url, policy_file=folder / "policy.toml") as gate:
            made = House(gate, upstream)
            made.fill()
            yield made


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=house.url,
        viewport={"width": DESK[0], "height": DESK[1]},
        reduced_motion="reduce",
    )
    made.set_default_timeout(60_000)
    yield made
    made.close()


def with_key(page: Page) -> Any:
    """Plug a key in that signs whenever it is asked to."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
    return devtools


def sign_in(page: Page, user: str, goal: str = "/account") -> None:
    page.goto(f"/sign-in?next={goal}")
    page.get_by_label("User").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/account|/second|/review|/admin"))


def test_reviewers_day(context: BrowserContext, house: House, tmp_path: Path) -> None:
    page = context.new_page()
    with_key(page)
    pip = Installer("pip", tmp_path)
    assert pip.install(house.gate.simple, "harbour").returncode != 0

    # A key is added, once.
    sign_in(page, "ada")
    page.get_by_label("Your password, to change any of this").fill(PASSWORD)
    page.get_by_label("What you call the new one").fill("blue key")
    page.get_by_role("button", name="Add a key").click()
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("link", name="I have them").wait_for()
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    page.get_by_role("link", name="I have them").click()
    page.get_by_text("blue key").first.wait_for()
    page.get_by_role("button", name="Sign out").click()

    # Signs in with it, and comes to the queue.
    sign_in(page, "ada", "/review")
    page.get_by_role("button", name="Use your key").click()
    page.wait_for_url("**/review")

    # Finds what was held first, by the keyboard; reads the evidence; approves it for a week.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{house.digest('harbour')}")
    page.get_by_text("Secrets of the user are sent away").first.wait_for()
    page.keyboard.press("a")
    page.keyboard.type("we wrote it")
    page.locator("#decide-approve").get_by_label("Days until it ends").fill("7")
    page.locator("#decide-approve").get_by_role("button", name="Approve").click()
    page.get_by_text("Approved: the door lets it in.").wait_for()
    page.keyboard.press("u")
    page.wait_for_url("**/review")
    assert "harbour" not in page.locator("main").inner_text()

    done = pip.install(house.gate.simple, "harbour")
    assert done.returncode == 0, done.stderr
    assert "harbour-1.0.dist-info" in pip.installed()

    # It ends by itself, and waits again.
    house.gate.later(days=7)
    assert pip.install(house.gate.simple, "harbour").returncode != 0
    page.goto("/review")
    page.wait_for_url("**/sign-in?next=*")
    sign_in(page, "ada", "/review")
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="harbour-1.0-py3-none-any.whl").wait_for()


def test_keys_of_the_queue(context: BrowserContext, house: House) -> None:
    page = context.new_page()
    sign_in(page, "bob", "/review?decision=any")
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        rows = page.locator("tr[data-row]")
        assert rows.nth(expected).evaluate("row => row.contains(document.activeElement)")
    page.keyboard.press("w")
    page.wait_for_url("**/review/*#decide-waive")
    assert page.locator("#decide-waive").evaluate("one => one.open")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()


def test_name_is_read_and_many_are_refused_by_the_keyboard(
    context: BrowserContext, house: House
) -> None:
    page = context.new_page()
    sign_in(page, "bob", "/review?about=name")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/names/{LOOKALIKE}")
    page.get_by_role("img", name=f"{LOOKALIKE} beside requests, letter by letter").wait_for()
    page.keyboard.press("u")
    page.wait_for_url("**/review")
    for key in ("j", "x", "j", "x", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_text("2 picked").wait_for()
    page.keyboard.press("b")
    page.keyboard.type("nobody needs them")
    page.get_by_role("button", name="Refuse them").click()
    page.get_by_text("2 done, each with a step of its own").wait_for()
    assert page.get_by_text("refuse: waived by user bob: nobody needs them").count() == 2
    page.goto("/review/waivers")
    rows = page.locator("tr[data-row]", has_text="nobody needs them")
    assert rows.count() == 2
    for left in (1, 0):
        rows.first.locator("summary").click()
        rows.first.get_by_label("Why").fill("they do")
        rows.first.get_by_role("button", name="Revoke").click()
        page.get_by_text("Ended: the verdict counts again.").wait_for()
        assert rows.count() == left


def test_who_reviews_some_projects_has_a_way_to_their_queue(
    context: BrowserContext, house: House
) -> None:
    page = context.new_page()
    sign_in(page, "kim")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Review").click()
    page.get_by_text("1 waits.").wait_for()
    assert page.locator("tr[data-row]").all_inner_texts()[0].count("mooring") > 0
    assert page.goto(f"/review/{house.digest('anchor')}").status == 403  # type: ignore[union-attr]
