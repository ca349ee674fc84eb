"""Ways round the door that other gates left open."""

import pytest

from airlock.gate.door import Asked
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.waiver import Waiver
from airlock.policy import Policy
from airlock.store import Store
from tests.unit.examples import DIGEST, FILENAME, SOURCE
from tests.unit.gate.doors import ASKED, BAD, CLEAN, NEWER_CHECKS, UNREAD, Building

SPELLINGS = ("evil-pkg", "Evil_Pkg", "EVIL.PKG", "evil--pkg", "evil-_.pkg")


@pytest.fixture
def building() -> Building:
    return Building()


def test_what_nobody_judged_may_be_asked_for_and_is_never_served(building: Building) -> None:
    ruling = building.door().decide(ASKED)
    assert ruling.decision is None
    assert ruling.lists
    assert not ruling.serves


def test_listing_and_download_ask_the_same_question(building: Building) -> None:
    """Filtered from the listing, still served by its URL."""
    for outcomes in (BAD, UNREAD, CLEAN):
        building.judged(outcomes)
        door = building.door()
        (listed,) = door.decide_all([ASKED])
        assert listed == door.decide(ASKED)
        assert listed.lists is listed.serves


def test_verdict_on_another_name_is_not_this_one_s(building: Building) -> None:
    building.judged(CLEAN, filename="example-2.0.tar.gz")
    assert building.door().decide(ASKED).decision is None


def test_verdict_with_another_project_is_not_this_one_s(building: Building) -> None:
    building.judged(CLEAN, project="harbour")
    assert building.door().decide(ASKED).decision is None


def test_verdict_on_other_bytes_is_not_these_bytes(building: Building) -> None:
    building.judged(CLEAN)
    other = Asked(Sha256.of(b"other"), FILENAME, ASKED.project, SOURCE)
    assert building.door().decide(other).decision is None


def test_admission_by_older_checks_serves_nothing(building: Building) -> None:
    building.judged(CLEAN)
    assert not building.door(checks=NEWER_CHECKS).decide(ASKED).serves


def test_admission_by_a_milder_policy_serves_nothing(building: Building) -> None:
    building.judged(CLEAN)
    strict = Policy(deny=frozenset({ASKED.project}))
    assert not building.door(strict).decide(ASKED).serves


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_denied_project_stays_out_under_every_spelling(building: Building, spelling: str) -> None:
    """A deny list beaten by Evil_Pkg."""
    policy = Policy(deny=frozenset({ProjectName("Evil.Pkg")}))
    asked = Asked(DIGEST, "evil_pkg-1.0.tar.gz", ProjectName(spelling), SOURCE)
    ruling = building.door(policy).decide(asked)
    assert (ruling.decision, ruling.lists, ruling.serves) == (Decision.REFUSE, False, False)


def test_denied_project_stays_out_under_the_page_of_another(building: Building) -> None:
    policy = Policy(deny=frozenset({ProjectName("evil-pkg")}))
    building.judged(CLEAN, filename="evil_pkg-1.0.tar.gz", project="harbour")
    asked = Asked(DIGEST, "evil_pkg-1.0.tar.gz", ProjectName("harbour"), SOURCE)
    assert not building.door(policy).decide(asked).serves


def test_waiver_does_not_open_for_a_denied_project(building: Building) -> None:
    policy = Policy(deny=frozenset({ASKED.project}))
    building.judged(CLEAN, policy=policy)
    building.waived()
    assert not building.door(policy).decide(ASKED).serves


def test_waiver_never_serves_what_was_not_examined(building: Building) -> None:
    building.waived()
    ruling = building.door().decide(ASKED)
    assert not ruling.serves
    assert ruling.waiver is None


def test_waiver_never_serves_what_only_older_checks_examined(building: Building) -> None:
    building.judged(BAD)
    building.waived()
    assert not building.door(checks=NEWER_CHECKS).decide(ASKED).serves


def test_waiver_of_a_project_does_not_cover_another_file_s_verdict(building: Building) -> None:
    building.judged(BAD, filename="example-2.0.tar.gz")
    building.waived()
    assert not building.door().decide(ASKED).serves


def test_verdicts_outlive_everything_that_is_done_about_them(building: Building) -> None:
    """Verdict rows deleted with their subject."""
    first = building.judged(BAD)
    building.judged(CLEAN)
    building.door(Policy(name="other")).decide(ASKED)
    kept = building.store.verdicts(DIGEST)
    assert len(kept) == 3
    assert kept[0] == first
    taking_away = ("delete", "remove", "forget", "purge", "update", "replace", "clear")
    assert not [name for name in dir(Store) if name.startswith(taking_away)]


def test_revoked_waiver_is_kept_too(building: Building) -> None:
    waiver = building.waived()
    building.store.revoke_waiver(waiver.id, by="Ada", reason="no more", at=building.now)
    kept = building.store.waiver(waiver.id)
    assert isinstance(kept, Waiver)
    assert kept.revoked is not None
