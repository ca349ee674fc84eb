"""The door: what it lists, what it serves, and by which verdict."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from airlock.gate.door import Ruling
from airlock.model import Confidence, Decision, ProjectName, Severity, Sha256
from airlock.policy import CheckRule, Policy, Threshold
from airlock.policy.suppression import Suppression
from tests.unit.examples import DIGEST, failed, finding, outcome
from tests.unit.gate.doors import (
    ASKED,
    BAD,
    CLEAN,
    DAY,
    NEWER_CHECKS,
    UNCLAIMED,
    UNREAD,
    Building,
)


@pytest.fixture
def building() -> Building:
    return Building()


def test_admitted_file_is_listed_and_served(building: Building) -> None:
    building.judged(CLEAN)
    ruling = building.door().decide(ASKED)
    assert (ruling.decision, ruling.lists, ruling.serves) == (Decision.ADMIT, True, True)
    assert ruling.asked is ASKED


@pytest.mark.parametrize(("outcomes", "word"), [(BAD, "refuse"), (UNREAD, "hold")])
def test_other_verdicts_are_neither_listed_nor_served(
    building: Building, outcomes: tuple[object, ...], word: str
) -> None:
    building.judged(outcomes)  # type: ignore[arg-type]
    ruling = building.door().decide(ASKED)
    assert (ruling.lists, ruling.serves, ruling.current) == (False, False, True)
    assert ruling.headline.startswith(f"{word}: ")


def test_the_newest_verdict_counts(building: Building) -> None:
    building.judged(BAD)
    building.judged(CLEAN)
    assert building.door().decide(ASKED).serves
    building.judged(BAD)
    assert not building.door().decide(ASKED).serves


def test_many_are_ruled_on_in_their_order(building: Building) -> None:
    others = [
        msgspec.structs.replace(ASKED, sha256=Sha256.of(b"%d" % n), filename=f"example-{n}.zip")
        for n in range(4)
    ]
    building.judged(BAD, sha256=others[1].sha256, filename=others[1].filename)
    building.judged(CLEAN, sha256=others[3].sha256, filename=others[3].filename)
    rulings = building.door().decide_all(others)
    assert [ruling.asked for ruling in rulings] == others
    assert [ruling.decision for ruling in rulings] == [
        None,
        Decision.REFUSE,
        None,
        Decision.ADMIT,
    ]
    assert building.door().decide_all([]) == []


def test_judging_records_what_is_ruled(building: Building) -> None:
    door = building.door()
    verdict = door.judge(building.judged(CLEAN).artifact, BAD, seconds=1.5)
    assert building.store.latest_verdict(DIGEST) == verdict
    assert (verdict.decision, verdict.seconds) == (Decision.REFUSE, 1.5)
    assert verdict.decided_at == building.now
    assert not door.decide(ASKED).serves


class TestPolicies:
    """A verdict of another policy is judged again from what was recorded."""

    lenient = Policy(name="lenient", checks={"code-example": CheckRule(at_most=Decision.ADMIT)})

    def test_milder_policy_admits(self, building: Building) -> None:
        building.judged(BAD)
        assert building.door(self.lenient).decide(ASKED).serves

    def test_stricter_policy_keeps_out(self, building: Building) -> None:
        low = (outcome("code-example", finding(Severity.LOW, Confidence.LOW)),)
        building.judged(low)
        strict = Policy(refuse=Threshold(Severity.LOW, Confidence.LOW))
        ruling = building.door(strict).decide(ASKED)
        assert (ruling.decision, ruling.lists) == (Decision.REFUSE, False)

    def test_it_is_judged_once_and_added(self, building: Building) -> None:
        first = building.judged(BAD)
        door = building.door(self.lenient)
        building.now += DAY
        assert door.decide(ASKED).serves
        assert door.decide(ASKED).serves
        old, new = building.store.verdicts(DIGEST)
        assert old == first
        assert (new.policy, new.decided_at) == (self.lenient.version, building.now)
        assert new.outcomes == first.outcomes

    def test_two_policies_take_turns_without_forgetting(self, building: Building) -> None:
        building.judged(BAD)
        for _ in range(2):
            assert building.door(self.lenient).decide(ASKED).serves
            assert not building.door().decide(ASKED).serves
        assert len(building.store.verdicts(DIGEST)) == 5

    def test_end_of_a_suppression_is_another_policy(self, building: Building) -> None:
        signed = finding(digest=str(DIGEST), path="")
        answered = Suppression(
            check="code-example",
            reason="looked at",
            expires=building.now.date() + dt.timedelta(days=2),
            sha256=DIGEST,
        )
        policy = Policy(suppress=(answered,))
        building.judged((outcome("code-example", signed),))
        door = building.door(policy)
        assert door.decide(ASKED).serves
        building.now += 3 * DAY
        assert not door.decide(ASKED).serves


class TestChecks:
    """A verdict of other checks is examined again before anything is served."""

    def test_admission_is_listed_but_not_served(self, building: Building) -> None:
        building.judged(CLEAN)
        ruling = building.door(checks=NEWER_CHECKS).decide(ASKED)
        assert (ruling.lists, ruling.serves, ruling.current) == (True, False, False)

    def test_refusal_stays_out_of_the_listing(self, building: Building) -> None:
        building.judged(BAD)
        ruling = building.door(checks=NEWER_CHECKS).decide(ASKED)
        assert (ruling.lists, ruling.serves, ruling.current) == (False, False, False)

    def test_nothing_is_judged_anew_from_old_outcomes(self, building: Building) -> None:
        building.judged(BAD)
        lenient = TestPolicies.lenient
        assert not building.door(lenient, NEWER_CHECKS).decide(ASKED).serves
        assert len(building.store.verdicts(DIGEST)) == 1


class TestWaivers:
    """A person's decision stands above a verdict, for a time."""

    def decided(self, building: Building) -> tuple[Decision | None, bool]:
        ruling = building.door().decide(ASKED)
        return ruling.decision, ruling.serves

    @pytest.mark.parametrize("outcomes", [BAD, UNREAD])
    def test_it_admits_what_was_examined(
        self, building: Building, outcomes: tuple[object, ...]
    ) -> None:
        building.judged(outcomes)  # type: ignore[arg-type]
        waiver = building.waived()
        ruling = building.door().decide(ASKED)
        assert ruling.serves
        assert ruling.lists
        assert ruling.waiver == waiver
        assert "Ada Example" in ruling.headline
        assert "read by hand" in ruling.headline

    def test_it_may_be_the_stricter(self, building: Building) -> None:
        building.judged(CLEAN)
        building.waived(Decision.REFUSE)
        assert self.decided(building) == (Decision.REFUSE, False)

    def test_it_ends(self, building: Building) -> None:
        building.judged(BAD)
        waiver = building.waived()
        building.now = waiver.expires_at - dt.timedelta(seconds=1)
        assert self.decided(building) == (Decision.ADMIT, True)
        building.now = waiver.expires_at
        assert self.decided(building) == (Decision.REFUSE, False)

    def test_it_begins(self, building: Building) -> None:
        building.judged(BAD)
        building.waived(created_at=building.now + DAY, expires_at=building.now + 2 * DAY)
        assert self.decided(building) == (Decision.REFUSE, False)

    def test_it_can_be_revoked(self, building: Building) -> None:
        building.judged(BAD)
        waiver = building.waived()
        building.store.revoke_waiver(waiver.id, by="Ada", reason="no more", at=building.now)
        assert self.decided(building) == (Decision.REFUSE, False)

    def test_one_of_another_project_or_digest_says_nothing(self, building: Building) -> None:
        building.judged(BAD)
        building.waived(project=ProjectName("other"))
        building.waived(id="w-other", project=None, sha256=Sha256.of(b"other"))
        assert self.decided(building) == (Decision.REFUSE, False)

    def test_one_of_the_digest_comes_before_one_of_the_project(self, building: Building) -> None:
        building.judged(CLEAN)
        building.waived(Decision.HOLD, project=None, sha256=DIGEST)
        building.waived(Decision.ADMIT)
        assert self.decided(building) == (Decision.HOLD, False)

    def test_the_newer_comes_before_the_older(self, building: Building) -> None:
        building.judged(CLEAN)
        building.waived(Decision.HOLD)
        building.waived(Decision.REFUSE)
        assert self.decided(building) == (Decision.REFUSE, False)


def test_ruling_without_a_decision_is_never_served() -> None:
    for current in (False, True):
        assert not Ruling(asked=ASKED, decision=None, current=current, holding=UNCLAIMED).serves


@pytest.mark.parametrize("decision", Decision)
def test_ruling_that_is_not_of_today_is_never_served(decision: Decision) -> None:
    ruling = Ruling(asked=ASKED, decision=decision, holding=UNCLAIMED)
    assert not ruling.serves
    assert msgspec.structs.replace(ruling, current=True).serves is (decision is Decision.ADMIT)


class TestWaivedCheck:
    """A waiver of a check takes away what it found, and judges what is left."""

    @staticmethod
    def spared(building: Building, **changes: Any) -> Ruling:
        building.waived(**({"check": "code-example"} | changes))
        return building.door().decide(ASKED)

    def test_admits_what_nothing_else_holds_until_it_ends(self, building: Building) -> None:
        building.judged(BAD)
        ruling = self.spared(building)
        assert ruling.serves
        assert ruling.until == building.now + DAY
        building.now += DAY
        assert not building.door().decide(ASKED).serves

    def test_what_could_not_be_seen_stays_held(self, building: Building) -> None:
        building.judged([failed("code-example", finding())])
        assert self.spared(building).decision is Decision.HOLD

    def test_of_another_check_release_or_file_changes_nothing(self, building: Building) -> None:
        building.judged(BAD)
        assert not self.spared(building, check="code-other").serves
        assert not self.spared(building, version="2.0").serves
        assert not self.spared(building, project=None, sha256=Sha256.of(b"other")).serves
        assert self.spared(building, version="1").serves

    def test_of_known_malware_changes_nothing(self, building: Building) -> None:
        malware = outcome("advisory-malware", finding(check="advisory-malware"))
        building.judged([*CLEAN, malware])
        assert self.spared(building, check="advisory-malware").decision is Decision.REFUSE


def test_narrower_decision_comes_before_the_broader(building: Building) -> None:
    building.judged(BAD)
    building.waived(Decision.ADMIT, version="1.0")
    building.waived(Decision.REFUSE)
    assert building.door().decide(ASKED).serves
    building.waived(Decision.REFUSE, project=None, sha256=DIGEST)
    assert building.door().decide(ASKED).decision is Decision.REFUSE
