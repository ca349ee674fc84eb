"""The pages of the review and of administration: forms filled in without a script."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest

from airlock import accounts, assembly
from airlock.gate.policies import Followed
from airlock.model.access import EVERYTHING, Role
from airlock.model.people import AccountName, Grant, Stamp
from tests.functional.conftest import NO_DATABASE
from tests.simulators import hostile
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

PASSWORD = "correct horse battery"
POLICY = """\
[policy]
name = "reviewed"
agreement = "hold"
[policy.checks.code-exfiltration]
at-most = "hold"
[policy.review]
two-persons = ["project"]
longest = "90 days"
"""
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
PARTS = ("", "/tokens", "/names", "/upstreams", "/policy", "/trust", "/workers", "/log")
PEOPLE = {"ada": Role.REVIEWER, "bob": Role.REVIEWER, "root": Role.ADMIN, "eve": Role.READER}


class Desk:
    """Somebody signed in, at a gate where one release is held."""

    def __init__(self, gate: ClockedGate, user: str) -> None:
        self.client = httpx.Client(base_url=gate.url, follow_redirects=True, timeout=60)
        self.post("/sign-in", user=user, password=PASSWORD)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, headers={"accept": "text/html"})

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})

    def send(self, path: str, at: str = "/account", **fields: str) -> httpx.Response:
        """Fill in a form that a page shows."""
        found = CSRF.search(self.get(at).text)
        assert found, at
        return self.post(path, csrf=found[1], **fields)


@pytest.fixture(scope="module")
def _gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ClockedGate, Upstream]]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "policy.toml").write_text(POLICY)
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRLOCK_DB", str(NO_DATABASE))
        with ClockedGate(folder, upstream.url, policy_file=folder / "policy.toml") as gate:
            stamp = Stamp("operator", gate.now)
            with assembly.existing_records(gate.data) as records:
                for name, role in PEOPLE.items():
                    accounts.add_user(records.people, name, stamp, password=PASSWORD)
                    grant = Grant(account=AccountName(name), role=role, scope=EVERYTHING)
                    accounts.set_role(records.people, grant, stamp, granted=True)
            yield gate, upstream


@pytest.fixture
def gate(_gate: tuple[ClockedGate, Upstream]) -> ClockedGate:
    return _gate[0]


@pytest.fixture
def held(_gate: tuple[ClockedGate, Upstream], request: pytest.FixtureRequest) -> str:
    """The digest of a release that is held, another for each test."""
    gate, upstream = _gate
    name = re.sub(r"[^a-z]", "", request.node.name)[:40]
    upstream.add(*make_wheel(name, "1.0", {f"{name}/__init__.py": hostile.EXFILTRATE}))
    httpx.get(f"{gate.simple}{name}/", timeout=60)
    digest = upstream.sha256(f"{name}-1.0-py3-none-any.whl")
    file = f"{gate.url}/files/{digest}/{name}-1.0-py3-none-any.whl"
    assert httpx.get(file, timeout=60).status_code == 403
    return digest


@pytest.fixture
def desks(gate: ClockedGate) -> Iterator[dict[str, Desk]]:
    made = {name: Desk(gate, name) for name in PEOPLE}
    yield made
    for desk in made.values():
        desk.client.close()


def test_approved_in_a_form_and_undone_in_another(desks: dict[str, Desk], held: str) -> None:
    ada, path = desks["ada"], f"/review/{held}"
    assert held in ada.get("/review").text
    assert "Secrets of the user are sent away" in ada.get(path).text
    wish = {"decision": "approve", "scope": "file", "days": "7"}
    refused = ada.send(f"{path}/decide", **wish, reason="")
    assert refused.status_code == 400
    assert "the reason is one line of text" in refused.text
    too_long = ada.send(f"{path}/decide", **(wish | {"days": "91"}), reason="ours")
    assert "at most 90 days" in too_long.text
    done = ada.send(f"{path}/decide", **wish, reason="<b>ours</b>")
    assert "Approved: the door lets it in." in done.text
    assert "&lt;b&gt;ours&lt;/b&gt;" in done.text
    assert held not in ada.get("/review").text
    (step,) = re.findall(r"/review/steps/([0-9a-f]{12})/undo", done.text)
    undone = ada.send(f"/review/steps/{step}/undo", reason="a mistake")
    assert "Undone: it is as it was before." in undone.text
    assert held in ada.get("/review").text


def test_no_page_asks_for_the_policy_while_others_wait(
    desks: dict[str, Desk], held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask may be to ask the store, which nobody does in the loop that serves everybody."""
    in_loop: list[str] = []

    def watched(name: str) -> property:
        plain = getattr(Followed, name)

        def get(followed: Followed) -> object:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return plain.fget(followed)
            in_loop.append(name)
            return plain.fget(followed)

        return property(get)

    for name in ("policy", "trouble"):
        monkeypatch.setattr(Followed, name, watched(name))
    pages = ("/review", f"/review/{held}", "/review/waivers")
    for user, path in (*(("ada", one) for one in pages), ("root", "/admin/policy")):
        assert desks[user].get(path).status_code == 200
    assert in_loop == []


def test_second_person_confirms_what_the_first_cannot(desks: dict[str, Desk], held: str) -> None:
    ada, bob, path = desks["ada"], desks["bob"], f"/review/{held}"
    asked = ada.send(f"{path}/ask", to="bob", reason="is it ours?")
    assert "Asked." in asked.text
    assert held in bob.get("/review?assignee=me&decision=any").text
    wish = {"decision": "approve", "scope": "project", "days": "7", "reason": "all of it"}
    proposed = ada.send(f"{path}/decide", **wish)
    assert "Nothing changes before a second person confirms it." in proposed.text
    assert "Somebody else has to confirm it." in proposed.text
    (step,) = re.findall(r"/review/steps/([0-9a-f]{12})/confirm", bob.get(path).text)
    assert ada.send(f"/review/steps/{step}/confirm").status_code == 400
    assert held in bob.get("/review?proposed=yes&decision=any").text
    confirmed = bob.send(f"/review/steps/{step}/confirm")
    assert "user ada and user bob" in confirmed.text


@pytest.mark.parametrize("who", ["eve", "root"])
def test_pages_of_the_review_are_for_reviewers(desks: dict[str, Desk], held: str, who: str) -> None:
    expected = 200 if who == "root" else 403
    for path in ("/review", "/review?view=groups", f"/review/{held}"):
        assert desks[who].get(path).status_code == expected
    if who == "eve":
        wish = {"decision": "approve", "scope": "file", "days": "7", "reason": "mine"}
        assert desks[who].send(f"/review/{held}/decide", **wish).status_code == 403


def test_pages_of_administration_are_for_administrators(desks: dict[str, Desk]) -> None:
    for part in PARTS:
        assert desks["root"].get(f"/admin{part}").status_code == 200, part
        assert desks["ada"].get(f"/admin{part}").status_code == 403, part
    for path in ("/admin", "/admin/policy", "/admin/names", "/admin/workers/revive"):
        assert desks["ada"].send(path, what="x").status_code == 403, path
    assert desks["root"].post("/admin", what="account", name="mallory").status_code == 403


def test_who_is_not_let_in_reads_a_sentence(desks: dict[str, Desk]) -> None:
    assert "User eve may not administer here" in desks["eve"].get("/admin").text


def test_people_are_made_and_given_roles(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    root.send("/admin", what="account", kind="user", name="nina", title="Nina")
    root.send("/admin", what="account", kind="team", name="platform", title="Platform")
    root.send("/admin", what="member", team="platform", user="nina", member="yes")
    shown = root.send(
        "/admin", what="role", account="platform", role="reviewer", scope="acme-*", granted="yes"
    )
    assert "reviewer from platform" in shown.text
    refused = root.send(
        "/admin", what="role", account="nobody", role="reviewer", scope="*", granted="yes"
    )
    assert refused.status_code == 400
    assert "there is no user or team nobody" in refused.text
    assert root.send("/admin", what="account", kind="user", name="nina").status_code == 400


def test_names_are_claimed(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    shown = root.send("/admin/names", what="claim", name="acme-*", owner="here", reason="ours")
    assert "acme-" in shown.text
    assert root.send("/admin/names", what="claim", name="***", reason="x").status_code == 400
    assert root.send("/admin/names", what="release", name="acme-*", reason="no").status_code == 200


def test_log_is_verified_against_an_anchor(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    found = re.search(r"([0-9]+:[0-9a-f]{64})", root.get("/admin/log").text)
    assert found
    assert "The log is in order" in root.send("/admin/log/verify", anchor=found[1]).text
    other = f"1:{'0' * 64}"
    assert (
        "entry 1 is not the one that its anchor names"
        in root.send("/admin/log/verify", anchor=other).text
    )
    assert root.send("/admin/log/verify", anchor="nonsense").status_code == 400
    assert "signed-in" in root.get("/admin/log?kind=signed-in&q=ada").text


def test_policy_is_validated_tried_and_saved(
    desks: dict[str, Desk], gate: ClockedGate, held: str
) -> None:
    root = desks["root"]
    wrong = root.send("/admin/policy", what="check", text='[policy]\nname = "x"\ncolour = 1\n')
    assert wrong.status_code == 400
    assert "colour" in wrong.text
    lax = POLICY.replace('at-most = "hold"', 'at-most = "admit"')
    tried = root.send("/admin/policy", what="try", text=lax, days="30")
    assert until(lambda: "would be others" in root.get(tried.url.path).text)
    ended = root.get(tried.url.path).text
    assert f"/verdicts/{held}" in ended
    assert "All" in ended
    assert f"/verdicts/{held}" not in root.get("/verdicts?decision=admit").text

    compared = root.send("/admin/policy", what="check", text=lax, base="0")
    assert 'class="line added"' in compared.text
    unsaid = root.send("/admin/policy", what="save", text=lax, base="0", reason=" ")
    assert unsaid.status_code == 400
    assert "say why" in unsaid.text
    saved = root.send("/admin/policy", what="save", text=lax, base="0", reason="we read it")
    assert "Saved: every process of the gate goes by it" in saved.text
    assert (gate.data.parent / "policy.toml").read_text() == POLICY
    told = root.get("/admin/log?kind=policy-saved").text
    assert "we read it" in told


def test_two_who_write_a_policy_at_once_do_not_overwrite_each_other(
    desks: dict[str, Desk],
) -> None:
    root = desks["root"]
    base = re.search(r'name="base" value="([0-9]+)"', root.get("/admin/policy").text)
    assert base
    mine, theirs = POLICY + "# mine\n", POLICY + "# theirs\n"
    first = root.send("/admin/policy", what="save", text=theirs, base=base[1], reason="first")
    assert first.status_code == 200
    second = root.send("/admin/policy", what="save", text=mine, base=base[1], reason="second")
    assert second.status_code == 409
    assert "Not saved" in second.text
    assert "# theirs" in second.text
    assert "# mine" in second.text
    assert theirs.strip() in root.get(f"/admin/policy/revisions/{int(base[1]) + 1}").text.replace(
        "&#34;", '"'
    )

    seen = re.search(r'name="base" value="([0-9]+)"', second.text)
    assert seen
    third = root.send("/admin/policy", what="save", text=mine, base=seen[1], reason="after all")
    assert "# mine" in third.text
    back = f"/admin/policy/revisions/{seen[1]}"
    restored = root.send(back, base=str(int(seen[1]) + 1), reason="theirs was better")
    assert "Saved:" in restored.text
    assert "# theirs" in restored.text
    history = root.get("/admin/policy/history").text
    assert f"restores {seen[1]}" in history
    late = root.send(back, base=seen[1], reason="again")
    assert late.status_code == 409


def test_suppression_is_ended_by_a_policy_without_it(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    table = (
        '[[policy.suppress]]\ncheck = "code-exfiltration"\npath = "*/fonts.py"\n'
        'reason = "ours"\nexpires = 2026-12-24\n'
    )
    base = re.search(r'name="base" value="([0-9]+)"', root.get("/admin/policy").text)
    assert base
    root.send(
        "/admin/policy", what="save", text=f"# Note\n{POLICY}{table}", base=base[1], reason="ours"
    )
    page = root.get("/review/waivers").text
    (path,) = re.findall(r"/admin/policy/suppressions/[0-9a-f]{16}/end", page)
    assert path not in desks["ada"].get("/review/waivers").text
    assert desks["ada"].send(path, reason="r").status_code == 403
    assert "say why" in root.send(path, reason=" ").text
    assert "Saved:" in root.send(path, reason="not any more").text
    number = int(base[1]) + 2
    shown = root.get(f"/admin/policy/revisions/{number}").text
    assert "not any more" in shown
    assert 'class="line removed"' in shown
    assert "# Note" in shown
    assert "code-exfiltration */fonts.py" not in root.get("/review/waivers").text
    assert root.send(path, reason="again").status_code == 409


def test_administrator_helps_who_lost_everything(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    assert "/admin/users/eve" in root.get("/admin").text
    assert desks["ada"].get("/admin/users/eve").status_code == 403
    short = root.send("/admin/users/eve", what="password", password="short")
    assert short.status_code == 400
    assert 'aria-describedby="wrong-password"' in short.text
    new = "another correct horse"
    done = root.send("/admin/users/eve", what="password", password=new)
    assert "every session is ended" in done.text
    assert desks["eve"].get("/account").status_code == 401
    desks["eve"].post("/sign-in", user="eve", password=new)
    assert "Your account" in desks["eve"].get("/account").text
    assert "no second factor" in root.send("/admin/users/eve", what="factors").text
    assert (
        "nobody signs in by an issuer"
        in root.send("/admin/users/eve", what="link", subject="4711").text
    )
    assert "Out of use" in root.send("/admin/users/eve", what="disable").text
    desks["eve"].post("/sign-in", user="eve", password=new)
    assert desks["eve"].get("/account").status_code == 401
    assert "In use again" in root.send("/admin/users/eve", what="enable").text
    root.send("/admin/users/eve", what="password", password=PASSWORD)
    told = root.get("/admin/log?q=eve").text
    assert "sessions-ended" in told or "password" in told


def test_nobody_locks_themselves_out(desks: dict[str, Desk]) -> None:
    root = desks["root"]
    assert root.send("/admin/users/root", what="disable").status_code == 400
    assert root.send("/admin", what="disable", name="root", disabled="yes").status_code == 400
    wish = {"account": "root", "role": "admin", "scope": "*", "granted": "no"}
    assert root.send("/admin", what="role", **wish).status_code == 400
    assert root.get("/admin").status_code == 200
