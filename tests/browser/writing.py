"""What people and clients of a gate write: every field of theirs with an attempt in it.

By the doors that they use, where one is quick; what only other parts of Airlock write, such as the
errors of an upstream, is put into the store.
"""

import datetime as dt
import re
from typing import Self

import httpx
import msgspec
import pyotp

from airlock import accounts, assembly
from airlock.model import (
    Decision,
    Finding,
    Outcome,
    PolicyVersion,
    Reason,
    Severity,
    Sha256,
    Status,
)
from airlock.model.access import EVERYTHING, Action, Role
from airlock.model.finding import Confidence
from airlock.model.log import Event
from airlock.model.mail import Mail, MailAddress, MailState, Notice, code_digest
from airlock.model.people import AccountName, Grant, Stamp
from airlock.model.policies import Draft, DryRun, Proposal, RunState, Source
from airlock.model.vouchers import Voucher, VoucherKind
from airlock.model.watching import MOST_ATTEMPTS, SourceState, Work, Worker
from airlock.model.wire import encode
from airlock.rejudging import Example, Group, Rejudged
from airlock.store import Records
from airlock.store.works import Terms
from tests.browser.attempts import LINE, PRINTABLE
from tests.browser.offering import LOOKALIKE, SPRINKLED
from tests.simulators.clocked_gate import ClockedGate

PASSWORD = "correct horse battery"
HOSTILE_VERDICT = "xss_everywhere-1.1-py3-none-any.whl"
"""Whose newest verdict has an attempt in every field."""
UNDER_REVIEW = "tidewater_utils-0.9.1.tar.gz"
UNDER_WAY, ENDED = "0" * 12, "1" * 12
"""Dry runs of a policy."""
PROPOSED = "2" * 12
"""A policy that waits for a second person."""
ROLES = {"ada": Role.REVIEWER, "bob": Role.REVIEWER, "root": Role.ADMIN}
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_SECRET = re.compile(r'<pre id="secret"[^>]*>([A-Z2-7]+)</pre>')


class Desk:
    """Somebody who is signed in, by a browser that calls itself what an attempt is called."""

    def __init__(self, gate: ClockedGate, user: str) -> None:
        self.client = httpx.Client(
            base_url=gate.url,
            follow_redirects=True,
            timeout=60,
            headers={"user-agent": PRINTABLE.encode("ascii", "ignore").decode()},
        )
        self.post("/sign-in", user=user, password=PASSWORD)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})

    def form(self, path: str, **fields: str) -> httpx.Response:
        """Fill in a form, whatever comes of it."""
        found = _CSRF.search(self.client.get("/account", headers={"accept": "text/html"}).text)
        assert found, path
        return self.post(path, csrf=found[1], **fields)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Fill in a form."""
        answer = self.form(path, **fields)
        assert answer.status_code == 200, (path, answer.text[-2000:])
        return answer

    @property
    def session(self) -> str:
        """The cookie of the session."""
        return self.client.cookies["airlock-session"]


def write_all(gate: ClockedGate, upstream: str, digests: dict[str, str]) -> tuple[str, str]:
    """Fill what people fill, and what comes of clients, upstreams and workers.

    Returns:
        The cookie of ``root``, who may do everything, signed in with a second factor, and of
        ``root`` once more, who has yet to show it.
    """
    sprinkled = Sha256(digests[HOSTILE_VERDICT])
    with assembly.existing_records(gate.data) as records:
        _people(records, gate.now)
        _verdict(records, sprinkled, gate.now)
        _works(records, upstream, sprinkled, gate.now)
        _mail(records, gate.now)
        _policies(records, sprinkled, gate.now)
        details = {"decision": "refuse", "project": SPRINKLED, "version": LINE, "filename": LINE}
        for kind, more in (("alert-critical", details | {"headline": LINE}), (LINE, {LINE: LINE})):
            subject = sprinkled if more is not details else LINE
            records.log.record(
                Event(kind=kind, subject=subject, by=LINE, at=gate.now, details=more)
            )
    with Desk(gate, "root") as root:
        root.send("/admin/names", what="claim", name="acme-*", owner="here", reason=PRINTABLE)
        with Desk(gate, "ada") as ada:
            _review(ada, sprinkled)
            _review(ada, Sha256(digests[UNDER_REVIEW]))
            ada.send(f"/review/names/{LOOKALIKE}/ask", to="bob", reason=PRINTABLE)
        _second_factor(root, gate.now)
        with Desk(gate, "root") as half:
            return root.session, half.session


def _people(records: Records, now: dt.datetime) -> None:
    people, stamp = records.people, Stamp("operator", now)
    for name, role in ROLES.items():
        accounts.add_user(people, name, stamp, title=PRINTABLE[:80], password=PASSWORD)
        grant = Grant(account=AccountName(name), role=role, scope=EVERYTHING)
        accounts.set_role(people, grant, stamp, granted=True)
        accounts.create_token(
            people, AccountName(name), stamp,
            description=PRINTABLE[:200], actions=[Action.READ], scopes=[EVERYTHING], days=9,
        )  # fmt: skip
    accounts.set_role(
        people, Grant(account=AccountName("root"), role=Role.REVIEWER, scope=EVERYTHING), stamp,
        granted=True,
    )  # fmt: skip
    accounts.add_team(people, "harbour-masters", stamp, title=PRINTABLE[:80])
    people.set_member(AccountName("harbour-masters"), AccountName("ada"), stamp, member=True)


def _policies(records: Records, sha256: Sha256, now: dt.datetime) -> None:
    """Put two policies in force, one after the other, and try others."""
    text = (
        f'[policy]\nname = "harbour"\n[policy.review]\ntwo-persons = ["project"]\n# {PRINTABLE}\n'
        '[[policy.suppress]]\ncheck = "code-decode-exec"\npath = "*/<img src=x onerror=alert(1)>"\n'
        'reason = "<script>window.pwned=1</script>"\nexpires = 2027-01-01\n'
    )
    version = PolicyVersion(LINE, "0" * 16)
    for number in range(2):
        records.policies.save(
            Draft(text=f"{text}# {number}\n", policy=version, source=Source.PEOPLE, by=LINE,
                  reason=PRINTABLE[:400], at=now),
            after=number,
        )  # fmt: skip
    weaker = Draft(text=f'[policy]\nname = "harbour"\n# {PRINTABLE}\n', policy=version,
                   source=Source.PEOPLE, by="user bob", reason=PRINTABLE[:400], at=now)  # fmt: skip
    records.policies.propose(Proposal(id=PROPOSED, base=2, draft=weaker))
    found = Rejudged(judged=2, older=1)
    example = Example(sha256, LINE, LINE)
    for move in ("hold>admit", "admit>refuse"):
        found.moves[move] = Group(number=1, examples=[example])
    found.blind[LINE] = Group(number=1, examples=[example])
    for run, state in ((UNDER_WAY, RunState.RUNNING), (ENDED, RunState.DONE)):
        records.policies.begin_run(
            DryRun(id=run, text=LINE, policy=version, days=30, by=LINE, started_at=now, state=state,
                   looked_at=3, total=9, beat_at=now, problem=LINE, result=encode(found))
        )  # fmt: skip


def _verdict(records: Records, sha256: Sha256, now: dt.datetime) -> None:
    """Record a verdict that has an attempt in every field, as if checks wrote what they read."""
    known = records.store.latest_verdict(sha256)
    assert known is not None
    findings = tuple(
        Finding(
            check="code-decode-exec", severity=severity, confidence=Confidence.HIGH,
            message=LINE, path=path, line=3, evidence=LINE,
            suppressed=LINE if severity is Severity.LOW else "",
        )
        for severity in (Severity.CRITICAL, Severity.LOW)
        for path in (LINE, f"x/{LINE}!/layer1!/{LINE}", "")
    )  # fmt: skip
    names = Finding(
        check="name-look-alike", severity=Severity.HIGH, confidence=Confidence.HIGH,
        message=LINE, evidence=LINE,
    )  # fmt: skip
    vouched = Voucher(
        kind=VoucherKind.PUBLISH, issuer=LINE, repository=LINE, workflow=LINE, environment=LINE,
        ref=LINE, commit=LINE,
    )  # fmt: skip
    signed = Voucher(kind=VoucherKind.OPENPGP, key=LINE)
    said = tuple(
        Finding(
            check="provenance-attestations", severity=Severity.INFO, confidence=Confidence.HIGH,
            message=LINE, evidence=one.evidence,
        )
        for one in (vouched, signed)
    )  # fmt: skip
    outcomes = (
        Outcome(check="code-decode-exec", version=1, status=Status.SAW, findings=findings),
        Outcome(check="name-look-alike", version=1, status=Status.SAW, findings=(names,)),
        Outcome(check="provenance-attestations", version=1, status=Status.SAW, findings=said),
        Outcome(check="code-network", version=1, status=Status.FAILED, reason=LINE),
        Outcome(check="code-native", version=1, status=Status.SKIPPED, reason=LINE),
    )
    reasons = tuple(Reason(decision, LINE, LINE, "code-decode-exec") for decision in Decision)
    made = msgspec.structs.replace(
        known, decision=Decision.HOLD, score=0.9, reasons=reasons[::-1], outcomes=outcomes,
        policy=PolicyVersion(LINE, LINE), decided_at=now + dt.timedelta(seconds=1),
    )  # fmt: skip
    records.store.append_verdict(made)


def _works(records: Records, upstream: str, sha256: Sha256, now: dt.datetime) -> None:
    """Leave an upstream that fails, a worker, and letters that were given up or wait."""
    state = SourceState(url=upstream, kind="changelog", since=now, polled_at=now, error=LINE)
    records.following.begin(state)
    records.following.note(state, (), everything=False)
    known = records.store.artifact(sha256)
    assert known is not None
    release = known.artifact.release
    assert release.listed is not None
    number = records.works.register_checks("a" * 64, {})
    files = [
        msgspec.structs.replace(release.listed, sha256=Sha256(f"{at:064x}")) for at in range(2)
    ]
    added = [Work(release=msgspec.structs.replace(release, listed=file)) for file in files]
    records.works.add(added, number, now)
    terms = Terms(LINE, number, {one.stage for one in added}, now + dt.timedelta(hours=1),
                  dt.timedelta(0))  # fmt: skip
    later = now + dt.timedelta(hours=2)
    records.works.put_back(records.works.claim(terms, 1, now)[0], LINE, later)
    for _ in range(MOST_ATTEMPTS):
        records.works.put_back(records.works.claim(terms, 1, now)[0], LINE, now)
    records.works.beat(Worker(id=LINE, checks=number, started_at=now, beat_at=now))


def _mail(records: Records, now: dt.datetime) -> None:
    """Leave an address that is to be confirmed, and a mail that was given up."""
    root = AccountName("root")
    mail = Mail(
        key=PRINTABLE[:120], account=root, address=MailAddress("root@mail.example"),
        kind=Notice.ADDRESS, subject=LINE, body=LINE, made_at=now, next_at=now, attempts=8,
        state=MailState.DEAD, error=LINE,
    )  # fmt: skip
    digest = code_digest("4711")
    records.mails.set_address(root, mail.address, digest, mail, Stamp("user root", now))


def _review(ada: Desk, sha256: Sha256) -> None:
    """Ask, propose and undo, each with an attempt for a reason."""
    path = f"/review/{sha256}"
    ada.send(f"{path}/ask", to="bob", reason=PRINTABLE)
    wish = {"decision": "approve", "days": "7", "reason": PRINTABLE}
    done = ada.send(f"{path}/decide", scope="file", **wish)
    step = re.findall(r"/review/steps/([0-9a-f]{12})/undo", done.text)[0]
    ada.send(f"/review/steps/{step}/undo", reason=PRINTABLE)
    ada.send(f"{path}/decide", scope="project", **wish)
    ada.send(f"{path}/decide", scope="file", **(wish | {"decision": "refuse"}))


def _second_factor(desk: Desk, now: dt.datetime) -> None:
    title = PRINTABLE[:80]
    asked = desk.send("/account/proof", password=PASSWORD, what="totp", title=title)
    found = _SECRET.search(asked.text)
    assert found
    # By the clock of the gate, which stands still while all of this is written.
    code = pyotp.TOTP(found[1]).at(now)
    desk.send("/account/factors/totp", secret=found[1], title=title, code=code)
