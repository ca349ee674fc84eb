"""Compositions of what reads and changes what a watch has found."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import now
from airlock.assembly.storing import existing_records
from airlock.errors import InvalidName, TargetNotFound
from airlock.model import ProjectName, Sha256

if TYPE_CHECKING:
    from airlock.model import Severity, Verdict
    from airlock.model.watching import Alert, Letter
    from airlock.report.watching import WatchStatus
    from airlock.store import Records


def watch_letters(folder: Path, *, dead: bool, limit: int) -> "tuple[Letter, ...]":
    """Return works that failed: dead letters, or what waits to be tried again.

    Raises:
        UsageError: if nothing is kept in the folder.
    """
    with existing_records(folder) as records:
        return records.works.letters(dead=dead, limit=limit)


def revive_letters(folder: Path, ids: Sequence[int] | None) -> int:
    """Queue dead letters again, all of them or some; return how many.

    Raises:
        UsageError: if nothing is kept in the folder.
    """
    with existing_records(folder) as records:
        return records.works.revive(ids, now())


def watch_status(folder: Path) -> "WatchStatus":
    """Return how far a watch is.

    Raises:
        UsageError: if nothing is kept in the folder.
    """
    with existing_records(folder) as records:
        return status_of(records)


def status_of(records: "Records") -> "WatchStatus":
    """Return how far a watch is."""
    from airlock.model.watching import LIVES
    from airlock.report.watching import WatchStatus

    at = now()
    workers = records.works.workers(at - LIVES)
    newest = max((one.checks for one in workers), default=0)
    return WatchStatus(
        at,
        records.following.sources(),
        records.works.backlog(at),
        workers,
        records.works.checks_of(newest),
    )


def alerts(folder: Path, lowest: "Severity", limit: int) -> "list[Alert]":
    """Return the newest alerts of a severity or worse, the newest first.

    Raises:
        UsageError: if nothing is kept in the folder.
    """
    from airlock.report.newest_alerts import newest_alerts

    with existing_records(folder) as records:
        return newest_alerts(records.log, lowest, limit)


def verdicts_on(folder: Path, targets: Sequence[str]) -> "list[Verdict]":
    """Return the newest verdicts on digests, or on every file of projects.

    Raises:
        TargetNotFound: if there is none on one of them.
        UsageError: if nothing is kept in the folder.
    """
    with existing_records(folder) as records:
        return [one for target in targets for one in _verdicts_on(records, target)]


def _verdicts_on(records: "Records", target: str) -> "list[Verdict]":
    try:
        digests = [Sha256(target)]
    except InvalidName:
        project = ProjectName(target)
        digests = [one.artifact.sha256 for one in records.store.artifacts_of(project)]
    found = [records.store.latest_verdict(digest) for digest in digests]
    known = [verdict for verdict in found if verdict is not None]
    if not known:
        raise TargetNotFound(f"there is no verdict on {target[:80]}")
    return known
