"""What every store promises."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from airlock.errors import StoreError, TargetNotFound, UsageError
from airlock.model import Decision, PolicyVersion, ProjectName, Sha256
from airlock.store import Standing, Store
from tests.unit.store.examples import (
    DAY,
    NOW,
    SOURCE,
    artifact,
    digest,
    listed,
    listing,
    verdict,
    waiver,
)

EXAMPLE = ProjectName("example")
OTHER_SOURCE = "https://other.example/simple/"


class TestArtifacts:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        store.remember_artifact(artifact(1), seen_at=NOW)
        found = store.artifact(digest(1))
        assert found is not None
        assert found.artifact == artifact(1)
        assert isinstance(found.artifact.sha256, Sha256)
        assert found.first_seen == NOW
        assert found.first_seen.tzinfo is dt.UTC

    def test_unknown_is_none(self, store: Store) -> None:
        assert store.artifact(digest(1)) is None
        assert store.artifacts_of(EXAMPLE) == ()
        assert store.projects() == ()

    def test_first_sight_stays(self, store: Store) -> None:
        store.remember_artifact(artifact(1), seen_at=NOW)
        later = msgspec.structs.replace(artifact(1), size=7)
        store.remember_artifact(later, seen_at=NOW + DAY)
        store.remember_artifact(later, seen_at=NOW - DAY)
        (found,) = store.artifacts_of(EXAMPLE)
        assert (found.artifact, found.first_seen) == (artifact(1), NOW)

    def test_same_bytes_under_two_names_are_two(self, store: Store) -> None:
        store.remember_artifact(artifact(1), seen_at=NOW)
        store.remember_artifact(artifact(1, project="twin"), seen_at=NOW - DAY)
        found = store.artifact(digest(1))
        assert found is not None
        assert found.artifact.release.project == "example"
        assert len(store.artifacts_of(ProjectName("twin"))) == 1
        assert store.projects() == ("example", "twin")

    def test_of_a_project_in_order_of_sight(self, store: Store) -> None:
        for number in (3, 1, 2):
            store.remember_artifact(artifact(number), seen_at=NOW)
        store.remember_artifact(artifact(4, project="other"), seen_at=NOW)
        found = store.artifacts_of(EXAMPLE)
        assert [stored.artifact.sha256 for stored in found] == [digest(n) for n in (3, 1, 2)]

    def test_other_zones_become_utc(self, store: Store) -> None:
        tokyo = dt.timezone(dt.timedelta(hours=9))
        store.remember_artifact(artifact(1), seen_at=NOW.astimezone(tokyo))
        found = store.artifact(digest(1))
        assert found is not None
        assert found.first_seen.isoformat() == NOW.isoformat()

    def test_time_without_zone_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.remember_artifact(artifact(1), seen_at=NOW.replace(tzinfo=None))
        assert store.artifact(digest(1)) is None


class TestVerdicts:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        store.append_verdict(verdict(1))
        assert store.latest_verdict(digest(1)) == verdict(1)

    def test_unknown_is_none(self, store: Store) -> None:
        store.append_verdict(verdict(1))
        assert store.latest_verdict(digest(2)) is None
        assert store.verdicts(digest(2)) == ()

    def test_needs_no_artifact(self, store: Store) -> None:
        store.append_verdict(verdict(1))
        assert store.artifact(digest(1)) is None

    def test_the_last_one_added_counts_whatever_the_clock_says(self, store: Store) -> None:
        first = verdict(1, Decision.ADMIT, decided_at=NOW)
        second = verdict(1, Decision.REFUSE, decided_at=NOW - DAY)
        store.append_verdict(first)
        store.append_verdict(second)
        assert store.latest_verdict(digest(1)) == second
        assert store.verdicts(digest(1)) == (first, second)
        assert store.latest_verdicts([digest(1)])[digest(1)].decision is Decision.REFUSE

    def test_the_same_verdict_twice_is_twice_in_the_history(self, store: Store) -> None:
        store.append_verdict(verdict(1))
        store.append_verdict(verdict(1))
        assert len(store.verdicts(digest(1))) == 2

    def test_standings_of_many(self, store: Store) -> None:
        for number in range(5):
            store.append_verdict(verdict(number, Decision.HOLD))
        asked = [digest(3), digest(1), digest(3), digest(77)]
        found = store.latest_verdicts(iter(asked))
        assert set(found) == {digest(1), digest(3)}
        assert all(isinstance(key, Sha256) for key in found)

    def test_standing_says_what_a_listing_needs(self, store: Store) -> None:
        store.append_verdict(verdict(1, Decision.HOLD))
        assert store.latest_verdicts([digest(1)])[digest(1)] == Standing(
            sha256=digest(1),
            filename="example-1.0.tar.gz",
            project=EXAMPLE,
            decision=Decision.HOLD,
            score=0.25,
            headline="hold: decodes text and runs it",
            checks_version="checks-1",
            policy=PolicyVersion("default", "policy-1"),
            decided_at=NOW,
            seconds=0.5,
        )

    def test_standings_of_nothing(self, store: Store) -> None:
        assert store.latest_verdicts([]) == {}

    def test_standings_of_more_than_a_statement_takes(self, store: Store) -> None:
        store.append_verdict(verdict(69_999))
        found = store.latest_verdicts(digest(number) for number in range(70_000))
        assert set(found) == {digest(69_999)}

    def test_recent_are_the_newest_first(self, store: Store) -> None:
        for number in range(4):
            store.append_verdict(verdict(number))
        found = store.recent_verdicts(decision=None, limit=3)
        assert [standing.sha256 for standing in found] == [digest(n) for n in (3, 2, 1)]

    def test_recent_leave_out_what_was_overruled(self, store: Store) -> None:
        store.append_verdict(verdict(1, Decision.HOLD))
        store.append_verdict(verdict(2, Decision.HOLD))
        store.append_verdict(verdict(1, Decision.ADMIT))
        held = store.recent_verdicts(decision=Decision.HOLD, limit=10)
        assert [standing.filename for standing in held] == ["example-2.0.tar.gz"]
        admitted = store.recent_verdicts(decision=Decision.ADMIT, limit=10)
        assert [standing.sha256 for standing in admitted] == [digest(1)]

    @pytest.mark.parametrize("limit", [0, -1])
    def test_recent_without_a_limit_to_speak_of(self, store: Store, limit: int) -> None:
        store.append_verdict(verdict(1))
        assert store.recent_verdicts(decision=None, limit=limit) == ()

    def test_hostile_text_survives(self, store: Store) -> None:
        hostile = verdict(1, message="'; DROP TABLE verdicts; -- \x1b[2J \u202e % :x {y}")
        store.append_verdict(hostile)
        assert store.latest_verdict(digest(1)) == hostile
        assert store.latest_verdicts([digest(1)])[digest(1)].headline == hostile.headline

    def test_nul_survives_in_the_document(self, store: Store) -> None:
        hostile = verdict(1, message="a\0b")
        store.append_verdict(hostile)
        assert store.latest_verdict(digest(1)) == hostile

    def test_lone_surrogates_are_our_error(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.append_verdict(verdict(1, message="\udcff"))
        assert store.verdicts(digest(1)) == ()

    def test_time_without_zone_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.append_verdict(verdict(1, decided_at=NOW.replace(tzinfo=None)))
        assert store.verdicts(digest(1)) == ()


class TestThreads:
    def test_lose_nothing_of_each_other(self, store: Store) -> None:
        def work(thread: int) -> None:
            for number in range(thread * 100, thread * 100 + 15):
                store.append_verdict(verdict(0, checks_version=str(number)))
                store.remember_artifact(artifact(number), seen_at=NOW)
                store.put_listing(listing(listed(number)))
                assert store.artifact(digest(number)) is not None

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(work, range(8)))
        versions = {verdict.checks_version for verdict in store.verdicts(digest(0))}
        assert versions == {str(t * 100 + n) for t in range(8) for n in range(15)}
        assert len(store.artifacts_of(EXAMPLE)) == len(versions)
        kept = store.listing(SOURCE, EXAMPLE)
        assert kept is not None
        (file,) = kept.files
        assert file.sha256 is not None
        assert store.listed_file(file.sha256, file.filename) is not None


class TestWaivers:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.add_waiver(waiver("w2", project="example"))
        assert store.waiver("w1") == waiver("w1", sha256=digest(1))
        assert store.waivers(NOW) == (
            waiver("w2", project="example"),
            waiver("w1", sha256=digest(1)),
        )
        assert store.waiver("w3") is None

    def test_speaks_from_its_beginning_up_to_its_end(self, store: Store) -> None:
        store.add_waiver(waiver(sha256=digest(1), begin=NOW, end=NOW + DAY))
        instant = dt.timedelta(microseconds=1)
        for now, count in [(NOW - instant, 0), (NOW, 1), (NOW + DAY - instant, 1), (NOW + DAY, 0)]:
            assert len(store.waivers(now)) == count
            assert len(store.waivers_for(digest(1), EXAMPLE, now)) == count

    def test_on_an_artifact_the_nearest_first(self, store: Store) -> None:
        store.add_waiver(waiver("digest-old", sha256=digest(1)))
        store.add_waiver(waiver("project-old", project="example"))
        store.add_waiver(waiver("digest-new", sha256=digest(1)))
        store.add_waiver(waiver("project-new", project="Example"))
        store.add_waiver(waiver("other-digest", sha256=digest(2)))
        store.add_waiver(waiver("other-project", project="other"))
        found = store.waivers_for(digest(1), EXAMPLE, NOW)
        ids = ["digest-new", "digest-old", "project-new", "project-old"]
        assert [waiver.id for waiver in found] == ids

    def test_revocation_is_recorded(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW + DAY)
        assert store.waivers(NOW + DAY) == ()
        assert store.waivers_for(digest(1), EXAMPLE, NOW + DAY) == ()
        found = store.waiver("w1")
        assert found is not None
        assert found.revoked is not None
        assert (found.revoked.by, found.revoked.reason) == ("Bob Example", "was wrong")
        assert found.revoked.at == NOW + DAY

    def test_revocation_ends_it_even_if_the_clock_is_behind(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW + DAY)
        assert store.waivers(NOW) == ()

    def test_the_first_revocation_stays(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW)
        store.revoke_waiver("w1", by="Eve Example", reason="too", at=NOW + DAY)
        found = store.waiver("w1")
        assert found is not None
        assert found.revoked is not None
        assert found.revoked.by == "Bob Example"

    def test_unknown_cannot_be_revoked(self, store: Store) -> None:
        with pytest.raises(TargetNotFound):
            store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW)

    @pytest.mark.parametrize(("by", "reason"), [("", "was wrong"), ("Bob Example", " ")])
    def test_revocation_needs_a_person_and_a_reason(
        self, store: Store, by: str, reason: str
    ) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        with pytest.raises(UsageError):
            store.revoke_waiver("w1", by=by, reason=reason, at=NOW)
        assert len(store.waivers(NOW)) == 1

    def test_id_is_taken_once(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        with pytest.raises(StoreError):
            store.add_waiver(waiver("w1", sha256=digest(2)))
        assert store.waivers_for(digest(2), EXAMPLE, NOW) == ()

    def test_revoked_cannot_be_added(self, store: Store) -> None:
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW)
        revoked = store.waiver("w1")
        assert revoked is not None
        with pytest.raises(StoreError):
            store.add_waiver(msgspec.structs.replace(revoked, id="w2"))


class TestListings:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        given = listing(listed(1), listed(2, upload_time=None), etag='"abc"')
        store.put_listing(given)
        assert store.listing(SOURCE, EXAMPLE) == given

    def test_unknown_is_none(self, store: Store) -> None:
        store.put_listing(listing(listed(1)))
        assert store.listing(OTHER_SOURCE, EXAMPLE) is None
        assert store.listing(SOURCE, ProjectName("other")) is None

    def test_the_newer_takes_the_place_of_the_older(self, store: Store) -> None:
        store.put_listing(listing(listed(1), listed(2)))
        newer = listing(listed(2), listed(3), etag='"2"')
        store.put_listing(newer)
        assert store.listing(SOURCE, EXAMPLE) == newer

    def test_unchanged_takes_the_new_time_and_etag(self, store: Store) -> None:
        store.put_listing(listing(listed(1), etag='"1"'))
        again = msgspec.structs.replace(listing(listed(1), etag='"2"'), fetched_at=NOW + DAY)
        store.put_listing(again)
        assert store.listing(SOURCE, EXAMPLE) == again

    def test_confirmed_takes_the_new_time_only(self, store: Store) -> None:
        store.put_listing(listing(listed(1), etag='"1"'))
        assert store.confirm_listing(SOURCE, EXAMPLE, NOW + DAY) is True
        found = store.listing(SOURCE, EXAMPLE)
        assert found is not None
        assert (found.fetched_at, found.etag) == (NOW + DAY, '"1"')

    def test_nothing_to_confirm(self, store: Store) -> None:
        assert store.confirm_listing(SOURCE, EXAMPLE, NOW) is False

    def test_listed_file_is_found_by_digest_and_name(self, store: Store) -> None:
        store.put_listing(listing(listed(1), listed(2)))
        found = store.listed_file(digest(2), "example-2.0.tar.gz")
        assert found is not None
        assert (found.project, found.version, found.source) == ("example", "2.0", SOURCE)
        assert found.listed == listed(2)

    def test_digest_and_name_belong_together(self, store: Store) -> None:
        store.put_listing(listing(listed(1), listed(2)))
        assert store.listed_file(digest(1), "example-2.0.tar.gz") is None
        assert store.listed_file(digest(3), "example-1.0.tar.gz") is None

    def test_gone_from_the_listing_is_gone_from_the_index(self, store: Store) -> None:
        store.put_listing(listing(listed(1), listed(2)))
        store.put_listing(listing(listed(2)))
        assert store.listed_file(digest(1), "example-1.0.tar.gz") is None
        assert store.listed_file(digest(2), "example-2.0.tar.gz") is not None

    def test_gone_from_one_index_is_still_in_the_other(self, store: Store) -> None:
        store.put_listing(listing(listed(1)))
        store.put_listing(listing(listed(1), source=OTHER_SOURCE))
        store.put_listing(listing(source=SOURCE))
        found = store.listed_file(digest(1), "example-1.0.tar.gz")
        assert found is not None
        assert found.source == OTHER_SOURCE

    def test_changed_file_is_changed_in_the_index(self, store: Store) -> None:
        store.put_listing(listing(listed(1), listed(2)))
        yanked = msgspec.structs.replace(listed(1), yanked="broken")
        store.put_listing(listing(yanked, listed(2)))
        found = store.listed_file(digest(1), "example-1.0.tar.gz")
        assert found is not None
        assert found.listed == yanked

    def test_file_without_a_digest_is_listed_but_not_found(self, store: Store) -> None:
        given = listing(msgspec.structs.replace(listed(1), sha256=None), listed(2))
        store.put_listing(given)
        assert store.listing(SOURCE, EXAMPLE) == given
        assert store.listed_file(digest(1), "example-1.0.tar.gz") is None

    def test_file_that_is_listed_twice(self, store: Store) -> None:
        given = listing(listed(1), listed(1), listed(2))
        store.put_listing(given)
        assert store.listing(SOURCE, EXAMPLE) == given
        assert store.listed_file(digest(1), "example-1.0.tar.gz") is not None

    def test_neither_wheel_nor_sdist_is_no_release(self, store: Store) -> None:
        store.put_listing(listing(listed(1, filename="example-1.0.exe")))
        assert store.listed_file(digest(1), "example-1.0.exe") is None

    @pytest.mark.parametrize("order", [1, -1])
    def test_of_several_indexes_the_one_that_speaks_least_for_it(
        self, store: Store, order: int
    ) -> None:
        old = listing(listed(1, upload_time=NOW - 30 * DAY), source="https://a.example/")
        new = listing(listed(1, upload_time=NOW), source="https://b.example/")
        silent = listing(listed(1, upload_time=None), source="https://c.example/")
        for given in [old, new][::order]:
            store.put_listing(given)
        found = store.listed_file(digest(1), "example-1.0.tar.gz")
        assert found is not None
        assert found.upload_time == NOW
        store.put_listing(silent)
        found = store.listed_file(digest(1), "example-1.0.tar.gz")
        assert found is not None
        assert found.upload_time is None

    def test_empty_listing(self, store: Store) -> None:
        store.put_listing(listing())
        assert store.listing(SOURCE, EXAMPLE) == listing()
