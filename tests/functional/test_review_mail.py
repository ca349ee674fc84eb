"""Mail about the review to a real server: who is told what, once, and what becomes of the rest."""

import datetime as dt
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock import accounts, assembly
from airlock.errors import InvalidName, UsageError
from airlock.gate.mail.notices import Notices
from airlock.gate.mail.post import Post
from airlock.gate.mail.sending import Sending
from airlock.gate.settings import MailSettings
from airlock.model import Decision, ProjectName, Reason, Sha256
from airlock.model.access import EVERYTHING, Action, Role, Scope
from airlock.model.mail import (
    CHOICES,
    MOST_ATTEMPTS,
    Mail,
    MailAddress,
    MailState,
    Notice,
    code_digest,
)  # fmt: skip
from airlock.model.people import AccountName, Grant, Stamp
from airlock.model.review import Held, Step, StepKind
from airlock.model.waiver import Waiver
from airlock.report import mails as text
from airlock.store import Records, open_records
from airlock.store.reviews import Change
from tests.browser.writing import PASSWORD, Desk
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.smtp import Smtp
from tests.unit.examples import NOW, artifact, verdict

LINK = "https://gate.example"
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


class Office:
    """A gate's mail, its people, and the time."""

    def __init__(self, records: Records, server: Smtp) -> None:
        self.records = records
        self.server = server
        self.now = NOW
        notices = Notices(records, LINK, HOUR, lambda: self.now)
        post = Post(server.url, "", "airlock@gate.example")
        self.sending = Sending(notices, records.mails, post, lambda: self.now)
        self.sending.step()

    def add(self, name: str, scope: str = "*", *, confirmed: bool = True) -> None:
        account, stamp = AccountName(name), Stamp("operator", self.now)
        accounts.add_user(self.records.people, name, stamp)
        grant = Grant(account=account, role=Role.REVIEWER, scope=Scope(scope))
        accounts.set_role(self.records.people, grant, stamp, granted=True)
        mail = Mail(
            key=f"address {name}",
            account=account,
            address=MailAddress(f"{name}@mail.example"),
            kind=Notice.ADDRESS,
            subject="code",
            body=text.code(MailAddress(f"{name}@mail.example"), "the-code").body(LINK),
            made_at=self.now,
            next_at=self.now,
        )
        self.records.mails.set_address(account, mail.address, code_digest("the-code"), mail, stamp)
        if confirmed:
            assert not self.records.mails.confirm(account, code_digest("guess"), stamp)
            assert self.records.mails.confirm(account, code_digest("the-code"), stamp)
        self.sending.step()
        self.server.taken.clear()

    def hold(self, name: str, message: str = "looks odd") -> Sha256:
        sha256 = Sha256.of(name.encode())
        made = verdict(Decision.HOLD, reasons=[Reason(Decision.HOLD, "finding", message, "code-x")])
        held = artifact(f"{name.replace('-', '_')}-1.0.tar.gz", sha256=sha256)
        release = msgspec.structs.replace(held.release, project=ProjectName(name))
        self.records.store.append_verdict(
            msgspec.structs.replace(
                made, artifact=msgspec.structs.replace(held, release=release), decided_at=self.now
            )
        )
        return sha256

    def take(self, sha256: Sha256, kind: StepKind, by: str = "ada", to: str = "") -> Step:
        done = self.records.reviews.review(sha256).steps
        step = Step(
            id=f"{len(done):06x}{sha256[:6]}",
            sha256=sha256,
            kind=kind,
            by=f"user {by}",
            at=self.now,
            reason="is it ours?\x07",
            to=to,
            expires_at=self.now + DAY if kind.decides else None,
        )
        change = Change(step, to, step.id if kind.decides else "")
        self.records.reviews.take(change, after=len(done))
        return step

    def later(self, by: dt.timedelta) -> list[tuple[str, str]]:
        """Let time pass, and return to whom mail came about what."""
        self.now += by
        self.server.taken.clear()
        self.sending.step()
        return sorted((one["To"], one["Subject"]) for one in self.server.taken)


@pytest.fixture(scope="module")
def _server() -> Iterator[Smtp]:
    with Smtp() as started:
        yield started


@pytest.fixture
def server(_server: Smtp) -> Smtp:
    _server.taken.clear()
    _server.refusing = False
    return _server


@pytest.fixture
def office(server: Smtp, tmp_path: Path) -> Iterator[Office]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        opened.store.append_verdict(verdict())
        yield Office(opened, server)


def test_what_was_held_is_one_mail_of_what_one_may_review(office: Office) -> None:
    office.add("ada")
    office.add("kim", "acme-*")
    office.add("tom", confirmed=False)
    office.now += dt.timedelta(minutes=1)
    evil = "click https://evil.example/x\r\nBcc: eve@mail.example\x1b[2J\u202e"
    for name in ("harbour", "acme-tools"):
        office.hold(name, evil)
    assert office.later(HOUR / 2) == []
    told = office.later(HOUR)
    assert [one for one, _ in told] == ["ada@mail.example", "kim@mail.example"]
    first, second = office.server.taken
    ada, kim = sorted((first, second), key=lambda one: str(one["To"]))
    assert "and 1 more" in ada["Subject"]
    assert kim["Subject"] == "[airlock] held: acme_tools-1.0.tar.gz"
    assert ada["Bcc"] is None
    assert ada.get_content_type() == "text/plain"
    body = kim.get_content()
    assert f"{LINK}/review/{Sha256.of(b'acme-tools')}" in body
    assert "harbour" not in body
    assert not re.search("[\x1b\u202e]|https://evil", body)
    assert office.later(2 * HOUR) == []


def test_colleague_who_is_asked_is_told_unless_it_is_answered(office: Office) -> None:
    office.add("ada")
    office.add("bob")
    first, other = office.hold("harbour"), office.hold("anchor")
    office.take(first, StepKind.ASK, to="bob")
    assert office.later(dt.timedelta()) == [
        ("bob@mail.example", "[airlock] user ada asks you: harbour-1.0.tar.gz")
    ]
    body = office.server.taken[0].get_content()
    assert "is it ours?\\x07" in body
    assert f"{LINK}/review/{first}" in body
    office.take(other, StepKind.ASK, to="bob")
    office.take(other, StepKind.REFUSE, by="bob")
    assert [one for one in office.later(dt.timedelta()) if "asks" in one[1]] == []


def test_second_person_is_everybody_else_who_may(office: Office) -> None:
    for name, scope in (("ada", "*"), ("bob", "*"), ("kim", "acme-*")):
        office.add(name, scope)
    office.take(office.hold("harbour"), StepKind.APPROVE)
    assert office.later(dt.timedelta()) == [
        ("bob@mail.example", "[airlock] a second person is needed: harbour-1.0.tar.gz")
    ]


def test_who_decided_is_told_before_it_ends_and_after(office: Office) -> None:
    office.add("ada")
    office.add("bob")
    for number, by in enumerate(("user ada", "user ada and user bob", "Ada at the machine")):
        office.records.store.add_waiver(
            Waiver(
                id=f"w{number}",
                decision=Decision.ADMIT,
                reason="ours",
                by=by,
                created_at=NOW,
                expires_at=NOW + 10 * DAY,
                project=ProjectName(f"harbour-{number}"),
            )
        )
    assert office.later(6 * DAY) == []
    soon = office.later(DAY + HOUR)
    assert [one for one, _ in soon] == ["ada@mail.example", "bob@mail.example"]
    assert soon[1][1] == "[airlock] a decision of yours ends soon: harbour-1"
    office.records.store.revoke_waiver("w0", by="user bob", reason="no", at=office.now)
    over = office.later(3 * DAY)
    assert {subject for _, subject in over} == {
        "[airlock] a decision of yours has ended: harbour-1"
    }
    assert office.later(3 * DAY) == []


def test_only_what_is_chosen_and_nothing_after_that(office: Office) -> None:
    office.add("bob")
    bob = AccountName("bob")
    office.records.mails.set_kinds(bob, frozenset(CHOICES) - {Notice.ASKED})
    digest = office.hold("harbour")
    office.take(digest, StepKind.ASK, to="bob")
    assert office.later(dt.timedelta()) == []
    office.records.mails.forget(bob, Stamp("user bob", office.now))
    assert office.later(2 * HOUR) == []
    kinds = [one.event.kind for one in office.records.log.latest(4)]
    assert "mail-address-removed" in kinds


def test_what_is_not_taken_is_tried_again_then_dead_then_sent_again(office: Office) -> None:
    office.add("bob")
    office.server.refusing = True
    office.take(office.hold("harbour"), StepKind.ASK, to="bob")
    for _ in range(3 * MOST_ATTEMPTS):
        assert office.later(7 * HOUR) == []
    dead = office.records.mails.of_state(MailState.DEAD, 10)
    assert [(one.account, one.attempts) for one in dead if one.kind is Notice.ASKED] == [
        ("bob", MOST_ATTEMPTS)
    ]
    assert "451" in dead[0].error
    office.later(dt.timedelta(days=60))
    assert len(office.records.mails.of_state(MailState.DEAD, 10)) == len(dead)
    office.server.refusing = False
    office.records.mails.revive("", office.now)
    assert any("asks you" in subject for _, subject in office.later(dt.timedelta()))
    assert office.records.mails.of_state(MailState.DEAD, 10) == ()
    assert office.later(dt.timedelta()) == []


def test_what_was_given_up_is_deleted_after_ninety_days(office: Office) -> None:
    office.add("bob")
    office.server.refusing = True
    office.take(office.hold("harbour"), StepKind.ASK, to="bob")
    while not office.records.mails.of_state(MailState.DEAD, 10):
        office.later(7 * HOUR)
    mails, at = office.records.mails, office.now
    for days, left in ((89, 1), (91, 0)):
        mails.lease(at + dt.timedelta(days=days), at + dt.timedelta(days=days, minutes=5))
        dead = [one for one in mails.of_state(MailState.DEAD, 10) if one.kind is Notice.ASKED]
        assert len(dead) == left, days


def test_nothing_goes_to_an_account_that_is_out_of_use(office: Office) -> None:
    office.add("bob")
    bob, stamp = AccountName("bob"), Stamp("operator", office.now)
    office.server.refusing = True
    office.take(office.hold("harbour"), StepKind.ASK, to="bob")
    assert office.later(dt.timedelta()) == []
    office.records.people.set_disabled(bob, stamp, disabled=True)
    office.server.refusing = False
    assert office.later(7 * HOUR) == []
    office.records.people.set_disabled(bob, stamp, disabled=False)
    assert [one for one in office.later(7 * HOUR) if "asks you" in one[1]] == []


def test_who_may_not_review_any_more_hears_of_no_decision(office: Office) -> None:
    office.add("ada")
    office.records.store.add_waiver(
        Waiver(
            id="w0",
            decision=Decision.ADMIT,
            reason="ours",
            by="user ada",
            created_at=NOW,
            expires_at=NOW + 10 * DAY,
            sha256=office.hold("harbour"),
        )
    )
    grant = Grant(account=AccountName("ada"), role=Role.REVIEWER, scope=Scope("*"))
    other = Grant(account=AccountName("ada"), role=Role.REVIEWER, scope=Scope("acme-*"))
    for one, granted in ((grant, False), (other, True)):
        office.records.people.set_grant(one, Stamp("operator", office.now), granted=granted)
    assert office.later(8 * DAY) == office.later(3 * DAY) == []


def test_mail_that_cannot_be_made_is_an_attempt_that_failed(office: Office) -> None:
    office.add("bob")
    office.take(office.hold("harbour"), StepKind.ASK, to="bob")
    notices = Notices(office.records, LINK, HOUR, lambda: office.now)
    post = Post(office.server.url, "", "airlock@gate.example\n")
    assert Sending(notices, office.records.mails, post, lambda: office.now).step() == 0
    (waiting,) = office.records.mails.of_state(MailState.WAITING, 10)
    assert (waiting.attempts, waiting.error.partition(":")[0]) == (1, "ValueError")


@pytest.mark.parametrize("server", ["smtp://host:99999", "smtp://[::1", "http://host", "smtp://"])
def test_what_is_no_mail_server_is_said_at_the_start(server: str) -> None:
    with pytest.raises(UsageError, match="a mail server is"):
        Post(server, "", "gate@mail.example")


def test_address_is_given_confirmed_and_told_by_the_pages(server: Smtp, tmp_path: Path) -> None:
    """By the doors of a running gate, whose mail goes out beside the requests."""
    mail = MailSettings(server=server.url, sender="gate@mail.example", link=f"{LINK}/")
    with ClockedGate(tmp_path, "http://index.example/simple/", mail=mail) as gate:
        with assembly.existing_records(gate.data) as records:
            stamp = Stamp("operator", gate.now)
            accounts.add_user(records.people, "ada", stamp, password=PASSWORD)
        with Desk(gate, "ada") as ada:
            refused = ada.form("/account/mail", address="ada@mail.example\r\nBcc: eve@x.example")
            assert refused.status_code == 400
            assert ada.form("/account/mail", address="ada@mail.example").status_code == 200
            again = ada.form("/account/mail", address="eve@mail.example")
            assert "wait five minutes" in again.text
            message = _waited(server)
            assert message["To"] == "ada@mail.example"
            code = re.findall(rf"{LINK}/account/mail\?code=(\S+)", message.get_content())[0]
            assert ada.form("/account/mail/confirm", code="guess").status_code == 400
            assert "The address is yours" in ada.form("/account/mail/confirm", code=code).text
            chosen = ada.form("/account/mail/kinds", **{"mail-asked": "yes"}).text
            assert re.findall(r'name="mail-(\w+)" value="yes" checked', chosen) == ["asked"]
            _over_json(gate, ada)
            ada.send("/account/mail/forget")
            again = ada.form("/account/mail", address="eve@mail.example")
            assert "wait five minutes" in again.text
            assert ada.client.get("/admin/mail").status_code == 403
            assert ada.client.get("/api/mail").status_code == 403


def _over_json(gate: ClockedGate, ada: Desk) -> None:
    """The same by the API: with the password, and, but for the address, by a token."""
    with assembly.existing_records(gate.data) as records:
        made = accounts.create_token(
            records.people, AccountName("ada"), Stamp("operator", gate.now), description="x",
            actions=[Action.READ], scopes=[EVERYTHING], days=9,
        )  # fmt: skip
    with httpx.Client(base_url=gate.url, timeout=60) as client:
        path, token = "/api/account/mail", {"authorization": f"Bearer {made.text}"}
        told = client.get(path, headers=token).json()
        assert (told["address"], told["kinds"], told["sends"]) == (
            "ada@mail.example",
            ["asked"],
            True,
        )
        assert told["confirmed"]
        other = {"address": "eve@mail.example"}
        assert client.put(path, json=other, headers=token).status_code == 403
        assert client.post(f"{path}/confirm", json={"code": "x"}, headers=token).status_code == 403
        assert client.patch(path, json={"kinds": ["address"]}, headers=token).json()["kinds"] == []
        chosen = client.patch(path, json={"kinds": ["held", "second"]}, headers=token).json()
        assert chosen["kinds"] == ["held", "second"]
        assert client.patch(path, json={"kinds": ["x"]}, headers=token).status_code == 400
        assert client.get(path).status_code == 401
        own = httpx.BasicAuth("ada", PASSWORD)
        late = client.put(path, json=other, auth=own)
        assert late.status_code == 429
        assert 0 < int(late.headers["retry-after"]) <= 300
        assert client.post(f"{path}/confirm", json={"code": "x"}, auth=own).status_code == 400
        assert client.delete(path, headers=token).status_code == 204
        assert client.get(path, headers=token).json()["address"] is None
        assert client.patch(path, json={"kinds": ["held"]}, headers=token).status_code == 400


def _waited(server: Smtp) -> EmailMessage:
    deadline = time.monotonic() + 60
    while not server.taken:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.05)
    return server.taken[0]


@pytest.mark.parametrize(
    "address",
    [
        *("", "ada", "@mail.example", "ada@", "a b@mail.example", "ada@mail.example\n", "ada@-x"),
        "ada@mail.example\r\nBcc: eve@mail.example",
        "Ada <ada@mail.example>",
        "ada@mail.example,eve@mail.example",
        '"ada\r\n"@mail.example',
        "ada@mäil.example",
        "ada@" + "a." * 130 + "example",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidName):
        MailAddress(address)


@given(st.text(), st.text())
def test_no_text_ends_a_header_or_becomes_a_link(title: str, headline: str) -> None:
    one = Held(
        sha256=Sha256.of(b"x"),
        project=ProjectName("x"),
        version="1",
        filename=f"{title}http://evil.example",
        source=None,
        decision=Decision.HOLD,
        score=0.0,
        headline=headline,
        checks=(),
        campaign="",
        since=NOW,
    )
    told = text.held([one], 1, NOW)
    assert told.subject.isascii()
    assert told.subject.isprintable()
    body = told.body(LINK)
    assert body.count("://") == body.count(f"{LINK}/")
    assert all(line.isprintable() for line in body.split("\n"))
