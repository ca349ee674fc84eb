"""Who needs a second person cannot do away with that need alone, whichever way they go."""

from collections.abc import Iterator

import httpx
import pytest

from airlock import accounts, assembly
from airlock.model import PolicyVersion
from airlock.model.access import Role, Scope
from airlock.model.people import AccountName, Grant, Stamp
from airlock.model.policies import Draft, Source
from airlock.policy.review import ReviewRules, written_rules
from tests.browser.writing import PASSWORD, Desk
from tests.functional.conftest import NO_DATABASE
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream

BEFORE = '[policy]\nname = "first"\n'
STRICT = f'{BEFORE}[policy.review]\ntwo-persons = ["project", "refused"]\n'
WEAKER = ("", "[]", '["project"]', '["refused", "check"]', '["release", "project"]')


def written(occasions: str) -> str:
    return f"{BEFORE}[policy.review]\ntwo-persons = {occasions}\n" if occasions else BEFORE


class Office:
    """A gate with two administrators who also review, and one of a part."""

    def __init__(self, gate: ClockedGate) -> None:
        self.gate = gate
        self.stamp = Stamp("operator", gate.now)
        for name in ("ada", "bob"):
            self.add(name)
        self.add("kim", "acme-*")
        self.put(BEFORE)

    def add(self, name: str, scope: str = "*") -> None:
        with assembly.existing_records(self.gate.data) as records:
            accounts.add_user(records.people, name, self.stamp, password=PASSWORD)
            self.role(name, scope)

    def role(self, name: str, scope: str = "*", *, granted: bool = True) -> None:
        with assembly.existing_records(self.gate.data) as records:
            for role in (Role.ADMIN if scope == "*" else Role.OWNER, Role.REVIEWER):
                grant = Grant(account=AccountName(name), role=role, scope=Scope(scope))
                accounts.set_role(records.people, grant, self.stamp, granted=granted)

    def in_force(self) -> tuple[int, ReviewRules]:
        with assembly.existing_records(self.gate.data) as records:
            number = records.policies.newest_number()
            found = records.policies.revision(number)
            assert found
            return number, written_rules(found.text)

    def waiting(self) -> str:
        with assembly.existing_records(self.gate.data) as records:
            found = records.policies.proposal()
            return found.id if found else ""

    def reset(self) -> None:
        """Let the strict policy be in force, and nothing wait."""
        self.put(STRICT)
        with assembly.existing_records(self.gate.data) as records:
            if found := records.policies.proposal():
                records.policies.withdraw(found.id, self.stamp)

    def put(self, text: str) -> None:
        """Put a policy in force at the machine."""
        version = PolicyVersion("first", "0" * 16)
        with assembly.existing_records(self.gate.data) as records:
            draft = Draft(
                text=text, policy=version, source=Source.PEOPLE, by="x", reason="x",
                at=self.gate.now,
            )  # fmt: skip
            records.policies.save(draft, after=records.policies.newest_number())

    def save(self, by: Desk, text: str, base: int | None = None) -> httpx.Response:
        number = self.in_force()[0] if base is None else base
        return by.form("/admin/policy", what="save", text=text, base=str(number), reason="why not")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("two")
    (folder / "policy.toml").write_text(BEFORE)
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRLOCK_DB", str(NO_DATABASE))
        with ClockedGate(folder, upstream.url, policy_file=folder / "policy.toml") as gate:
            yield Office(gate)


@pytest.fixture
def ada(office: Office) -> Iterator[Desk]:
    with Desk(office.gate, "ada") as desk:
        office.reset()
        yield desk


@pytest.fixture
def bob(office: Office) -> Iterator[Desk]:
    with Desk(office.gate, "bob") as desk:
        yield desk


def test_no_weaker_rule_comes_into_force_by_one(office: Office, ada: Desk) -> None:
    before = office.in_force()
    for text in map(written, WEAKER):
        told = office.save(ada, text)
        assert "nothing changes before a second administrator has agreed" in told.text, text
        assert "It waits for bob." in told.text
        assert office.in_force() == before, text
        waits = office.waiting()
        alone = ada.form(f"/admin/policy/proposals/{waits}/confirm")
        assert (alone.status_code, office.in_force()) == (403, before)
        ada.send(f"/admin/policy/proposals/{waits}/withdraw")
    stale = office.save(ada, BEFORE, base=1)
    assert (stale.status_code, office.in_force()) == (409, before), "by what was in force before"


def test_older_policy_without_the_rule_comes_back_by_two(
    office: Office, ada: Desk, bob: Desk
) -> None:
    number, rules = office.in_force()
    told = ada.form("/admin/policy/revisions/1", base=str(number), reason="as it was")
    assert "Proposed: nothing changes" in told.text
    assert office.in_force() == (number, rules)
    with Desk(office.gate, "kim") as kim:
        path = f"/admin/policy/proposals/{office.waiting()}/confirm"
        assert kim.form(path).status_code == 403, "who administers a part"
    page = bob.client.get("/admin/policy", headers={"accept": "text/html"}).text
    assert "It waits for you" in page
    assert "Agree, and go by it" in page
    bob.send(path)
    assert office.in_force() == (number + 1, ReviewRules())
    history = bob.client.get("/admin/policy/history", headers={"accept": "text/html"}).text
    assert "user ada and user bob" in history
    again = bob.form(path)
    assert again.status_code == 409


def test_what_is_as_strict_or_stricter_needs_one(office: Office, ada: Desk) -> None:
    number, _ = office.in_force()
    for occasions in ('["refused", "project", "check"]', '["every"]'):
        assert "Saved:" in office.save(ada, written(occasions)).text
    assert office.in_force()[0] == number + 2
    assert "Proposed:" in office.save(ada, STRICT).text


def test_proposal_is_worth_nothing_once_another_policy_is_in_force_or_its_author_gone(
    office: Office, ada: Desk, bob: Desk
) -> None:
    office.save(ada, BEFORE)
    waits, (number, rules) = office.waiting(), office.in_force()
    office.role("ada", granted=False)
    assert bob.form(f"/admin/policy/proposals/{waits}/confirm").status_code == 409
    office.role("ada")
    text = written('["every"]')
    assert "Saved:" in office.save(bob, f"{text}# {number}\n").text
    late = bob.form(f"/admin/policy/proposals/{waits}/confirm")
    assert late.status_code == 409
    page = bob.client.get("/admin/policy", headers={"accept": "text/html"}).text
    assert "it can only be withdrawn" in page
    assert "Agree, and go by it" not in page
    assert office.in_force()[1].weaker_than(rules) is False


def test_who_is_alone_does_it_at_the_machine(office: Office, ada: Desk) -> None:
    before = office.in_force()
    office.role("bob", granted=False)
    try:
        told = office.save(ada, BEFORE)
        assert told.status_code == 400
        assert "there is no other" in told.text
        assert "--policy" in told.text
        assert (office.waiting(), office.in_force()) == ("", before)
    finally:
        office.role("bob")


def test_what_cannot_be_read_needs_two_for_everything() -> None:
    every = written_rules('[policy.review]\ntwo-persons = ["every"]\n')
    for text in ("[", '[policy.review]\ntwo-persons = ["else"]\n', "[policy]\nreview = 1\n"):
        assert written_rules(text) == every
    assert not written_rules(
        '[policy]\nunknown = 1\n[policy.review]\nlongest = "9 days"\n'
    ).two_persons
