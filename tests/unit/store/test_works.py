"""What every database promises of works and of how far sources are followed."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest

from airlock.model import Decision, ProjectName, Release
from airlock.model.description import Description
from airlock.model.watching import (
    MOST_ATTEMPTS,
    Change,
    Claim,
    SourceState,
    Stage,
    Work,
    Worker,
)
from airlock.store import Records
from airlock.store.readings import Reading
from airlock.store.works import Result, Terms
from tests.unit.store.examples import DAY, NOW, SOURCE, artifact, digest, listed, verdict

SECOND = dt.timedelta(seconds=1)
LEASE = 20 * SECOND
NOTHING = dt.timedelta(0)


def work(
    number: int, *, priority: int = 0, project: str = "example", stage: Stage = Stage.STATIC
) -> Work:
    file = listed(number, filename=f"{project}-{number}.0.tar.gz")
    release = Release(
        project=ProjectName(project), version=f"{number}.0", source=SOURCE, listed=file
    )
    return Work(release=release, priority=priority, stage=stage)


def terms(
    holder: str = "ada",
    *,
    checks: int = 1,
    now: dt.datetime = NOW,
    spacing: dt.timedelta = NOTHING,
    stages: Sequence[Stage] = (Stage.STATIC,),
) -> Terms:
    return Terms(holder, checks, stages, now + LEASE, spacing)


def claimed(records: Records, holder: str = "ada", now: dt.datetime = NOW) -> Claim:
    (claim,) = records.works.claim(terms(holder, now=now), 1, now)
    return claim


def test_work_is_added_once_and_given_out_by_priority(records: Records) -> None:
    works = records.works
    assert works.add([work(1), work(2, priority=-5), work(3)], 1, NOW) == 3
    assert works.add([work(2), work(4)], 1, NOW + SECOND) == 1
    assert works.add([], 1, NOW) == 0
    first = works.claim(terms(), 2, NOW)
    assert [one.work.file.filename for one in first] == ["example-2.0.tar.gz", "example-1.0.tar.gz"]
    rest = works.claim(terms("bob", now=NOW + SECOND), 9, NOW + SECOND)
    assert [one.work for one in rest] == [work(3), work(4)]
    assert works.claim(terms("eve"), 9, NOW + SECOND) == ()
    assert works.waiting() == 4


def test_only_the_named_ones_are_given_out(records: Records) -> None:
    records.works.add([work(1), work(2)], 1, NOW)
    second = records.works.claim(terms(), 2, NOW)[1]
    assert records.works.put_back(second, "", NOW, counted=False)
    assert records.works.claim(terms(), 9, NOW, only=[]) == ()
    assert [c.id for c in records.works.claim(terms(), 9, NOW, only=[second.id])] == [second.id]


def test_work_of_who_was_killed_goes_to_another_and_has_one_result(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    first = claimed(records)
    later = NOW + LEASE
    second = claimed(records, "bob", later)
    assert (second.id, second.attempt) == (first.id, 2)
    result = Result(checks=1, verdict=verdict(1))
    assert not records.works.settle(first, result, later)
    assert records.store.latest_verdict(artifact(1).sha256) is None
    assert records.works.settle(second, result, later)
    assert not records.works.settle(second, result, later)
    assert len(records.store.verdicts(artifact(1).sha256)) == 1
    assert [entry.event.kind for entry in records.log.entries(0, 9)] == ["verdict"]


def test_who_renews_keeps_what_it_holds(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    claim = claimed(records)
    records.works.renew("ada", [claim.id], NOW + 2 * LEASE)
    records.works.renew("bob", [claim.id], NOW)
    assert records.works.claim(terms("bob"), 1, NOW + LEASE) == ()
    assert records.works.settle(claim, Result(1), NOW + LEASE)


def test_what_fails_waits_and_becomes_a_dead_letter(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    now, waits = NOW, []
    for _ in range(MOST_ATTEMPTS):
        claim = claimed(records, now=now)
        assert records.works.put_back(claim, "no answer\0", now + claim.wait())
        assert records.works.claim(terms(), 1, now) == ()
        waits.append(claim.wait())
        now += claim.wait()
    assert waits == sorted(waits)
    assert records.works.claim(terms(now=now + DAY), 1, now + DAY) == ()
    (letter,) = records.works.letters(dead=True, limit=9)
    assert (letter.attempts, letter.reason) == (MOST_ATTEMPTS, "no answer ")
    assert records.works.letters(dead=False, limit=9) == ()
    assert records.works.revive([letter.id + 1], now) == 0
    assert records.works.revive([letter.id], now) == 1
    assert claimed(records, now=now).attempt == 1
    assert records.works.revive(None, now) == 0


def test_what_kills_its_workers_is_given_up(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        claimed(records, now=now)
        now += LEASE
    assert records.works.claim(terms(now=now), 1, now) == ()
    assert (records.works.bury(NOW), records.works.bury(now), records.works.bury(now)) == (0, 1, 0)
    assert "lost" in records.works.letters(dead=True, limit=1)[0].reason


def test_what_is_nobodys_fault_is_not_counted(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    for _ in range(MOST_ATTEMPTS + 1):
        assert records.works.put_back(claimed(records), "stopped", NOW, counted=False)
    assert claimed(records).attempt == 1


def test_what_is_withdrawn_has_no_verdict(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    assert records.works.withdraw(claimed(records), "not there any more", NOW)
    backlog = records.works.backlog(NOW)
    assert (backlog.gone, backlog.done, backlog.waiting["static"]) == (1, 0, 0)


def test_what_was_read_comes_with_the_verdict_or_not_at_all(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    first, file = claimed(records), (digest(1), "example-1.0.tar.gz")
    second = claimed(records, "bob", NOW + LEASE)
    said = Description(version="1.0", summary="An example")
    reading = Reading(ProjectName("example"), file, None, digest(7), said)
    result = Result(1, verdict=verdict(1), reading=reading)
    assert not records.works.settle(first, result, NOW + LEASE)
    assert records.store.core_metadata(reading.project) == {}
    assert records.works.settle(second, result, NOW + LEASE)
    assert records.store.core_metadata(reading.project) == {file: digest(7)}
    assert records.browsing.described(reading.project) == said


def test_alert_and_needs_and_what_follows_come_with_the_verdict(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    follow = work(1, stage=Stage.DETONATION)
    needs = [ProjectName("flask"), ProjectName("example")]
    bad = verdict(1, Decision.REFUSE)
    assert records.works.settle(
        claimed(records), Result(1, verdict=bad, needs=needs, follow=follow), NOW
    )
    assert [e.event.kind for e in records.log.entries(0, 9)] == ["verdict", "alert-high"]
    assert records.works.dependents([ProjectName("flask"), ProjectName("example")]) == {"flask": 1}
    assert records.works.claim(terms(), 9, NOW) == ()
    (second,) = records.works.claim(terms(stages=list(Stage)), 9, NOW)
    assert second.work == follow


def test_what_was_withdrawn_and_is_announced_again_is_queued(records: Records) -> None:
    works = records.works
    works.add([work(1), work(2)], 1, NOW)
    for claim in works.claim(terms(), 2, NOW):
        assert works.withdraw(claim, "the index has it no more", NOW)
    assert works.claim(terms(), 9, NOW) == ()
    assert works.add([work(2), work(3)], 1, NOW + SECOND) == 2
    again = works.claim(terms(now=NOW + SECOND), 9, NOW + SECOND)
    assert [(claim.work, claim.attempt) for claim in again] == [(work(2), 1), (work(3), 1)]
    # What is done stays done, however often it is announced.
    assert works.settle(again[0], Result(1), NOW + SECOND)
    assert works.add([work(2)], 1, NOW + DAY) == 0


def test_newer_checks_look_again_and_older_ones_do_not(records: Records) -> None:
    works = records.works
    one = works.register_checks("a" * 16, {"code-x": 1})
    two = works.register_checks("b" * 16, {"code-x": 2})
    assert (works.register_checks("a" * 16, {}), two > one) == (one, True)
    assert (works.checks_of(two), works.checks_of(99)) == ({"code-x": 2}, {})
    works.add([work(1), work(2), work(3)], one, NOW)
    for claim in works.claim(terms(checks=one), 2, NOW):
        works.settle(claim, Result(one), NOW)
    found = works.outdated(two, 0, 9)
    assert [o.filename for o in found] == ["example-1.0.tar.gz", "example-2.0.tar.gz"]
    assert works.outdated(two, found[0].id, 9) == found[1:]
    works.bring_up([found[0].id], [found[1].id], two, NOW)
    assert works.outdated(two, 0, 9) == ()
    old = works.claim(terms("old", checks=one), 9, NOW)
    assert [c.work for c in old] == [work(3)]
    new = works.claim(terms("new", checks=two), 9, NOW)
    assert [c.work for c in new] == [work(1)]


def test_other_queues_are_told_of_what_is_due(records: Records) -> None:
    tell = records.works.tell
    records.works.add([work(1), work(2, priority=-1, stage=Stage.DETONATION)], 1, NOW)
    assert [(one.priority, one.stage) for one in tell(1, NOW)] == [(-1, Stage.DETONATION)]
    assert [(one.priority, one.stage) for one in tell(9, NOW)] == [(0, Stage.STATIC)]
    assert tell(9, NOW + SECOND) == ()
    claim = claimed(records, now=NOW + 3 * SECOND)
    # What its holder was killed over is told of again at once; what nobody has begun, later.
    assert [one.id for one in tell(9, NOW + 3 * SECOND + LEASE)] == [claim.id]
    assert [one.stage for one in tell(9, NOW + 30 * SECOND)] == [Stage.DETONATION]


def test_other_queues_are_told_again_of_what_they_lost(records: Records) -> None:
    records.works.add([work(1)], 1, NOW)
    (due,) = records.works.tell(9, NOW)
    assert records.works.tell(9, NOW) == ()
    records.works.lost([due.id])
    assert records.works.tell(9, NOW) == (due,)
    records.works.lost([due.id])
    # Who is told while the source is left alone can do nothing with it.
    records.following.rest(SOURCE, NOW + DAY)
    assert records.works.tell(9, NOW) == ()
    assert records.works.tell(9, NOW + DAY) == (due,)


def test_other_queues_are_told_of_what_somebody_alive_may_do(records: Records) -> None:
    """Told of what waits for newer checks, older workers would hand it back for ever."""
    works = records.works
    works.add([work(1)], 1, NOW)
    works.add([work(2)], 2, NOW)
    works.beat(Worker(id="old", checks=1, started_at=NOW, beat_at=NOW))
    works.beat(Worker(id="ended", checks=2, started_at=NOW - DAY, beat_at=NOW - DAY))
    (older,) = works.tell(9, NOW)
    works.beat(Worker(id="new", checks=2, started_at=NOW, beat_at=NOW))
    (newer,) = works.tell(9, NOW)
    assert newer.id > older.id


def test_paces_are_shared_and_rests_are_kept(records: Records) -> None:
    following = records.following
    times = [following.reserve(SOURCE, SECOND, NOW) for _ in range(3)]
    assert times == [NOW, NOW + SECOND, NOW + 2 * SECOND]
    records.works.add([work(1), work(2)], 1, NOW)
    claims = records.works.claim(terms(spacing=SECOND), 2, NOW)
    assert [c.not_before for c in claims] == [NOW + 3 * SECOND, NOW + 4 * SECOND]
    following.rest(SOURCE, NOW + DAY)
    following.rest(SOURCE, NOW + SECOND)
    records.works.add([work(3)], 1, NOW)
    assert records.works.claim(terms(), 1, NOW + 3 * LEASE) == ()
    assert len(records.works.claim(terms(), 9, NOW + DAY)) == 3


def test_backlog_counts(records: Records) -> None:
    records.works.add([work(1), work(2), work(3, stage=Stage.DETONATION)], 1, NOW)
    records.works.settle(claimed(records), Result(1), NOW)
    claimed(records)
    backlog = records.works.backlog(NOW)
    assert (backlog.waiting, backlog.held) == ({"static": 1, "detonation": 1}, 1)
    assert (backlog.done, backlog.done_lately, backlog.oldest) == (1, 1, NOW)
    assert records.works.backlog(NOW + DAY).done_lately == 0
    assert records.works.pending([ProjectName("example"), ProjectName("other")]) == {"example": 2}


def test_workers_are_known_while_they_live(records: Records) -> None:
    worker = Worker(id="host-1", checks=1, started_at=NOW, beat_at=NOW)
    records.works.beat(worker)
    records.works.beat(msgspec.structs.replace(worker, beat_at=NOW + SECOND))
    assert [one.beat_at for one in records.works.workers(NOW)] == [NOW + SECOND]
    assert records.works.workers(NOW + DAY) == ()
    records.works.leave("host-1")
    assert records.works.workers(NOW) == ()


def test_cursors_move_once(records: Records) -> None:
    assert records.works.cursor("mail") == 0
    assert records.works.move_cursor("mail", 0, 7)
    assert not records.works.move_cursor("mail", 0, 9)
    assert records.works.cursor("mail") == 7


@pytest.fixture
def source() -> SourceState:
    return SourceState(url=SOURCE, kind="changelog", serial=10, since=NOW, polled_at=NOW)


def test_changes_and_cursor_are_kept_together(records: Records, source: SourceState) -> None:
    following = records.following
    following.begin(source)
    following.begin(msgspec.structs.replace(source, serial=99))
    assert following.source(SOURCE, "changelog") == source
    assert following.source(SOURCE, "feed") is None
    moved = msgspec.structs.replace(source, serial=12)
    changes = [Change(ProjectName("b"), 11), Change(ProjectName("a"), 12)]
    following.note(moved, changes, everything=False)
    assert following.sources() == (moved,)
    assert [(d.project, d.wanted) for d in following.due([SOURCE], 9, NOW)] == [
        ("a", 12),
        ("b", 11),
    ]
    assert following.due(["https://other.example/"], 9, NOW) == ()
    assert following.due([SOURCE], 9, NOW - SECOND) == ()


def test_page_that_was_read_is_not_due_until_something_newer(
    records: Records, source: SourceState
) -> None:
    following = records.following
    following.note(source, [Change(ProjectName("a"), 11)], everything=False)
    (due,) = following.due([SOURCE], 9, NOW)
    # A change that came while the page was on its way.
    following.note(source, [Change(ProjectName("a"), 13)], everything=False)
    read = {"etag": "x", "checks": 1, "now": NOW}
    assert following.read(due, [work(1, project="a")], serial=12, **read) == 1  # type: ignore[arg-type]
    (again,) = following.due([SOURCE], 9, NOW)
    assert (again.wanted, again.etag) == (13, "x")
    assert following.read(again, [work(1, project="a")], serial=13, **read) == 0  # type: ignore[arg-type]
    assert following.due([SOURCE], 9, NOW) == ()
    for serial in (11, 13):
        following.note(source, [Change(ProjectName("a"), serial)], everything=False)
        assert following.due([SOURCE], 9, NOW) == ()
    following.note(source, [Change(ProjectName("a"))], everything=False)
    assert len(following.due([SOURCE], 9, NOW)) == 1


def test_backfill_comes_last_and_reads_everything(records: Records, source: SourceState) -> None:
    following = records.following
    following.note(source, [Change(ProjectName("a"), 5)], everything=True)
    later = msgspec.structs.replace(source, polled_at=NOW + SECOND)
    following.note(later, [Change(ProjectName("b"), 11)], everything=False)
    due = following.due([SOURCE], 9, NOW + SECOND)
    assert [(one.project, one.everything) for one in due] == [("b", False), ("a", True)]


def test_page_that_cannot_be_read_is_postponed(records: Records, source: SourceState) -> None:
    following = records.following
    following.note(source, [Change(ProjectName("a"), 11)], everything=False)
    (due,) = following.due([SOURCE], 9, NOW)
    following.postpone(due, "no answer", NOW + DAY)
    assert following.due([SOURCE], 9, NOW) == ()
    (again,) = following.due([SOURCE], 9, NOW + DAY)
    assert again.attempts == 1
