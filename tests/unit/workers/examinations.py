"""Examinations by hostile checks, for tests of the processes that they run in."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from airlock import vetting
from airlock.model import Outcome
from airlock.workers import Examination, Job, WorkerLimits, Workers
from tests.checks.packing import pack_sdist
from tests.simulators import hostile_checks

Start = Literal["fork", "forkserver"]
LIMITS = WorkerLimits(wall_seconds=60.0, memory_bytes=1 << 30)
KIT = "tests.simulators.hostile_checks:kit"
PATIENCE_SECONDS = 30.0


def workers(start: Start, limits: WorkerLimits = LIMITS, loader: str = KIT) -> Workers:
    checks, _ = hostile_checks.kit()
    return Workers(checks, loader, limits, start=start)


def job(folder: Path, deed: str) -> Job:
    """Return the examination of an artifact in a folder of its own; what it does is its name."""
    place = folder / deed
    place.mkdir()
    path = pack_sdist(place, {"setup.py": b""}, filename=f"{deed}-1.0.tar.gz")
    return Job(artifact=vetting.identify(path), path=str(path), now=hostile_checks.now())


def outcomes(examination: Examination) -> dict[str, Outcome]:
    """Return the outcomes by the last word of their check."""
    return {outcome.check.removeprefix("code-"): outcome for outcome in examination.outcomes}


def messages(outcome: Outcome) -> list[str]:
    return [finding.message for finding in outcome.findings]


def noted_pids(folder: Path) -> set[int]:
    """Return the processes that were written down beside the artifacts of a folder."""
    notes = folder.glob(f"*/{hostile_checks.PIDS}")
    return {int(line) for note in notes for line in note.read_text().split()}


def alive(pid: int) -> bool:
    """Tell whether a process runs; what only waits to be reaped does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return fields[0] not in {"Z", "X"}


def until(condition: Callable[[], bool]) -> bool:
    """Wait for something that the system does in its own time; tell whether it came."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def gone(pids: Iterable[int]) -> bool:
    """Tell whether all of the processes end."""
    return until(lambda: not any(alive(pid) for pid in pids))
