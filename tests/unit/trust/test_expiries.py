"""Until when signatures hold, as the first page shows it."""

from pathlib import Path

from airlock.model.database import Condition
from airlock.trust.expiries import status, unsigned
from airlock.trust.workspace import Workspace
from tests.simulators.trusting import Clock


def test_they_are_current_and_grow_old(workspace: Workspace, clock: Clock) -> None:
    fresh = status(workspace, clock())
    assert fresh.condition is Condition.CURRENT
    assert "root until " in fresh.message
    assert "timestamp until " in fresh.message
    clock.forward(hours=21)
    late = status(workspace, clock())
    assert (late.condition, late.cure) == (Condition.STALE, "airlock trust doctor")


def test_what_cannot_be_read_is_broken(workspace: Workspace, clock: Clock, tmp_path: Path) -> None:
    for path in tmp_path.rglob("timestamp.json"):
        path.write_bytes(b"{")
    assert status(workspace, clock()).condition is Condition.BROKEN


def test_what_nobody_signs_is_absent() -> None:
    assert unsigned().condition is Condition.ABSENT
