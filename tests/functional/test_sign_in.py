"""Signing in with a browser: passwords, second factors, sessions, forms, issuers, guessing."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from airlock import accounts, assembly
from airlock.gate.settings import GateSettings
from airlock.model.access import EVERYTHING, Role
from airlock.model.people import AccountName, Grant, Stamp
from tests.functional.conftest import NO_DATABASE
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.issuer import Issuer

PASSWORD = "correct horse battery"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
SECRET = re.compile(r'<pre id="secret"[^>]*>([A-Z2-7]+)</pre>')
CODES = re.compile(r'<pre id="codes"[^>]*>([^<]+)</pre>')
COOKIE = "airlock-session"


_OPEN: "list[Browser]" = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().client.close()


class House:
    """A gate with people."""

    def __init__(self, gate: ClockedGate) -> None:
        self.gate = gate

    def add(self, name: str, role: Role | None = None) -> None:
        stamp = Stamp("operator", self.gate.now)
        with assembly.existing_records(self.gate.data) as records:
            accounts.add_user(records.people, name, stamp, password=PASSWORD)
            if role is not None:
                grant = Grant(account=AccountName(name), role=role, scope=EVERYTHING)
                accounts.set_role(records.people, grant, stamp, granted=True)

    def browser(self) -> "Browser":
        made = Browser(self)
        _OPEN.append(made)
        return made

    def events(self, kind: str, subject: str) -> list[dict[str, str]]:
        with assembly.existing_records(self.gate.data) as records:
            found = records.log.latest(20, kind=kind, subject=subject)
            return [entry.event.details for entry in found]


class Browser:
    """Somebody with a browser: cookies are kept, forms are filled in."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.client = httpx.Client(
            base_url=house.gate.url, follow_redirects=True, timeout=60, trust_env=False
        )

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, headers={"upgrade-insecure-requests": "1"}, **more)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})

    def sign_in(
        self, user: str, password: str = PASSWORD, goal: str = "/account"
    ) -> httpx.Response:
        return self.post("/sign-in", user=user, password=password, next=goal)

    def csrf(self, path: str = "/account") -> str:
        found = CSRF.search(self.get(path).text)
        assert found, path
        return found[1]

    def add_authenticator(self) -> tuple[pyotp.TOTP, list[str]]:
        csrf = self.csrf()
        shown = self.post(
            "/account/proof", csrf=csrf, password=PASSWORD, title="phone", what="totp"
        )
        secret = SECRET.search(shown.text)
        assert secret, shown.text
        totp = pyotp.TOTP(secret[1])
        code = totp.at(self.house.gate.now)
        done = self.post(
            "/account/factors/totp", csrf=csrf, secret=secret[1], title="phone", code=code
        )
        codes = CODES.search(done.text)
        assert codes, done.text
        return totp, codes[1].split()


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as made:
        yield made


@pytest.fixture(scope="module")
def house(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRLOCK_DB", str(NO_DATABASE))
        with ClockedGate(
            folder,
            "http://127.0.0.1:9/simple/",
            sso_issuer=issuer.url,
            sso_client="gate",
            sso_creates=True,
        ) as gate:
            yield House(gate)


def test_settings_name_the_issuer_in_the_log(house: House, issuer: Issuer) -> None:
    assert house.events("settings", "the gate")[0]["sign-on"] == issuer.url


def test_password_opens_a_session_and_signing_out_ends_it(house: House) -> None:
    house.add("ada")
    ada = house.browser()
    shown = ada.get("/account")
    assert shown.url.path == "/sign-in"
    assert 'value="/account"' in shown.text

    shown = ada.sign_in("Ada")

    assert shown.url.path == "/account"
    (cookie,) = ada.client.cookies.jar
    assert cookie.name == COOKIE
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert house.events("signed-in", "ada")[0]["proof"] == "password"
    secret = ada.client.cookies[COOKIE]
    assert ada.post("/sign-out", csrf=ada.csrf()).url.path == "/sign-in"
    stolen = httpx.get(f"{house.gate.url}/api/whoami", cookies={COOKIE: secret}, timeout=60)
    assert stolen.status_code == 401


def test_wrong_password_and_unknown_user_are_told_alike(house: House) -> None:
    house.add("bert")
    answers = [house.browser().sign_in(user, "wrong password") for user in ("bert", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("the user or the password is wrong" in answer.text for answer in answers)


class TestSecondFactor:
    """An authenticator, recovery codes, and what a password alone opens then."""

    def test_is_asked_for_and_a_code_counts_once(self, house: House) -> None:
        house.add("cleo")
        browser = house.browser()
        browser.sign_in("cleo")
        totp, _ = browser.add_authenticator()
        other = house.browser()

        shown = other.sign_in("cleo")
        assert shown.url.path == "/sign-in/second"
        assert other.get("/account").url.path == "/sign-in"
        assert other.client.get("/api/whoami").status_code == 401
        planted = other.client.cookies[COOKIE]
        used = other.post("/sign-in/second", code=totp.at(house.gate.now), next="/account")
        assert used.status_code == 401, "the code that added the authenticator counts again"
        house.gate.later(seconds=30)
        shown = other.post("/sign-in/second", code=totp.at(house.gate.now), next="/account")

        assert shown.url.path == "/account"
        assert other.client.cookies[COOKIE] != planted
        again = house.browser()
        again.sign_in("cleo")
        replayed = again.post("/sign-in/second", code=totp.at(house.gate.now))
        assert replayed.status_code == 401

    def test_recovery_code_lets_in_once(self, house: House) -> None:
        house.add("dora")
        browser = house.browser()
        browser.sign_in("dora")
        _, codes = browser.add_authenticator()
        assert len(set(codes)) == 10
        for expected in (200, 401):
            other = house.browser()
            other.sign_in("dora")
            shown = other.post("/sign-in/second", code=codes[0].upper(), next="/account")
            assert shown.status_code == expected
        assert "9 recovery codes left" in browser.get("/account").text
        assert len(house.events("recovery-code-used", "dora")) == 1

    def test_password_alone_opens_nothing_by_basic_either(self, house: House) -> None:
        house.add("emil")
        browser = house.browser()
        asked = ("GET", f"{house.gate.url}/api/whoami")
        assert httpx.request(*asked, auth=("emil", PASSWORD), timeout=60).status_code == 200
        browser.sign_in("emil")
        browser.add_authenticator()
        house.gate.later(seconds=3)
        refused = httpx.request(*asked, auth=("emil", PASSWORD), timeout=60)
        assert refused.status_code == 401
        assert "second factor" in refused.json()["error"]

    def test_changes_ask_for_the_password_and_end_other_sessions(self, house: House) -> None:
        house.add("fritz")
        browser, other = house.browser(), house.browser()
        browser.sign_in("fritz")
        other.sign_in("fritz")
        csrf = browser.csrf()
        refused = browser.post("/account/proof", csrf=csrf, password="wrong", what="totp")
        assert refused.status_code == 400
        browser.add_authenticator()
        assert other.get("/account").url.path == "/sign-in"
        assert browser.get("/account").url.path == "/account"


class TestSessions:
    """When they end, and who may end them."""

    def test_idle_and_absolute_ends(self, house: House) -> None:
        house.add("gina")
        browser = house.browser()
        browser.sign_in("gina")
        for _ in range(6):
            house.gate.later(minutes=110)
            assert browser.get("/account").url.path == "/account"
        house.gate.later(minutes=110)
        assert browser.get("/account").url.path == "/sign-in", "longer than twelve hours"
        browser.sign_in("gina")
        house.gate.later(minutes=121)
        assert browser.get("/account").url.path == "/sign-in", "idle for two hours"

    def test_listed_and_ended_by_their_owner_only(self, house: House) -> None:
        house.add("hans")
        house.add("ines")
        one, two, ines = house.browser(), house.browser(), house.browser()
        for browser, user in ((one, "hans"), (two, "hans"), (ines, "ines")):
            browser.sign_in(user)
        (path,) = re.findall(
            r'action="(/account/sessions/[0-9a-f]{12}/end)"', one.get("/account").text
        )
        ines.post(path, csrf=ines.csrf())
        assert two.get("/account").url.path == "/account"
        one.post(path, csrf=one.csrf())
        assert two.get("/account").url.path == "/sign-in"

    def test_password_change_and_disabling_end_all(self, house: House) -> None:
        house.add("jens")
        browser = house.browser()
        browser.sign_in("jens")
        shown = browser.post(
            "/account/password", csrf=browser.csrf(), password=PASSWORD, new="another long one"
        )
        assert shown.url.path == "/sign-in"
        assert browser.sign_in("jens").status_code == 401
        assert browser.sign_in("jens", "another long one").url.path == "/account"
        with assembly.existing_records(house.gate.data) as records:
            stamp = Stamp("operator", house.gate.now)
            records.people.set_disabled(AccountName("jens"), stamp, disabled=True)
        house.gate.later(seconds=3)
        assert browser.get("/account").url.path == "/sign-in"
        assert browser.sign_in("jens", "another long one").status_code == 401


class TestForms:
    """What pages of other sites may not do (CSRF), and where nobody is sent."""

    def test_session_changes_nothing_without_its_token(self, house: House) -> None:
        house.add("kurt", Role.ADMIN)
        browser = house.browser()
        browser.sign_in("kurt")
        body = {"name": "mallory"}
        for headers in ({}, {"x-airlock-csrf": "0" * 64}, {"sec-fetch-site": "cross-site"}):
            answer = browser.client.post("/api/users", json=body, headers=headers)
            assert answer.status_code == 403, headers
        foreign = {"origin": "https://evil.example", "x-airlock-csrf": browser.csrf()}
        assert browser.client.post("/api/users", json=body, headers=foreign).status_code == 403
        own = {"x-airlock-csrf": browser.csrf()}
        assert browser.client.post("/api/users", json=body, headers=own).status_code == 201
        assert browser.post("/account/tokens/0/revoke", csrf="").status_code == 403

    def test_sign_in_from_a_foreign_page_is_refused(self, house: House) -> None:
        form = {"user": "kurt", "password": PASSWORD}
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            answer = httpx.post(f"{house.gate.url}/sign-in", data=form, headers=headers, timeout=60)
            assert answer.status_code == 403

    @pytest.mark.parametrize(
        "goal", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"]
    )
    def test_nobody_is_sent_to_another_site(self, house: House, goal: str) -> None:
        browser = house.browser()
        if not house.events("user-added", "lena"):
            house.add("lena")
        shown = browser.sign_in("lena", goal=goal)
        assert (shown.url.host, shown.url.path) == ("127.0.0.1", "/")


def test_guessing_locks_for_a_time_and_is_in_the_log(house: House) -> None:
    house.add("mira")
    for number in range(11):
        answer = house.browser().sign_in("mira", f"guess number {number}")
        assert answer.status_code == (401 if number < 10 else 429)
    assert house.browser().sign_in("mira").status_code == 429
    locked = httpx.get(f"{house.gate.url}/api/whoami", auth=("mira", PASSWORD), timeout=60)
    assert locked.status_code == 429, "the other door knows it, too"
    (told,) = house.events("sign-in-locked", "mira")
    assert told["what"] == "account"
    house.gate.later(minutes=16)
    assert house.browser().sign_in("mira").url.path == "/account"


class TestIssuer:
    """Single sign-on by an issuer of our own."""

    def test_unknown_becomes_an_account_without_roles(self, house: House, issuer: Issuer) -> None:
        browser = house.browser()
        shown = self.through(browser, issuer, sub="u-1", preferred_username="Nora", name="Nora N.")
        assert shown.url.path == "/account"
        assert "Nora N." in shown.text
        assert "Nothing beside what is open to everybody" in shown.text
        assert house.events("signed-in", "nora")[0]["proof"] == "issuer"
        again = self.through(house.browser(), issuer, sub="u-1", preferred_username="renamed")
        assert "Nora N." in again.text

    def test_name_of_somebody_here_is_not_enough(self, house: House, issuer: Issuer) -> None:
        house.add("otto", Role.ADMIN)
        shown = self.through(house.browser(), issuer, sub="u-2", preferred_username="otto")
        assert shown.status_code == 403
        assert "otto is somebody here already" in shown.text
        with assembly.existing_records(house.gate.data) as records:
            stamp = Stamp("operator", house.gate.now)
            records.sessions.set_identity(issuer.url, "u-2", AccountName("otto"), stamp)
        assert self.through(house.browser(), issuer, sub="u-2").url.path == "/account"

    def test_code_of_another_browser_is_worth_nothing(self, house: House, issuer: Issuer) -> None:
        back = self.begun(house.browser(), issuer, sub="u-3", preferred_username="paul")
        victim = house.browser()
        assert victim.get(back).status_code == 403
        assert COOKIE not in victim.client.cookies

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "another"},
            {"aud": "another"},
            {"aud": ["gate", "another"], "azp": "another"},
            {"iss": "https://evil.example"},
            {"sub": None},
        ],
    )
    def test_token_that_is_not_for_this_sign_in(
        self, house: House, issuer: Issuer, claims: dict[str, object]
    ) -> None:
        browser = house.browser()
        shown = self.through(browser, issuer, **({"sub": "u-4"} | claims))
        assert shown.status_code == 403
        assert COOKIE not in browser.client.cookies

    def test_code_is_worth_something_once(self, house: House, issuer: Issuer) -> None:
        browser = house.browser()
        back = self.begun(browser, issuer, sub="u-5", preferred_username="quinn")
        assert browser.get(back).url.path == "/account"
        assert browser.get(back).status_code == 403

    def begun(self, browser: Browser, issuer: Issuer, **claims: object) -> str:
        went = browser.client.get("/sign-in/issuer?next=/account", follow_redirects=False)
        assert went.status_code == 303
        assert went.headers["location"].startswith(f"{issuer.url}/authorize?")
        # The issuer goes by the real time, the gate by ours.
        now = browser.house.gate.now
        times: dict[str, object] = {"iat": now, "nbf": now, "exp": now + dt.timedelta(minutes=5)}
        whole = {name: _seconds(value) for name, value in (times | claims).items()}
        return issuer.authorized(went.headers["location"], **whole)

    def through(self, browser: Browser, issuer: Issuer, **claims: object) -> httpx.Response:
        return browser.get(self.begun(browser, issuer, **claims))


def _seconds(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, dt.datetime) else value


def test_required_second_factor_leaves_only_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRLOCK_DB", str(NO_DATABASE))
    assert not GateSettings(data_folder=tmp_path).second_required
    with ClockedGate(tmp_path, "http://127.0.0.1:9/simple/", second_required=True) as gate:
        house = House(gate)
        house.add("rosa", Role.ADMIN)
        browser = house.browser()
        browser.sign_in("rosa")
        own = {"x-airlock-csrf": browser.csrf()}
        body = {"description": "d", "actions": ["admin"], "scopes": ["*"], "account": "rosa"}
        assert browser.client.get("/api/users").status_code == 403
        assert browser.client.post("/api/tokens", json=body, headers=own).status_code == 403
        by_page = browser.post(
            "/account/tokens", csrf=own["x-airlock-csrf"], description="d", days="1", scopes="*"
        )
        assert by_page.status_code == 400
        browser.add_authenticator()
        assert browser.client.get("/api/users").status_code == 200
