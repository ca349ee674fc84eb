"""Who judges goes by the policy that people put in force, wherever they did; closed if unsure."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.errors import (
    InvalidPolicy,
    MalformedDocument,
    Outdated,
    StoreError,
    UsageError,
)
from airlock.evidence.openpgp import NoOpenPgp
from airlock.evidence.provenance import NoAttestor
from airlock.gate.policies import Followed, Obeyed
from airlock.model import Decision, PolicyVersion
from airlock.model.policies import Draft, Source
from airlock.pinning import Pinning
from airlock.policy import Policy, load_policy
from airlock.store import Records, open_records
from airlock.store.policies import Policies
from airlock.vouching import Vouching
from tests.unit.examples import NOW
from tests.unit.gate.doors import ASKED, BAD, CLEAN, Building

LAX = '[policy]\nname = "lax"\n[policy.checks.code-example]\nat-most = "admit"\n'
STRICT = '[policy]\nname = "strict"\ndeny = ["example"]\n'
KNOWN = frozenset({"code-example"})


def read(text: str) -> Obeyed:
    rules = load_policy(text, origin="test", known_checks=KNOWN)
    pinning = Pinning(NoOpenPgp(), (), {}, lambda: NOW)
    return Obeyed(rules, Vouching(NoAttestor("a test")), pinning)


OWN = read('[policy]\nname = "own"\n')


def draft(text: str, source: Source = Source.PEOPLE, reason: str = "because") -> Draft:
    return Draft(
        text=text,
        policy=PolicyVersion("x", "0" * 16),
        source=source,
        by="ada",
        reason=reason,
        at=NOW,
    )


class Watch:
    """Seconds in the test's hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        yield opened


@pytest.fixture
def policies(records: Records) -> Policies:
    return records.policies


@pytest.mark.parametrize(
    "error", [MalformedDocument("a row"), ValueError("a word"), RecursionError("deep")]
)
def test_what_cannot_even_be_read_lets_nothing_in(policies: Policies, error: Exception) -> None:
    def load(text: str) -> Obeyed:
        raise error

    watch = Watch()
    here = Followed(policies, OWN, load, watch)
    policies.save(draft(LAX), after=0)
    watch.seconds = 1.0
    assert "cannot be" in here.trouble
    assert "cannot be" in here.trouble, "also for who asks within the same second"
    assert here.policy.name == "own"


def test_every_process_follows_the_newest(policies: Policies) -> None:
    watch = Watch()
    here, there = (Followed(policies, OWN, read, watch) for _ in range(2))
    assert (here.policy.name, here.number) == ("own", 0)
    policies.save(draft(LAX), after=0)
    assert here.policy.name == "own", "within a second nobody is asked"
    watch.seconds = 1.0
    assert here.policy.name == there.policy.name == "lax"
    assert here.mark == there.mark
    assert Followed(policies, OWN, read, watch).number == 1


def test_what_cannot_be_obeyed_here_lets_nothing_in(policies: Policies) -> None:
    watch, building = Watch(), Building()
    followed = building.in_force = Followed(policies, OWN, read, watch)
    door = building.door()
    building.judged(CLEAN, policy=OWN.policy)
    assert door.decide(ASKED).serves

    policies.save(draft('[policy]\nname = "new"\n[policy.checks.code-newer]\n'), after=0)
    watch.seconds = 2.0
    ruling = door.decide(ASKED)
    assert ruling.decision is Decision.HOLD
    assert ruling.lists, "its address says why"
    assert not ruling.serves
    assert "revision 1 of the policy cannot be obeyed" in ruling.headline
    assert "code-newer" in ruling.headline
    building.waived()
    assert not door.decide(ASKED).serves, "a waiver is by a policy, too"
    assert len(building.store.verdicts(ASKED.sha256)) == 1, "nothing is judged by a guess"

    policies.save(draft(STRICT), after=1)
    watch.seconds = 4.0
    assert "denies" in door.decide(ASKED).headline
    assert not followed.trouble


def test_what_was_refused_stays_refused_while_the_policy_is_not_known(policies: Policies) -> None:
    watch, building = Watch(), Building()
    building.in_force = Followed(policies, OWN, read, watch)
    door = building.door()
    verdict = building.judged(BAD, policy=OWN.policy)
    policies.save(draft("colour = 1"), after=0)
    watch.seconds = 2.0
    ruling = door.decide(ASKED)
    assert ruling.decision is verdict.decision is Decision.REFUSE
    assert not ruling.lists


def test_store_that_stays_away_closes_the_door_until_it_is_back(
    policies: Policies, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    followed = Followed(policies, OWN, read, watch)

    def away() -> int:
        raise StoreError("the store refused: it is away")

    monkeypatch.setattr(policies, "newest_number", away)
    watch.seconds = 9.0
    assert not followed.trouble, "a moment is no doubt"
    watch.seconds = 11.0
    assert "cannot be read" in followed.trouble
    monkeypatch.undo()
    watch.seconds = 13.0
    assert not followed.trouble


def test_who_saves_has_seen_what_is_in_force(policies: Policies, records: Records) -> None:
    first = policies.save(draft(LAX), after=0)
    with pytest.raises(Outdated):
        policies.save(draft(STRICT), after=0)
    second = policies.save(draft(STRICT), after=first.number)
    assert policies.history(before=None, limit=9) == (second, first)
    assert policies.history(before=2, limit=9) == (first,)
    entry = records.log.latest(1, kind="policy-saved")[0].event
    assert entry.by == "ada"
    assert entry.details["revision"] == "2"
    assert len(entry.details["before"]) == len(entry.details["after"]) == 64
    assert records.log.verify([]).faults == ()


def test_file_of_a_gate_is_announced_only_when_it_is_another(policies: Policies) -> None:
    of_file = draft(LAX, Source.FILE)
    assert policies.announce(of_file)
    assert policies.announce(of_file) is None
    policies.save(draft(STRICT), after=1)
    assert policies.announce(of_file) is None, "a restart takes nothing back"
    changed = policies.announce(draft(LAX + "# more\n", Source.FILE))
    assert changed
    assert changed.number == 3


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_nobody_saves_without_a_reason(reason: str) -> None:
    with pytest.raises(UsageError):
        draft(LAX, reason=reason)


def test_one_judgement_goes_by_one_policy(policies: Policies) -> None:
    """Listing and download agree, also while another policy comes into force."""
    watch, building = Watch(), Building()
    building.in_force = Followed(policies, OWN, read, watch)
    door = building.door()
    building.judged(BAD, policy=OWN.policy)
    policies.save(draft(LAX), after=0)
    assert not door.decide(ASKED).serves
    watch.seconds = 1.0
    (listed,) = door.decide_all([ASKED])
    assert listed.serves
    assert door.decide(ASKED).serves
    latest = building.store.latest_verdict(ASKED.sha256)
    assert latest
    assert latest.policy == read(LAX).policy.at(dt.date(2100, 1, 1)).version


def test_bad_policy_is_no_policy() -> None:
    with pytest.raises(InvalidPolicy):
        read("colour = 1")
    assert Policy().version != read(LAX).policy.version
