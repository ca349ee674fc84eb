"""What the gate knows of a name: whose it is, whether it is let in, and what it records of that."""

import datetime as dt

import msgspec
import pytest

from airlock.errors import NameTaken
from airlock.model import Decision, ListedFile, ProjectListing, ProjectName
from airlock.model.access import Kind, Principal
from airlock.model.ownership import Origin
from airlock.policy import Policy
from tests.unit.examples import NOW, SOURCE
from tests.unit.gate.doors import ASKED, CLEAN, DAY, LONG_AGO, Building
from tests.unit.store.name_examples import claim

HELD = ProjectName("exmaple")
FINE = ASKED.project


@pytest.fixture
def building() -> Building:
    return Building()


def test_fine_name_is_let_in(building: Building) -> None:
    ruling = building.names().ruling(FINE)
    assert (ruling.admits, ruling.decision, ruling.headline) == (True, Decision.ADMIT, "admit")
    assert building.names().upstreams(ruling.holding) == (SOURCE,)


def test_held_name_says_why(building: Building) -> None:
    ruling = building.names().ruling(HELD)
    assert (ruling.admits, ruling.decision) == (False, Decision.HOLD)
    assert ruling.headline.startswith("hold: ")


def test_denied_name_is_refused(building: Building) -> None:
    ruling = building.names(Policy(deny=frozenset({FINE}))).ruling(FINE)
    assert ruling.decision is Decision.REFUSE


def test_no_waiver_lifts_what_the_policy_denies(building: Building) -> None:
    building.waived(project=FINE)
    assert not building.names(Policy(deny=frozenset({FINE}))).ruling(FINE).admits


def test_waiver_lifts_until_it_ends(building: Building) -> None:
    building.waived(project=HELD)
    names = building.names()
    assert names.ruling(HELD).admits
    assert "waived by Ada Example" in names.ruling(HELD).headline
    building.now += 2 * DAY
    assert not names.ruling(HELD).admits


def test_waiver_on_bytes_or_on_another_project_lifts_no_name(building: Building) -> None:
    building.waived(project=FINE)
    building.waived(project=None, sha256=ASKED.sha256)
    assert not building.names().ruling(HELD).admits


def test_claim_holds_at_once(building: Building) -> None:
    names = building.names()
    assert names.upstreams(names.holding(FINE)) == (SOURCE,)
    building.store.add_claims([claim(FINE)])
    assert names.upstreams(names.holding(FINE)) == ()


def test_served_name_is_bound_and_its_verdict_recorded_once(building: Building) -> None:
    names = building.names()
    assert not names.is_noted(names.ruling(FINE))
    for _ in range(3):
        names.note_served(names.ruling(FINE), SOURCE)
        assert names.is_noted(names.ruling(FINE))
    (bound,) = building.store.claims_on(FINE)
    assert (bound.origin, bound.owner.upstream) == (Origin.FIRST_SEEN, SOURCE)
    assert len(building.store.name_verdicts(FINE)) == 1
    assert names.ruling(FINE).holding.claim == bound


def test_held_name_is_recorded_and_not_bound(building: Building) -> None:
    names = building.names()
    names.note_served(names.ruling(HELD), SOURCE)
    assert building.store.claims_on(HELD) == ()
    (recorded,) = building.store.name_verdicts(HELD)
    assert recorded.decision is Decision.HOLD


def test_name_that_was_never_served_leaves_no_trace(building: Building) -> None:
    building.names().ruling(HELD)
    assert building.store.name_verdicts(HELD) == ()
    assert building.store.claims(first_seen=True) == ()


def test_another_gate_records_only_what_differs(building: Building) -> None:
    for _ in range(2):
        names = building.names()
        names.note_served(names.ruling(FINE), SOURCE)
        building.now += DAY
    assert len(building.store.name_verdicts(FINE)) == 1
    stricter = building.names(Policy(name="stricter", hold_score=0.1))
    stricter.note_served(stricter.ruling(FINE), SOURCE)
    assert len(building.store.name_verdicts(FINE)) == 2


@pytest.mark.parametrize(
    ("later", "anew"),
    [
        (dt.timedelta(minutes=59), False),
        (dt.timedelta(hours=1), True),
        (dt.timedelta(days=1), True),
        (-dt.timedelta(seconds=1), True),
    ],
)
def test_verdict_is_made_anew_as_it_ages(
    building: Building, later: dt.timedelta, *, anew: bool
) -> None:
    building.now = NOW.replace(hour=12, minute=0)
    names = building.names()
    first = names.verdict(FINE)
    building.now += later
    assert (names.verdict(FINE) is not first) is anew


def test_verdict_is_made_anew_on_a_new_day(building: Building) -> None:
    """Suppressions end with a day."""
    building.now = NOW.replace(hour=23, minute=59)
    names = building.names()
    first = names.verdict(FINE)
    building.now += dt.timedelta(minutes=2)
    assert names.verdict(FINE) is not first


class TestDoor:
    """What the door makes of a name."""

    def test_file_of_a_held_name_is_held_before_it_is_examined(self, building: Building) -> None:
        asked = ASKED.__class__(ASKED.sha256, "exmaple-1.0.tar.gz", HELD, SOURCE)
        ruling = building.door().decide(asked)
        assert (ruling.decision, ruling.current, ruling.of_name) == (Decision.HOLD, True, True)
        assert not ruling.lists

    def test_waived_name_still_has_its_files_examined(self, building: Building) -> None:
        asked = ASKED.__class__(ASKED.sha256, "exmaple-1.0.tar.gz", HELD, SOURCE)
        building.waived(project=HELD)
        ruling = building.door().decide(asked)
        assert (ruling.decision, ruling.current, ruling.serves) == (None, False, False)

    def test_file_from_a_source_that_does_not_own_its_project_is_refused(
        self, building: Building
    ) -> None:
        building.judged(CLEAN)
        assert building.door().decide(ASKED).serves
        for source in (None, "https://mirror.example/simple/"):
            asked = ASKED.__class__(ASKED.sha256, ASKED.filename, FINE, source)
            ruling = building.door().decide(asked)
            assert (ruling.decision, ruling.of_name) == (Decision.REFUSE, True)
            assert f"{FINE} belongs to {SOURCE}" in ruling.headline

    def test_no_waiver_moves_a_name(self, building: Building) -> None:
        building.judged(CLEAN)
        building.waived()
        building.waived(project=None, sha256=ASKED.sha256)
        building.store.add_claims([claim("example")])
        assert building.door().decide(ASKED).decision is Decision.REFUSE

    def test_refused_file_of_a_held_name_stays_refused(self, building: Building) -> None:
        policy = Policy(deny=frozenset({HELD}))
        asked = ASKED.__class__(ASKED.sha256, "exmaple-1.0.tar.gz", HELD, SOURCE)
        assert building.door(policy).decide(asked).decision is Decision.REFUSE


def listing(project: ProjectName, *times: dt.datetime | None) -> ProjectListing:
    files = tuple(
        ListedFile(filename=f"{project}-{number}.0.tar.gz", url="", upload_time=time)
        for number, time in enumerate(times)
    )
    return ProjectListing(project=project, source=SOURCE, files=files, fetched_at=NOW)


class TestAge:
    """How long the upstream has had a name is weighed, as soon as it is known."""

    def test_a_listing_that_comes_later_is_weighed_once(self, building: Building) -> None:
        names = building.names()
        old = listing(HELD, NOW, LONG_AGO)
        assert not names.ruling(HELD).admits
        assert not names.has_weighed(old)
        ruling = names.ruling(HELD, old)
        assert ruling.admits
        assert names.has_weighed(old)
        assert names.ruling(HELD).verdict is ruling.verdict

    def test_a_listing_that_is_kept_is_weighed_after_a_restart(self, building: Building) -> None:
        building.store.put_listing(listing(HELD, LONG_AGO))
        assert building.names().ruling(HELD).admits

    def test_a_project_that_is_young_again_loses_its_age(self, building: Building) -> None:
        """Whoever takes a deleted name over starts anew."""
        names = building.names()
        assert names.ruling(HELD, listing(HELD, LONG_AGO)).admits
        assert not names.ruling(HELD, listing(HELD, NOW)).admits

    def test_files_without_a_time_leave_the_age_unknown(self, building: Building) -> None:
        assert not building.names().ruling(HELD, listing(HELD, LONG_AGO, None)).admits
        assert not building.names().ruling(HELD, listing(HELD)).admits


def uploader(*organisations: str) -> Principal:
    return Principal(kind=Kind.USER, name="ada", organisations=organisations)


class TestUploads:
    """What every upload asks of the names before it takes a file."""

    ACME = ProjectName("acme-tool")

    @pytest.fixture
    def reserved(self, building: Building) -> Building:
        granted = msgspec.structs.replace(claim("acme-*"), organisation="Acme Inc")
        building.store.add_claims([granted])
        return building

    def test_foreign_upload_under_a_reserved_prefix_is_a_conflict(self, reserved: Building) -> None:
        for who in (uploader(), uploader("Evil Inc"), uploader("Evil Inc", "Acme")):
            with pytest.raises(NameTaken, match="acme-tool is reserved for Acme Inc"):
                reserved.names().require_upload(self.ACME, who, upstream_has_it=False)

    def test_the_organisation_may_upload_even_what_an_upstream_has(
        self, reserved: Building
    ) -> None:
        who = uploader("Other", "ACME inc")
        ruling = reserved.names().require_upload(self.ACME, who, upstream_has_it=True)
        assert ruling.admits
        assert ruling.holding.owner.here

    def test_a_name_of_the_upstream_is_a_conflict_for_everybody(self, building: Building) -> None:
        names = building.names()
        with pytest.raises(NameTaken, match="belongs to https://"):
            names.require_upload(FINE, uploader("Acme Inc"), upstream_has_it=True)
        assert names.require_upload(FINE, uploader(), upstream_has_it=False).admits
        names.note_served(names.ruling(FINE), SOURCE)
        with pytest.raises(NameTaken):
            names.require_upload(FINE, uploader(), upstream_has_it=False)

    def test_what_the_checks_hold_is_taken_and_told(self, building: Building) -> None:
        ruling = building.names().require_upload(HELD, uploader(), upstream_has_it=False)
        assert not ruling.admits
        assert ruling.headline.startswith("hold: ")
