"""A dry run looks at everything that stood in its period, once, and is exact about it."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from airlock import vetting
from airlock.errors import TargetNotFound
from airlock.gate import dry_runs
from airlock.gate.dry_runs import DryRuns
from airlock.model import Sha256
from airlock.model.policies import RunState
from airlock.policy import InForce, Policy
from airlock.store import Records, open_records
from tests.unit.examples import NOW, artifact
from tests.unit.gate.doors import BAD, CHECKS, CLEAN
from tests.unit.test_rejudging import LAX
from tests.unit.workers.examinations import until

DAY = dt.timedelta(days=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        yield opened


def judged(records: Records, number: int, outcomes: object, days_ago: int) -> None:
    name = f"example-1.{number}.tar.gz"
    verdict = vetting.judge(
        artifact(name, sha256=Sha256.of(name.encode())),
        outcomes,  # type: ignore[arg-type]
        Policy(),
        CHECKS,
        now=NOW - days_ago * DAY,
    )
    records.store.append_verdict(verdict)


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_everything_of_the_period_is_looked_at_once(
    records: Records, tmp_path: Path, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "_PAGE", page)
    judged(records, 0, BAD, 40)
    judged(records, 1, BAD, 3)
    judged(records, 2, CLEAN, 3)
    judged(records, 3, (), 2)
    judged(records, 1, CLEAN, 1)
    judged(records, 4, BAD, 1)
    judged(records, 5, BAD, 1)
    with sqlite3.connect(tmp_path / "airlock.db") as connection:
        connection.execute("DROP TRIGGER IF EXISTS verdicts_refuse_update")
        connection.execute("UPDATE verdicts SET document = x'00' WHERE seq = 7")
    runs = DryRuns(records.policies, InForce(Policy()), CHECKS, lambda: NOW)

    run_id = runs.begin("the text", LAX, 30, "ada")

    assert until(lambda: runs.run(run_id)[0].state is RunState.DONE)
    run, found = runs.run(run_id)
    assert (run.total, run.looked_at) == (5, 5)
    assert (found.judged, found.changed, found.not_judged) == (3, 1, 2)
    assert {group.number for group in found.blind.values()} == {1}
    assert any("cannot be read" in why for why in found.blind)
    assert len(records.policies.runs(9)) == 1


def test_run_that_was_cancelled_goes_no_further(records: Records) -> None:
    judged(records, 1, BAD, 1)
    runs = DryRuns(records.policies, InForce(Policy()), CHECKS, lambda: NOW)
    run_id = runs.begin("the text", LAX, 30, "ada")
    records.policies.cancel_run(run_id)
    ended = runs.run(run_id)[0]
    assert ended.state in {RunState.CANCELLED, RunState.DONE}
    late = msgspec.structs.replace(ended, state=RunState.RUNNING, beat_at=NOW - 2 * DAY)
    assert runs.ended_with_its_gate(late)
    with pytest.raises(TargetNotFound):
        runs.run("0" * 12)
