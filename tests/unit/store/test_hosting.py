"""What is hosted, in every adapter of the store."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from airlock.errors import NameTaken, StoreError, UsageError
from airlock.model import ProjectListing, ProjectName
from airlock.model.hosting import ProjectStatus, RemarkKind, Remarks
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership
from airlock.store import Store
from airlock.store.hosting import Sight, newest
from airlock.store.readings import Reading
from tests.unit.store.examples import NOW, SOURCE, digest, listed, listing, verdict, waiver
from tests.unit.store.hosting_examples import HARBOUR, hosted, remark, upload


def test_uploads_come_back_in_their_order(store: Store) -> None:
    first, second = upload(), upload("harbour-1.1.tar.gz", version="1.1", sha256=digest(2))
    store.add_upload(first, hosted())
    store.add_upload(second, hosted())
    assert store.uploads(HARBOUR) == (first, second)
    assert store.upload_named(second.filename) == second
    assert store.upload_named("harbour-2.0.tar.gz") is None
    assert store.hosted_projects() == (HARBOUR,)


def test_upload_binds_its_project_once(store: Store) -> None:
    store.add_upload(upload(), hosted())
    store.add_upload(upload("harbour-1.1.tar.gz"), hosted())
    (claim,) = store.claims_on(HARBOUR)
    assert Ownership([claim], Owner(SOURCE)).of(HARBOUR).owner == HERE


def test_a_file_name_is_taken_once_and_for_all(store: Store) -> None:
    store.add_upload(upload(), hosted())
    other = ProjectName("other")
    with pytest.raises(NameTaken):
        store.add_upload(upload(project=other, sha256=digest(2)), hosted(other))
    assert store.uploads(other) == ()
    assert store.claims_on(other) == ()


def test_an_upload_is_announced_by_nobody_but_this_index(store: Store) -> None:
    store.add_upload(upload(requires_python=">=3.9"), hosted())
    (release,) = store.announcements(digest(1), "harbour-1.0.tar.gz")
    assert (release.project, release.source, release.version) == (HARBOUR, None, "1.0")
    assert release.listed is not None
    assert (release.listed.upload_time, release.listed.requires_python) == (NOW, ">=3.9")
    assert store.announcements(digest(2), "harbour-1.0.tar.gz") == ()


def test_remarks_come_back_in_their_order(store: Store) -> None:
    said = (remark(reason="broken"), remark(RemarkKind.UNYANK))
    for one in said:
        store.add_remark(one)
    assert store.remarks(HARBOUR) == said
    assert store.remarks(ProjectName("other")) == ()


def test_core_metadata_of_a_file(store: Store) -> None:
    file = (digest(1), "harbour-1.0.tar.gz")
    store.keep_reading(Reading(HARBOUR, file, core_metadata=digest(7)))
    store.keep_reading(Reading(HARBOUR, file, core_metadata=digest(8)))
    assert store.core_metadata(HARBOUR) == {file: digest(8)}
    assert store.core_metadata(ProjectName("other")) == {}


def test_first_sights_stay_as_they_are(store: Store) -> None:
    later = NOW + dt.timedelta(days=1)
    store.put_listing(listing(listed(1)))
    both = at(later, listing(listed(1), listed(2)))
    store.put_listing(both)
    store.put_listing(at(later, listing()))
    store.put_listing(msgspec.structs.replace(both, fetched_at=later + dt.timedelta(days=9)))

    sights = store.first_sights(both.project)

    first, second = ((file.sha256, file.filename) for file in both.files)
    assert sights[first] == Sight(NOW, with_project=True)  # type: ignore[index]
    assert sights[second] == Sight(later, with_project=False)  # type: ignore[index]


def at(time: dt.datetime, told: ProjectListing) -> ProjectListing:
    return msgspec.structs.replace(told, fetched_at=time)


def test_what_is_hosted_is_no_listing_of_an_upstream(store: Store) -> None:
    with pytest.raises(StoreError):
        store.put_listing(msgspec.structs.replace(listing(), source=None))


def test_changes_tell_what_may_look_different(store: Store) -> None:
    before = newest(store.changes(0), 0)
    assert store.changes(before) == ()
    judged = verdict(1)
    store.append_verdict(judged)
    (change,) = store.changes(before)
    assert change.project == judged.artifact.release.project
    assert store.changes(change.serial) == ()


@pytest.mark.parametrize("deed", ["upload", "remark", "metadata", "listing", "claim"])
def test_whatever_a_client_may_see_is_a_change(store: Store, deed: str) -> None:
    before = newest(store.changes(0), 0)
    deeds = {
        "upload": lambda: store.add_upload(upload(), hosted()),
        "remark": lambda: store.add_remark(remark()),
        "metadata": lambda: store.keep_reading(
            Reading(HARBOUR, (digest(1), "x"), core_metadata=digest(2))
        ),
        "listing": lambda: store.put_listing(msgspec.structs.replace(listing(), project=HARBOUR)),
        "claim": lambda: store.add_claims([hosted()]),
    }
    deeds[deed]()
    assert {change.project for change in store.changes(before)} == {HARBOUR}
    assert store.serials()[HARBOUR] > before


def test_listing_that_is_only_confirmed_is_no_change(store: Store) -> None:
    store.put_listing(listing())
    before = newest(store.changes(0), 0)
    store.put_listing(msgspec.structs.replace(listing(), fetched_at=NOW + dt.timedelta(hours=1)))
    assert store.changes(before) == ()


def test_waivers_and_prefixes_change_everything(store: Store) -> None:
    before = newest(store.changes(0), 0)
    store.add_claims(
        [Claim(pattern=NamePattern("acme-*"), origin=Origin.CLAIMED, by="ada", reason="x", at=NOW)]
    )
    assert None in {change.project for change in store.changes(before)}
    before = newest(store.changes(0), 0)
    store.add_waiver(waiver("w1", project="example"))
    store.revoke_waiver(waiver("w1", project="example").id, by="ada", reason="no more", at=NOW)
    assert None in {change.project for change in store.changes(before)}


def test_who_follows_the_changes_misses_none_however_writers_overlap(store: Store) -> None:
    """A transaction that began first may end last: a follower must not have gone past it."""
    names = [ProjectName(f"project-{number}") for number in range(24)]
    done, seen = threading.Event(), set[ProjectName]()

    def follow() -> None:
        at = 0
        while True:
            over = done.is_set()
            changes = store.changes(at)
            seen.update(change.project for change in changes if change.project is not None)
            at = newest(changes, at)
            if over:
                return

    def write(mine: list[ProjectName]) -> None:
        for name in mine:
            store.add_remark(remark(project=name))

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, [names[n::4] for n in range(4)]))
    done.set()
    follower.join()
    assert seen == set(names)


def test_write_of_another_connection_changes_the_fingerprint(store: Store) -> None:
    before = store.fingerprint()
    store.add_remark(remark())
    after = store.fingerprint()
    assert after is None or after != before
    assert store.fingerprint() == after


def test_latest_remark_on_a_file_or_its_release_counts() -> None:
    name = "harbour-1.0.tar.gz"
    release, undone = remark(reason="broken"), remark(RemarkKind.UNYANK)
    file = remark(filename=name, reason="this one")
    assert Remarks([]).yanked("1.0", name, "upstream says") == "upstream says"
    assert Remarks([release]).yanked("1.0", name, None) == "broken"
    assert Remarks([release]).yanked("1.1", name, None) is None
    assert Remarks([release, undone]).yanked("1.0", name, "upstream says") is None
    assert Remarks([undone, file]).yanked("1.0", name, None) == "this one"
    assert Remarks([file, undone]).yanked("1.0", name, None) is None


def test_deleted_files_and_the_status() -> None:
    gone = remark(RemarkKind.DELETE, filename="harbour-1.0.tar.gz")
    status = remark(
        RemarkKind.STATUS, version="", status=ProjectStatus.ARCHIVED, reason="superseded"
    )
    remarks = Remarks([gone, status])
    assert remarks.deleted("harbour-1.0.tar.gz")
    assert not remarks.deleted("harbour-1.1.tar.gz")
    assert remarks.status == status


@pytest.mark.parametrize(
    "changes",
    [
        {"by": " "},
        {"reason": "two\nlines"},
        {"at": dt.datetime(2026, 1, 1)},  # noqa: DTZ001
        {"version": ""},
        {"status": ProjectStatus.ACTIVE},
    ],
)
def test_remark_that_says_nothing_sensible(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        remark(**changes)
