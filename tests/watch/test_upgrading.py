"""What the raised version of one check concerns is looked at again, and nothing else."""

import datetime as dt
from collections.abc import Mapping

import msgspec
import pytest

from airlock.checks import Check, CheckSet
from airlock.gate.watch.upgrading import Upgrading, concerns
from airlock.model import Outcome, Status, Verdict
from airlock.model.watching import Claim, Stage, Worker
from airlock.store import Records
from airlock.store.works import Result, Terms
from tests.unit.store.examples import NOW, verdict
from tests.unit.store.test_works import work

_HOUR = dt.timedelta(hours=1)
_SAW, _SKIPPED, _FAILED = Status.SAW, Status.SKIPPED, Status.FAILED
_BEFORE = {"code-a": 1, "code-b": 1}


def judged(number: int, *, b: Status, versions: Mapping[str, int] | None = None) -> Verdict:
    """Return a verdict by two checks, one of which ended in some way."""
    at = versions or _BEFORE
    outcomes = (
        Outcome(check="code-a", version=at["code-a"], status=_SAW),
        Outcome(check="code-b", version=at["code-b"], status=b),
    )
    return msgspec.structs.replace(verdict(number), outcomes=outcomes)


def checks(versions: Mapping[str, int], asks_since: int = 1) -> CheckSet:
    """Return checks of some versions; ``code-b`` asks since one of them as it does now."""
    return CheckSet(
        type(
            "Asked",
            (Check,),
            {
                "id": name,
                "version": version,
                "asks_since": asks_since if name == "code-b" else 1,
                "release": lambda self, subject: (),  # noqa: ARG005 - as the method is
            },
        )()
        for name, version in versions.items()
    )


@pytest.mark.parametrize(
    ("b", "versions", "wanted"),
    [
        (_SAW, {"code-a": 1, "code-b": 2}, True),
        (_FAILED, {"code-a": 1, "code-b": 2}, True),
        # Its question did not arise, and the other check says what it said.
        (_SKIPPED, {"code-a": 1, "code-b": 2}, False),
        (_SKIPPED, {"code-a": 2, "code-b": 1}, True),
        (_SKIPPED, {"code-a": 1, "code-b": 1, "code-c": 1}, True),
        # A check that is no more took nothing along that another would find.
        (_SAW, {"code-a": 1}, False),
        # An older check than the one that judged is another one, too.
        (_SAW, {"code-a": 1, "code-b": 0}, True),
        (_SKIPPED, {"code-a": 1, "code-b": 0}, True),
        # All versions are the same, and the set is not: what they share is.
        (_SKIPPED, {"code-a": 1, "code-b": 1}, True),
    ],
)
def test_what_other_checks_concern(b: Status, versions: dict[str, int], *, wanted: bool) -> None:
    assert concerns(judged(1, b=b), checks(versions)) is wanted


@pytest.mark.parametrize(("judged_by", "wanted"), [(1, True), (2, False)])
def test_a_question_that_has_become_wider_may_arise_now(judged_by: int, *, wanted: bool) -> None:
    before = judged(1, b=_SKIPPED, versions={"code-a": 1, "code-b": judged_by})
    assert concerns(before, checks({"code-a": 1, "code-b": 3}, asks_since=2)) is wanted


def done(records: Records, verdicts: list[Verdict], number: int) -> None:
    """Have works done with some verdicts."""
    records.works.add([work(one) for one in range(len(verdicts))], number, NOW)
    claims = taken(records, number)
    for claim, one in zip(claims, verdicts, strict=True):
        assert records.works.settle(claim, Result(number, one), NOW)


def taken(records: Records, number: int) -> tuple[Claim, ...]:
    terms = Terms("ada", number, [Stage.STATIC], NOW + _HOUR, dt.timedelta(0))
    return records.works.claim(terms, 1_000, NOW)


def test_what_a_door_judged_meanwhile_is_judged() -> None:
    now = checks({"code-a": 1, "code-b": 2})
    before = judged(1, b=_SAW)
    assert concerns(before, now)
    assert not concerns(msgspec.structs.replace(before, checks_version=now.version), now)


def test_what_older_workers_end_late_is_queued_again(records: Records) -> None:
    one = records.works.register_checks("1" * 16, _BEFORE)
    records.works.add([work(0)], one, NOW)
    (claim,) = taken(records, one)
    records.works.beat(Worker(id="ada", checks=one, started_at=NOW, beat_at=NOW))
    newer = {**_BEFORE, "code-b": 2}
    two = records.works.register_checks("2" * 16, newer)
    upgrading = Upgrading(records.works, records.store, checks(newer), two, lambda: NOW)
    assert upgrading.is_due()
    assert (upgrading.step(), upgrading.passed) == (0, True)
    assert records.works.settle(claim, Result(one, judged(0, b=_SAW)), NOW)
    # It ended, with its last work just done: one more look, and none after that.
    records.works.leave("ada")
    assert upgrading.is_due()
    while upgrading.step():
        pass
    assert not upgrading.is_due()
    assert [again.work.file.filename for again in taken(records, two)] == ["example-0.0.tar.gz"]


def test_exactly_what_a_raised_check_concerns_is_queued_again(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In pieces that end in the middle, and one that has nothing to queue.
    monkeypatch.setattr("airlock.gate.watch.upgrading._PIECE", 3)
    ended = [_SAW, _SKIPPED, _FAILED, _SKIPPED, _SKIPPED, _SKIPPED, _SAW]
    one = records.works.register_checks("1" * 16, _BEFORE)
    done(records, [judged(at, b=status) for at, status in enumerate(ended)], one)
    newer = {**_BEFORE, "code-b": 2}
    two = records.works.register_checks("2" * 16, newer)
    upgrading = Upgrading(records.works, records.store, checks(newer), two, lambda: NOW)
    assert upgrading.step() == 3
    # Whoever was killed here begins anew, and does nothing twice.
    upgrading = Upgrading(records.works, records.store, checks(newer), two, lambda: NOW)
    while upgrading.step():
        pass
    # A worker with the older checks leaves it to one with the newer ones.
    assert taken(records, one) == ()
    again = taken(records, two)
    names = [claim.work.file.filename for claim in again]
    assert names == ["example-0.0.tar.gz", "example-2.0.tar.gz", "example-6.0.tar.gz"]
    assert records.works.outdated(two, 0, 9) == ()
