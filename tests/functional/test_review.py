"""The review of what was held, from the command line of another machine to pip; time is ours."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from airlock import accounts, assembly
from airlock.cli import airlock as command
from airlock.errors import AirlockError
from airlock.gate.access.reading import Reading
from airlock.model import PolicyVersion
from airlock.model.access import EVERYTHING, Action, Role, Scope
from airlock.model.log import Event
from airlock.model.people import AccountName, Grant, Stamp
from airlock.model.policies import Draft, Source
from airlock.remote import Server
from tests.browser.writing import PASSWORD, Desk
from tests.functional.conftest import NO_DATABASE, Installer, airlock
from tests.simulators import hostile
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

POLICY = """\
[policy]
name = "reviewed"
agreement = "hold"
[policy.checks.code-exfiltration]
at-most = "hold"
[policy.review]
two-persons = ["project", "refused"]
"""
BAD = {"harbour/__init__.py": hostile.EXFILTRATE}


_LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:")
_REASON = {"reason": "r"}
_NONSENSE: list[tuple[str, str, dict[str, str], int]] = [
    ("GET", "/api/review?sort=best", {}, 400),
    ("GET", "/api/review?decision=admit&limit=-1", {}, 400),
    ("GET", "/api/review/nonsense", {}, 404),
    ("GET", f"/api/review/{'0' * 64}", {}, 404),
    ("POST", "/api/review/steps/nothing/undo", _REASON, 404),
    ("DELETE", "/api/waivers/nothing", _REASON, 404),
]


class Reviewers:
    """A gate, and the command lines of those who review."""

    def __init__(self, gate: ClockedGate, upstream: Upstream) -> None:
        self.gate = gate
        self.upstream = upstream
        self.tokens: dict[str, str] = {}

    def add(self, name: str, scope: str = "*", role: Role = Role.REVIEWER) -> None:
        stamp = Stamp("operator", self.gate.now)
        with assembly.existing_records(self.gate.data) as records:
            accounts.add_user(records.people, name, stamp)
            grant = Grant(account=AccountName(name), role=role, scope=Scope(scope))
            accounts.set_role(records.people, grant, stamp, granted=True)
            made = accounts.create_token(
                records.people,
                AccountName(name),
                stamp,
                description="a test's",
                actions=[Action.READ, Action.REVIEW, Action.ADMIN],
                scopes=[EVERYTHING],
                days=3000,
            )
        self.tokens[name] = made.text

    def cli(self, by: str, *words: str, code: int = 0) -> Any:
        """Run ``airlock`` in this process; return its answer, or its complaint."""
        arguments = ["--server", self.gate.url, *words, "--format", "json"]
        done = CliRunner().invoke(command, arguments, env={"AIRLOCK_TOKEN": self.tokens[by]})
        error = done.exception
        if isinstance(error, AirlockError):
            assert error.exit_code == code, error
            return str(error)
        assert done.exit_code == code, done.output
        # The gate, in a thread of this process, logs to where the command prints.
        printed = (line for line in done.stdout.splitlines() if not _LOGGED.match(line))
        return json.loads("\n".join(printed))

    def api(self, by: str, method: str, path: str, **body: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[by]}"}
        return httpx.request(
            method, f"{self.gate.url}{path}", headers=headers, json=body or None, timeout=60
        )

    def held(self, name: str, version: str = "1.0", module: str = "") -> str:
        """Offer a release that is held, and ask for it; return its digest."""
        tree = {f"{module or name}/__init__.py": hostile.EXFILTRATE}
        filename, data = make_wheel(name, version, tree)
        self.upstream.add(filename, data)
        httpx.get(f"{self.gate.simple}{name}/", timeout=60)
        assert self.file(filename) == 403
        return self.upstream.sha256(filename)

    def file(self, filename: str) -> int:
        digest = self.upstream.sha256(filename)
        return httpx.get(f"{self.gate.url}/files/{digest}/{filename}", timeout=60).status_code

    def entries(self, kind: str) -> list[dict[str, str]]:
        with assembly.existing_records(self.gate.data) as records:
            return [entry.event.details for entry in records.log.latest(20, kind=kind)]


@pytest.fixture
def reviewers(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reviewers]:
    monkeypatch.setenv("AIRLOCK_DB", str(NO_DATABASE))
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    with ClockedGate(tmp_path, upstream.url, policy_file=policy) as gate:
        made = Reviewers(gate, upstream)
        made.add("ada")
        made.add("bob")
        yield made


def test_from_held_to_installed_and_back(reviewers: Reviewers, tmp_path: Path) -> None:
    """Held, approved by the command line, installed by pip; held again once that has ended."""
    pip = Installer("pip", tmp_path)
    digest = reviewers.held("harbour")
    assert pip.install(reviewers.gate.simple, "harbour").returncode != 0

    (waiting,) = reviewers.cli("ada", "review", "list")["items"]
    assert (waiting["sha256"], waiting["checks"]) == (digest, ["code-exfiltration"])
    shown = reviewers.cli("ada", "review", "show", "harbour")
    assert "Secrets of the user are sent away" in shown["findings"][0]["message"]
    step = reviewers.cli("ada", "review", "approve", digest[:12], "--reason", "ours", "--days", "7")
    assert step["by"] == "user ada"

    done = pip.install(reviewers.gate.simple, "harbour")
    assert done.returncode == 0, done.stderr
    assert "harbour-1.0.dist-info" in pip.installed()
    assert reviewers.cli("ada", "review", "list")["items"] == []
    (told,) = reviewers.entries("review-approve")
    assert told["before"].startswith("hold: ")
    assert told["after"] == "admit: waived by user ada: ours"

    reviewers.gate.later(days=7)
    assert pip.install(reviewers.gate.simple, "harbour").returncode != 0
    assert reviewers.cli("ada", "review", "list")["items"][0]["sha256"] == digest


def test_undone_at_once_and_by_anybody_who_reviews(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    step = reviewers.cli("ada", "review", "approve", digest, "--reason", "ours")
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 200
    undone = reviewers.cli("bob", "review", "undo", step["id"], "--reason", "it is not")
    assert undone["after"].startswith("hold: ")
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 403
    again = reviewers.cli("bob", "review", "undo", step["id"], "--reason", "twice", code=2)
    assert "was undone or confirmed already" in again


def test_whole_project_needs_a_second_person(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    words = ("approve", digest, "--reason", "all of it is ours", "--scope", "project")
    proposal = reviewers.cli("ada", "review", *words)
    assert proposal["waiver"] is None
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 403
    assert "somebody else has to confirm" in reviewers.cli(
        "ada", "review", "confirm", proposal["id"], code=2
    )
    assert reviewers.cli("bob", "review", "confirm", proposal["id"])["waiver"]
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 200
    (waiver,) = reviewers.api("bob", "GET", "/api/waivers").json()
    assert waiver["by"] == "user ada and user bob"
    ended = reviewers.api("bob", "DELETE", f"/api/waivers/{waiver['id']}", reason="enough")
    assert ended.status_code == 204
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 403


def test_refusal_is_lifted_by_who_made_it_or_by_two(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    filename = "harbour-1.0-py3-none-any.whl"
    step = reviewers.cli("bob", "review", "refuse", digest, "--reason", "it steals")
    told = reviewers.cli("ada", "review", "undo", step["id"], "--reason", "no", code=2)
    assert "user bob keeps this out" in told
    ended = reviewers.api("ada", "DELETE", f"/api/waivers/{step['waiver']}", reason="no")
    assert ended.status_code == 403
    with _desk(reviewers) as ada:
        page = ada.form(f"/review/waivers/{step['waiver']}/revoke", reason="no")
        assert page.status_code == 400
        assert "somebody else then confirms" in page.text
        assert f"/review/waivers/{step['waiver']}/revoke" not in page.text
        assert f"/review/steps/{step['id']}/undo" not in ada.client.get(f"/review/{digest}").text
    words = ("review", "approve", digest, "--reason", "ours", "--days")
    proposal = reviewers.cli("ada", *words, "1")
    assert proposal["waiver"] is None
    assert _waits_for_a_second(reviewers) == [proposal["id"]], "though it is decided about"
    reviewers.cli("bob", "review", "confirm", proposal["id"])
    assert reviewers.file(filename) == 200
    # What two let in for a day, one does not let in for a year.
    longer = reviewers.cli("ada", *words, "300")
    assert longer["waiver"] is None
    assert _waits_for_a_second(reviewers) == [longer["id"]]
    reviewers.cli("ada", "review", "ask", digest, "bob", "for longer?")
    asked = reviewers.api("bob", "GET", "/api/review?assignee=me&decision=any").json()
    assert asked["total"] == 1
    reviewers.cli("bob", "review", "undo", step["id"], "--reason", "I was wrong")


def _waits_for_a_second(reviewers: Reviewers) -> list[str]:
    found = reviewers.api("bob", "GET", "/api/review?proposed=yes&decision=any").json()
    assert found["total"] == len(found["items"])
    return [one["proposal"] for one in found["items"]]


def test_nothing_is_let_in_while_nobody_knows_how_many_have_to_agree(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    draft = Draft(
        text='[policy]\nname = "later"\n[policy.checks.code-of-tomorrow]\n',
        policy=PolicyVersion("later", "0" * 16),
        source=Source.PEOPLE,
        by="ada",
        reason="a test",
        at=reviewers.gate.now,
    )
    with assembly.existing_records(reviewers.gate.data) as records:
        records.policies.save(draft, after=records.policies.newest_number())
    path = f"/api/review/{digest}"
    assert until(lambda: "cannot be obeyed" in reviewers.api("ada", "GET", path).text)
    wish = {"decision": "waive", "check": "code-exfiltration", "reason": "ours"}
    refused = reviewers.api("ada", "POST", f"{path}/decisions", **wish)
    assert refused.status_code == 400
    assert "nothing is let in now" in refused.json()["error"]


def test_proposal_of_who_may_not_review_any_more_is_worth_nothing(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    words = ("approve", digest, "--reason", "all of it is ours", "--scope", "project")
    proposal = reviewers.cli("ada", "review", *words)
    with assembly.existing_records(reviewers.gate.data) as records:
        grant = Grant(account=AccountName("ada"), role=Role.REVIEWER, scope=EVERYTHING)
        records.people.set_grant(grant, Stamp("operator", reviewers.gate.now), granted=False)
    refused = reviewers.cli("bob", "review", "confirm", proposal["id"], code=2)
    assert "may not review here any more" in refused


def test_waived_check_lets_pass_what_only_it_held_until_then(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    words = ("waive", digest, "--check", "code-exfiltration", "--reason", "our own host")
    step = reviewers.cli("ada", "review", *words, "--days", "2")
    assert step["after"] == "admit: waived by user ada: our own host"
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 200
    assert reviewers.cli("ada", "review", "list")["total"] == 0
    reviewers.gate.later(days=2)
    assert reviewers.file("harbour-1.0-py3-none-any.whl") == 403


def test_colleague_is_asked_who_may_review_it(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    gate, token = reviewers.gate, reviewers.tokens["bob"]
    reviewers.add("eve", role=Role.READER)
    refused = reviewers.cli("ada", "review", "ask", digest, "eve", "is it ours?", code=2)
    assert "no user eve who may review" in refused
    reviewers.cli("ada", "review", "ask", digest, "bob", "is it ours?")
    (mine,) = reviewers.cli("bob", "review", "list", "--assignee", "me")["items"]
    assert mine["assignee"] == "bob"
    reviewers.cli("bob", "review", "refuse", digest, "--reason", "it is not")
    assert reviewers.cli("bob", "review", "list", "--assignee", "me")["items"] == []
    text = airlock("--server", gate.url, "review", "show", digest, AIRLOCK_TOKEN=token)
    assert "user bob: refuse the file" in text.stdout, text.stderr
    assert "The door says: refuse: waived by user bob" in text.stdout


def test_who_may_not_review_may_nothing(reviewers: Reviewers) -> None:
    digest = reviewers.held("harbour")
    reviewers.add("eve", role=Role.OWNER)
    reviewers.add("kim", scope="other-*")
    for by in ("eve", "kim"):
        for method, path in (
            ("GET", f"/api/review/{digest}"),
            ("POST", f"/api/review/{digest}/decisions"),
            ("POST", f"/api/review/{digest}/questions"),
        ):
            assert reviewers.api(by, method, path).status_code == 403, (by, path)
    for path in ("/api/review", "/api/review/groups", "/api/waivers"):
        assert reviewers.api("eve", "GET", path).status_code == 403
    anonymous = httpx.get(f"{reviewers.gate.url}/api/review", timeout=60)
    assert anonymous.status_code == 401


def test_who_reviews_some_projects_sees_nothing_of_others(reviewers: Reviewers) -> None:
    reviewers.add("kim", scope="acme-*")
    reviewers.add("tom", scope="acme-*")
    other, own = reviewers.held("harbour"), reviewers.held("acme-tools", module="acme_tools")
    words = ("approve", other, "--reason", "ours")
    step = reviewers.cli("ada", "review", *words)
    reviewers.cli("ada", "review", "undo", step["id"], "--reason", "not yet")
    (waiver,) = [reviewers.cli("ada", "review", *words)["waiver"]]
    for by in ("kim", "tom"):
        queue = reviewers.api(by, "GET", "/api/review?decision=any").json()
        assert (queue["total"], [one["sha256"] for one in queue["items"]]) == (1, [own])
        (group,) = reviewers.api(by, "GET", "/api/review/groups").json()
        assert (group["count"], group["example"]) == (1, own)
        assert reviewers.api(by, "GET", "/api/waivers").json() == []
    reviewers.cli("kim", "review", "approve", own, "--reason", "ours")
    assert len(reviewers.api("tom", "GET", "/api/waivers").json()) == 1
    for method, path in (
        ("GET", f"/api/review/{other}"),
        ("POST", f"/api/review/{other}/decisions"),
        ("POST", f"/api/review/steps/{step['id']}/undo"),
        ("DELETE", f"/api/waivers/{waiver}"),
    ):
        assert reviewers.api("kim", method, path, reason="r").status_code == 403
    asked = reviewers.cli("ada", "review", "ask", other, "kim", "is it ours?", code=2)
    assert "no user kim who may review" in asked


class TestHeldName:
    """A name that its checks hold before there is any file."""

    def held(self, reviewers: Reviewers, code: str = "X = 1\n") -> str:
        filename, data = make_wheel("reqeusts", "1.0", {"reqeusts/__init__.py": code})
        reviewers.upstream.add(filename, data)
        assert self.listing(reviewers) == 403
        return filename

    def listing(self, reviewers: Reviewers) -> int:
        headers = {"accept": "text/html"}
        url = f"{reviewers.gate.simple}reqeusts/"
        return httpx.get(url, headers=headers, timeout=60).status_code

    def test_is_decided_like_files_by_two_persons_and_undone(self, reviewers: Reviewers) -> None:
        filename = self.held(reviewers)
        (waiting,) = reviewers.cli("ada", "review", "list", "--about", "name")["items"]
        assert (waiting["about"], waiting["sha256"], waiting["project"]) == (
            "name", None, "reqeusts",
        )  # fmt: skip
        assert waiting["campaign"] == "names like requests"
        shown = reviewers.cli("ada", "review", "show", "reqeusts")
        assert "reqeusts ~ requests" in shown["findings"][0]["evidence"]
        words = ("approve", "name:reqeusts", "--reason", "our fork", "--days", "7")
        proposal = reviewers.cli("ada", "review", *words)
        assert (proposal["waiver"], proposal["scope"]) == (None, "name")
        assert self.listing(reviewers) == 403
        reviewers.cli("ada", "review", "confirm", proposal["id"], code=2)
        agreed = reviewers.cli("bob", "review", "confirm", proposal["id"])
        assert agreed["after"] == "admit: waived by user ada and user bob: our fork"
        assert self.listing(reviewers) == 200
        assert reviewers.file(filename) == 200
        assert reviewers.cli("ada", "review", "list", "--decision", "any")["items"] == []
        (told,) = reviewers.entries("review-confirm")
        assert told["before"].startswith("hold: The name reqeusts looks like")
        reviewers.cli("bob", "review", "undo", agreed["id"], "--reason", "no")
        assert self.listing(reviewers) == 403
        assert reviewers.file(filename) == 403

    def test_is_let_in_and_what_is_in_its_files_is_not(self, reviewers: Reviewers) -> None:
        filename = self.held(reviewers, hostile.EXFILTRATE)
        proposal = reviewers.cli("ada", "review", "approve", "reqeusts", "--reason", "our fork")
        reviewers.cli("bob", "review", "confirm", proposal["id"])
        assert self.listing(reviewers) == 200
        assert reviewers.file(filename) == 403
        (file,) = reviewers.cli("ada", "review", "list")["items"]
        assert "code-exfiltration" in file["checks"]
        reviewers.gate.later(days=31)
        assert self.listing(reviewers) == 403

    def test_is_refused_and_asked_about(self, reviewers: Reviewers) -> None:
        self.held(reviewers)
        reviewers.cli("ada", "review", "ask", "reqeusts", "bob", "ours?")
        (mine,) = reviewers.cli("bob", "review", "list", "--assignee", "me")["items"]
        assert mine["project"] == "reqeusts"
        step = reviewers.cli("bob", "review", "refuse", "reqeusts", "--reason", "a typo")
        assert step["after"] == "refuse: waived by user bob: a typo"
        for path in ("names/zyqxwv", "names/reqeusts!"):
            assert reviewers.api("ada", "GET", f"/api/review/{path}").status_code == 404

    def test_at_the_machine(self, reviewers: Reviewers) -> None:
        self.held(reviewers)
        gate = reviewers.gate
        here = ("review", "--data", gate.data, "--index", reviewers.upstream.url, "--by", "Ada")
        listed = airlock(*here, "list")
        assert "name:reqeusts: hold: The name reqeusts looks like" in listed.stdout, listed.stderr
        done = airlock(*here, "approve", "reqeusts", "--reason", "our fork")
        assert "operator Ada: approve the name until" in done.stdout, done.stderr
        # The clock of that process is not ours.
        gate.later(hours=1)
        assert self.listing(reviewers) == 200


def test_many_are_decided_at_once_each_by_itself(reviewers: Reviewers) -> None:
    reviewers.add("kim", scope="harbour")
    harbour, anchor = reviewers.held("harbour"), reviewers.held("anchor")
    words = ("review", "approve", "harbour", "anchor", "--reason", "ours")
    done = reviewers.cli("ada", *words)
    assert [one["step"]["after"] for one in done] == ["admit: waived by user ada: ours"] * 2
    for one in done:
        reviewers.cli("ada", "review", "undo", one["step"]["id"], "--reason", "no")
    given = {"decision": "refuse", "reason": "r", "subjects": [harbour, anchor, harbour]}
    told = reviewers.api("kim", "POST", "/api/review/decisions", **given).json()
    assert [(one["subject"], bool(one["step"])) for one in told] == [
        (harbour, True), (anchor, False),
    ]  # fmt: skip
    assert told[1]["error"] == "nothing with this digest was examined here"
    for subjects in ([], ["nonsense"], [f"{number:064x}" for number in range(201)]):
        answer = reviewers.api(
            "ada", "POST", "/api/review/decisions", **given | {"subjects": subjects}
        )
        assert answer.status_code in {400, 404}


def test_waivers_made_at_the_machine_are_seen_and_ended(reviewers: Reviewers) -> None:
    reviewers.held("harbour")
    filename = "harbour-1.0-py3-none-any.whl"
    gate = reviewers.gate
    airlock("waive", "add", "harbour", "--reason", "ours", "--by", "Eve", "--data", gate.data)
    gate.later(hours=1)
    assert reviewers.file(filename) == 200
    (kept,) = reviewers.api("ada", "GET", "/api/waivers").json()
    assert (kept["made"], kept["review"], kept["title"]) == ("machine", None, "harbour")
    with _desk(reviewers) as ada:
        page = ada.client.get("/review/waivers", headers={"accept": "text/html"}).text
        assert "at the machine" in page
        ada.send(f"/review/waivers/{kept['id']}/revoke", reason="not any more")
        ended = ada.client.get("/review/waivers?state=ended", headers={"accept": "text/html"}).text
        assert "not any more" in ended
    assert reviewers.file(filename) == 403
    (told,) = reviewers.entries("waiver-revoked")
    assert told["before"].startswith("admit harbour until ")
    assert told["after"] == "the verdict counts again"
    step = reviewers.cli("ada", "review", "approve", filename, "--reason", "ours")
    (kept,) = reviewers.api("ada", "GET", "/api/waivers").json()
    assert (kept["made"], kept["title"]) == ("review", filename)
    reviewers.api("bob", "DELETE", f"/api/waivers/{kept['id']}", reason="enough")
    shown = reviewers.cli("ada", "review", "show", filename)
    assert [one["kind"] for one in shown["steps"]] == ["approve", "undo"]
    assert shown["steps"][1]["of"] == step["id"]
    assert len(reviewers.api("ada", "GET", "/api/waivers?state=ended").json()) == 2
    page = reviewers.api("ada", "GET", "/api/waivers?state=ended&limit=1&offset=1").json()
    assert (page["total"], [one["made"] for one in page["items"]]) == (2, ["machine"])
    assert reviewers.api("ada", "GET", "/api/waivers?limit=some").status_code == 400


def _desk(reviewers: Reviewers) -> Desk:
    stamp = Stamp("operator", reviewers.gate.now)
    with assembly.existing_records(reviewers.gate.data) as records:
        accounts.set_password(records.people, AccountName("ada"), PASSWORD, stamp)
    return Desk(reviewers.gate, "ada")


def test_feed_holds_what_its_reader_may_read(upstream: Upstream, tmp_path: Path) -> None:
    with ClockedGate(tmp_path, upstream.url, reading=Reading.ROLES) as gate:
        kim = Reviewers(gate, upstream)
        kim.add("kim", scope="acme-*")
        with assembly.existing_records(gate.data) as records:
            for project in ("harbour", "acme-tools"):
                details = {
                    "decision": "refuse", "project": project, "version": "1.0",
                    "filename": f"{project}-1.0.tar.gz", "headline": "refuse: runs it",
                }  # fmt: skip
                records.log.record(
                    Event(kind="alert-high", subject="0" * 64, by="x", at=gate.now, details=details)
                )
            for number in range(120):
                records.log.record(
                    Event(
                        kind="alert-high", subject="0" * 64, by="x", at=gate.now,
                        details=details | {"project": "harbour", "version": str(number)},
                    )
                )  # fmt: skip
        feed = kim.api("kim", "GET", "/alerts/high.atom").text
        assert "acme-tools" in feed
        assert "harbour" not in feed


def test_first_page_counts_only_for_who_reads_everything(
    upstream: Upstream, tmp_path: Path
) -> None:
    with ClockedGate(tmp_path, upstream.url, reading=Reading.ROLES) as gate:
        readers = Reviewers(gate, upstream)
        readers.add("kim", scope="acme-*")
        readers.add("ada")
        for name, counts in (("kim", False), ("ada", True)):
            headers = {
                "authorization": f"Bearer {readers.tokens[name]}", "accept": "text/html",
            }  # fmt: skip
            page = httpx.get(gate.url, headers=headers, timeout=60)
            assert page.status_code == 200
            for told in ("projects looked at", "How long it waits", "Verdicts of the last thirty"):
                assert (told in page.text) is counts, (name, told)


def test_releases_with_the_same_findings_are_one_group(reviewers: Reviewers) -> None:
    for name in ("harbour", "anchor", "mooring"):
        reviewers.held(name)
    (group,) = reviewers.cli("ada", "review", "groups")
    assert group["count"] == 3
    chosen = reviewers.cli("ada", "review", "list", "--campaign", group["campaign"], "-n", "2")
    assert (chosen["total"], len(chosen["items"])) == (3, 2)


def test_nonsense_is_answered(reviewers: Reviewers) -> None:
    for method, path, body, code in _NONSENSE:
        answer = reviewers.api("ada", method, path, **body)
        assert answer.status_code == code, (path, answer.text)


@pytest.mark.parametrize("old", [False, True])
def test_whole_list_is_asked_for_page_by_page(*, old: bool) -> None:
    """Also of a gate from before there were pages, which answers with all of it."""
    whole = list(range(450))

    def answer(request: httpx.Request) -> httpx.Response:
        limit, offset = (int(request.url.params[name]) for name in ("limit", "offset"))
        page = {"total": len(whole), "items": whole[offset : offset + limit]}
        return httpx.Response(200, json=whole if old else page)

    gate = Server("http://127.0.0.1", "airlock_x", httpx.MockTransport(answer))
    assert list(gate.every("/api/waivers")) == whole


def test_token_goes_over_plain_http_to_no_proxy(
    reviewers: Reviewers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert reviewers.cli("ada", "review", "list")["total"] == 0


def test_token_does_not_travel_in_the_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A checkout in which `make serve` ran has a store of its own in ./data.
    monkeypatch.chdir(tmp_path)
    done = airlock("--server", "http://gate.example", "review", "list", AIRLOCK_TOKEN="airlock_x")
    assert done.returncode == 2
    assert "everybody on the way could read the token" in done.stderr
    assert "which gate?" in airlock("review", "list").stderr
