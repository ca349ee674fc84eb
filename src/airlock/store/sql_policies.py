"""Policies in a database."""

import datetime as dt
import hashlib
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, insert, select, update

from airlock.errors import MalformedDocument, Outdated
from airlock.model import PolicyVersion, Sha256, Verdict
from airlock.model.log import Event
from airlock.model.people import Stamp
from airlock.model.policies import Draft, DryRun, Progress, Proposal, Revision, RunState, Source
from airlock.model.wire import decode
from airlock.store import change_rows, log_rows, proposal_rows
from airlock.store.dialects import take_turns
from airlock.store.engine import Database
from airlock.store.policies import Judged, Period, Policies
from airlock.store.policy_tables import dry_runs, policy_revisions
from airlock.store.tables import verdicts

_KEPT_RUNS = 20
_TURN = "airlock policy"
_newer = verdicts.alias("newer")
_NEWEST = select(func.coalesce(func.max(policy_revisions.c.number), 0))


class SqlPolicies(Policies):
    """Policies in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest_number(self) -> int:
        """Return the number of the revision in force."""
        with self._database.reading() as connection:
            return connection.scalar(_NEWEST) or 0

    def revision(self, number: int) -> Revision | None:
        """Return a revision."""
        query = select(policy_revisions).where(policy_revisions.c.number == number)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _revision(row) if row is not None else None

    def history(self, *, before: int | None, limit: int) -> tuple[Revision, ...]:
        """Return revisions, the newest first."""
        query = select(policy_revisions).order_by(policy_revisions.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(policy_revisions.c.number < before)
        with self._database.reading() as connection:
            return tuple(_revision(row) for row in connection.execute(query))

    def by_version(self, version: str) -> int:
        """Return the number of the newest revision with a version."""
        query = select(func.max(policy_revisions.c.number))
        with self._database.reading() as connection:
            return connection.scalar(query.where(policy_revisions.c.policy_version == version)) or 0

    def save(self, draft: Draft, *, after: int) -> Revision:
        """Put a policy in force."""
        with self._database.writing() as connection:
            _take_turn(connection, after)
            return _added(connection, draft, after)

    def propose(self, proposal: Proposal) -> None:
        """Let a policy wait for a second person."""
        with self._database.writing() as connection:
            _take_turn(connection, proposal.base)
            proposal_rows.put(connection, proposal, _digest(proposal.draft.text))

    def proposal(self) -> Proposal | None:
        """Return the policy that waits for a second person."""
        with self._database.reading() as connection:
            return proposal_rows.waiting(connection)

    def confirm(self, proposal_id: str, draft: Draft) -> Revision:
        """Put what waits in force, with who agreed."""
        with self._database.writing() as connection:
            take_turns(connection, _TURN)
            found = proposal_rows.take(connection, proposal_id)
            _require_newest(connection, found.base)
            same = msgspec.structs.replace(draft, text=found.draft.text)
            return _added(connection, same, found.base)

    def withdraw(self, proposal_id: str, stamp: Stamp) -> None:
        """Let a policy wait no more."""
        with self._database.writing() as connection:
            take_turns(connection, _TURN)
            found = proposal_rows.take(connection, proposal_id)
            proposal_rows.note_withdrawn(connection, found, stamp)

    def announce(self, draft: Draft) -> Revision | None:
        """Put the policy of a file in force, if it is a new one."""
        revisions = policy_revisions.c
        brought = select(revisions.digest).where(revisions.source == Source.FILE.value)
        brought = brought.order_by(revisions.number.desc()).limit(1)
        with self._database.writing() as connection:
            take_turns(connection, _TURN)
            newest = connection.scalar(_NEWEST) or 0
            if connection.scalar(brought) == _digest(draft.text):
                return None
            return _added(connection, draft, newest)

    def period(self, since: dt.datetime) -> Period:
        """Return what was judged from a time on until now."""
        with self._database.reading() as connection:
            last = connection.scalar(select(func.coalesce(func.max(verdicts.c.seq), 0))) or 0
            stands = _stands(since, last)
            query = select(func.min(verdicts.c.seq), func.count()).where(stands)
            first, number = connection.execute(query).one()
            return Period(since, first or last + 1, last, number)

    def judged(self, period: Period, *, begin: int, end: int) -> tuple[Judged, ...]:
        """Return the verdicts by which digests stood."""
        columns = (verdicts.c.seq, verdicts.c.sha256, verdicts.c.filename, verdicts.c.document)
        query = select(*columns).where(_stands(period.since, period.last))
        # By numbers from both sides: else a database may go through all of the period each time.
        query = query.where(verdicts.c.seq >= begin, verdicts.c.seq < end)
        query = query.order_by(verdicts.c.seq.desc())
        with self._database.reading() as connection:
            return tuple(
                Judged(row.seq, Sha256(row.sha256), row.filename, _read(row.document))
                for row in connection.execute(query)
            )

    def begin_run(self, run: DryRun) -> None:
        """Remember a dry run."""
        row = {
            "id": run.id,
            "text": run.text,
            "policy_name": run.policy.name,
            "policy_version": run.policy.version,
            "days": run.days,
            "person": run.by,
            "started_at": run.started_at,
            "state": run.state.value,
            "looked_at": run.looked_at,
            "total": run.total,
            "beat_at": run.beat_at,
            "problem": run.problem,
            "result": run.result,
        }
        newest = select(dry_runs.c.seq).order_by(dry_runs.c.seq.desc()).limit(_KEPT_RUNS)
        with self._database.writing() as connection:
            connection.execute(insert(dry_runs), row)
            kept = list(connection.scalars(newest))
            connection.execute(delete(dry_runs).where(dry_runs.c.seq < min(kept)))

    def note_run(self, run_id: str, progress: Progress, result: bytes, problem: str = "") -> bool:
        """Write down how far a dry run is."""
        change = update(dry_runs).where(
            dry_runs.c.id == run_id, dry_runs.c.state == RunState.RUNNING.value
        )
        values = {
            "state": progress.state.value,
            "looked_at": progress.looked_at,
            "total": progress.total,
            "beat_at": progress.beat_at,
            "problem": problem,
            "result": result,
        }
        with self._database.writing() as connection:
            found = connection.execute(change.values(values).returning(dry_runs.c.seq)).first()
        return found is not None

    def cancel_run(self, run_id: str) -> None:
        """End a dry run."""
        change = update(dry_runs).where(
            dry_runs.c.id == run_id, dry_runs.c.state == RunState.RUNNING.value
        )
        with self._database.writing() as connection:
            connection.execute(change.values(state=RunState.CANCELLED.value))

    def run(self, run_id: str) -> DryRun | None:
        """Return a dry run."""
        query = select(dry_runs).where(dry_runs.c.id == run_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _run(row) if row is not None else None

    def runs(self, limit: int) -> tuple[DryRun, ...]:
        """Return the newest dry runs."""
        query = select(dry_runs).order_by(dry_runs.c.seq.desc()).limit(limit)
        with self._database.reading() as connection:
            return tuple(_run(row) for row in connection.execute(query))


def _take_turn(connection: Connection, after: int) -> None:
    take_turns(connection, _TURN)
    _require_newest(connection, after)


def _require_newest(connection: Connection, after: int) -> None:
    newest = connection.scalar(_NEWEST) or 0
    if newest != after:
        raise Outdated(
            f"revision {newest} came into force meanwhile",
            hint="Look at what changed; then save again.",
        )


def _stands(since: dt.datetime, last: int) -> ColumnElement[bool]:
    overruled = exists().where(
        _newer.c.sha256 == verdicts.c.sha256,
        _newer.c.seq > verdicts.c.seq,
        _newer.c.seq <= last,
    )
    return (verdicts.c.decided_at >= since) & (verdicts.c.seq <= last) & ~overruled


def _read(document: bytes) -> Verdict | None:
    try:
        return decode(document, Verdict)
    except MalformedDocument:
        return None


def _added(connection: Connection, draft: Draft, newest: int) -> Revision:
    before = connection.scalar(
        select(policy_revisions.c.digest).where(policy_revisions.c.number == newest)
    )
    after = _digest(draft.text)
    row = {
        "number": newest + 1,
        "digest": after,
        "saved_at": draft.at,
        **proposal_rows.columns_of(draft),
    }
    connection.execute(insert(policy_revisions), row)
    # Whatever was rendered by the policy before holds no more.
    change_rows.note(connection, None)
    log_rows.append(connection, _saved(draft, newest + 1, before or "", after))
    return Revision(
        number=newest + 1,
        text=draft.text,
        policy=draft.policy,
        source=draft.source,
        by=draft.by,
        reason=draft.reason,
        at=draft.at,
        restores=draft.restores,
    )


def _saved(draft: Draft, number: int, before: str, after: str) -> Event:
    details = {
        "revision": str(number),
        "policy": f"{draft.policy.name} {draft.policy.version}",
        "reason": draft.reason,
        "source": draft.source.value,
        "before": before,
        "after": after,
        "restores": str(draft.restores) if draft.restores else "",
    }
    kept = {name: value for name, value in details.items() if value}
    return Event(kind="policy-saved", subject="the policy", by=draft.by, at=draft.at, details=kept)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        number=row.number,
        text=row.text,
        policy=PolicyVersion(row.policy_name, row.policy_version),
        source=Source(row.source),
        by=row.person,
        reason=row.reason,
        at=row.saved_at,
        restores=row.restores,
    )


def _run(row: Row[Any]) -> DryRun:
    return DryRun(
        id=row.id,
        text=row.text,
        policy=PolicyVersion(row.policy_name, row.policy_version),
        days=row.days,
        by=row.person,
        started_at=row.started_at,
        state=RunState(row.state),
        looked_at=row.looked_at,
        total=row.total,
        beat_at=row.beat_at,
        problem=row.problem,
        result=row.result,
    )
