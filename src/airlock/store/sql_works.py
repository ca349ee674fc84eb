"""The queue of works in a database: each method one query or one transaction."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, delete, func, or_, select, update

from airlock.model import Artifact, ProjectName
from airlock.model.watching import (
    LATELY,
    Backlog,
    Claim,
    Letter,
    Stage,
    State,
    Work,
    Worker,
    alert_of,
)
from airlock.model.wire import decode, encode
from airlock.store import events, log_rows, reading_rows, telling_rows, verdict_rows, work_rows
from airlock.store.dialects import insert_or_replace, insert_unless_there, rows_of
from airlock.store.engine import Database
from airlock.store.tables import artifacts
from airlock.store.watch_tables import (
    check_sets,
    dependents,
    watch_cursors,
    watch_projects,
    watch_workers,
    works,
)
from airlock.store.works import Due, Outdated, Result, Terms, Works

# What is looked at again comes after everything that was never looked at.
_BEHIND = 10_000
# Workers that ended without a word are forgotten after this.
_FORGOTTEN = dt.timedelta(days=1)


class SqlWorks(Works):
    """Works in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register_checks(self, version: str, checks: Mapping[str, int]) -> int:
        """Return the number of a set of checks."""
        known = select(check_sets.c.number).where(check_sets.c.version == version)
        with self._database.reading() as connection:
            number = connection.scalar(known)
        if number is None:
            row = {"version": version, "document": encode(dict(checks))}
            with self._database.writing() as connection:
                connection.execute(insert_unless_there(connection, check_sets), row)
                number = connection.scalar(known)
        return number or 0

    def checks_of(self, number: int) -> dict[str, int]:
        """Return the versions of the checks of a set."""
        query = select(check_sets.c.document).where(check_sets.c.number == number)
        with self._database.reading() as connection:
            document = connection.scalar(query)
        return decode(document, dict[str, int]) if document is not None else {}

    def add(self, works: Iterable[Work], checks: int, now: dt.datetime) -> int:
        """Add works."""
        added = list(works)
        with self._database.writing() as connection:
            return work_rows.add(connection, added, checks, now)

    def claim(
        self, terms: Terms, most: int, now: dt.datetime, *, only: Sequence[int] | None = None
    ) -> tuple[Claim, ...]:
        """Take works that are due."""
        with self._database.writing() as connection:
            return work_rows.claim(connection, terms, most, now, only)

    def renew(self, holder: str, ids: Sequence[int], until: dt.datetime) -> None:
        """Hold works for longer."""
        with self._database.writing() as connection:
            work_rows.renew(connection, holder, ids, until)

    def settle(self, claim: Claim, result: Result, now: dt.datetime) -> bool:
        """End a work with its result."""
        values = {"state": int(State.DONE), "checks": result.checks, "ended_at": now, "reason": ""}
        with self._database.writing() as connection:
            if not work_rows.end(connection, claim, **values):
                return False
            _note_needs(connection, claim.work.release.project, result.needs)
            if result.follow is not None:
                work_rows.add(connection, [result.follow], result.checks, now)
            if result.reading is not None:
                reading_rows.put(connection, result.reading)
            if (verdict := result.verdict) is not None:
                verdict_rows.add(connection, verdict)
                told = [events.of_verdict(verdict)]
                if (alert := alert_of(verdict)) is not None:
                    told.append(events.of_alert(alert))
                log_rows.append(connection, *told)
            return True

    def put_back(self, claim: Claim, reason: str, at: dt.datetime, *, counted: bool = True) -> bool:
        """Give a work back."""
        values: dict[str, object] = {"next_at": at, "reason": reason}
        if not counted:
            values["attempts"] = claim.attempt - 1
        elif claim.last:
            values |= {"state": int(State.DEAD), "ended_at": at}
        with self._database.writing() as connection:
            return work_rows.end(connection, claim, **values)

    def bury(self, now: dt.datetime) -> int:
        """Give up works that cost many workers."""
        with self._database.reading() as connection:
            if not work_rows.deadly(connection, now):
                return 0
        with self._database.writing() as connection:
            return work_rows.bury(connection, now)

    def withdraw(self, claim: Claim, reason: str, now: dt.datetime) -> bool:
        """End a work whose file is no more."""
        with self._database.writing() as connection:
            return work_rows.end(
                connection, claim, state=int(State.GONE), ended_at=now, reason=reason
            )

    def letters(self, *, dead: bool, limit: int) -> tuple[Letter, ...]:
        """Return what failed."""
        with self._database.reading() as connection:
            return work_rows.letters(connection, dead=dead, limit=limit)

    def revive(self, ids: Sequence[int] | None, now: dt.datetime) -> int:
        """Queue dead letters again."""
        with self._database.writing() as connection:
            return work_rows.revive(connection, ids, now)

    def outdated(self, checks: int, after: int, limit: int) -> tuple[Outdated, ...]:
        """Return works that older checks did."""
        with self._database.reading() as connection:
            return work_rows.outdated(connection, checks, after, limit)

    def bring_up(
        self, again: Sequence[int], fine: Sequence[int], checks: int, now: dt.datetime
    ) -> None:
        """Queue outdated works again, or note that they are up to date."""
        with self._database.writing() as connection:
            work_rows.queue_again(connection, again, checks, now, _BEHIND)
            work_rows.keep(connection, fine, checks)

    def tell(
        self, limit: int, now: dt.datetime, stages: Collection[Stage] = tuple(Stage)
    ) -> tuple[Due, ...]:
        """Return due works that no other queue was told of."""
        with self._database.reading() as connection:
            if not telling_rows.untold(connection, 1, now, stages):
                return ()
        with self._database.writing() as connection:
            due = telling_rows.untold(connection, limit, now, stages)
            telling_rows.told(connection, [one.id for one in due], now)
            return due

    def lost(self, ids: Sequence[int]) -> None:
        """Note that another queue has lost what it was told of."""
        with self._database.writing() as connection:
            telling_rows.lost(connection, ids)

    def pending(self, projects: Collection[ProjectName]) -> dict[ProjectName, int]:
        """Return how many works of projects wait."""
        waiting = works.c.state == int(State.WAITING)
        with self._database.reading() as connection:
            asked = rows_of(connection, projects)
            of_them = works.c.project.in_(select(asked.c.value))
            query = select(works.c.project, func.count()).where(waiting, of_them)
            found = connection.execute(query.group_by(works.c.project))
            return {ProjectName(project): count for project, count in found}

    def dependents(self, projects: Collection[ProjectName]) -> dict[ProjectName, int]:
        """Return how many projects depend on each."""
        with self._database.reading() as connection:
            asked = rows_of(connection, projects)
            query = select(dependents.c.project, func.count())
            query = query.where(dependents.c.project.in_(select(asked.c.value)))
            found = connection.execute(query.group_by(dependents.c.project))
            return {ProjectName(project): count for project, count in found}

    def waiting(self) -> int:
        """Return how many works wait."""
        query = select(func.count()).select_from(works)
        with self._database.reading() as connection:
            return connection.scalar(query.where(works.c.state == int(State.WAITING))) or 0

    def backlog(self, now: dt.datetime) -> Backlog:
        """Return how much is to be done."""
        waiting = works.c.state == int(State.WAITING)
        held = (waiting, works.c.holder.is_not(None), works.c.next_at > now)
        with self._database.snapshot() as connection:
            states = _counts(connection, select(works.c.state, func.count()), works.c.state)
            query = select(works.c.stage, func.count()).where(waiting)
            stages = _counts(connection, query, works.c.stage)
            pages = select(func.count()).where(watch_projects.c.due_at.is_not(None))
            lately = select(func.count()).where(works.c.ended_at > now - LATELY)
            return Backlog(
                waiting={stage.name.lower(): stages.get(int(stage), 0) for stage in Stage},
                held=connection.scalar(select(func.count()).where(*held)) or 0,
                done=states.get(int(State.DONE), 0),
                dead=states.get(int(State.DEAD), 0),
                gone=states.get(int(State.GONE), 0),
                pages=connection.scalar(pages) or 0,
                done_lately=connection.scalar(lately) or 0,
                oldest=connection.scalar(select(func.min(works.c.added_at)).where(waiting)),
            )

    def idle(self, now: dt.datetime) -> bool:
        """Tell whether nothing is to be done now."""
        busy = or_(works.c.holder.is_not(None), works.c.next_at <= now)
        work = select(works.c.id).where(works.c.state == int(State.WAITING), busy).limit(1)
        page = select(watch_projects.c.project).where(watch_projects.c.due_at <= now).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(page) is None and connection.scalar(work) is None

    def beat(self, worker: Worker) -> None:
        """Note that a worker lives."""
        row = {name: getattr(worker, name) for name in worker.__struct_fields__}
        old = watch_workers.c.beat_at < worker.beat_at - _FORGOTTEN
        with self._database.writing() as connection:
            connection.execute(insert_or_replace(connection, watch_workers, ("id",)), row)
            connection.execute(delete(watch_workers).where(old))

    def leave(self, worker_id: str) -> None:
        """Note that a worker has ended."""
        with self._database.writing() as connection:
            connection.execute(delete(watch_workers).where(watch_workers.c.id == worker_id))

    def workers(self, since: dt.datetime) -> tuple[Worker, ...]:
        """Return the workers that live."""
        query = select(watch_workers).where(watch_workers.c.beat_at >= since)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(watch_workers.c.id)).mappings()
            return tuple(Worker(**row) for row in found)

    def cursor(self, name: str) -> int:
        """Return up to which entry somebody was told."""
        query = select(watch_cursors.c.entry).where(watch_cursors.c.name == name)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def move_cursor(self, name: str, before: int, to: int) -> bool:
        """Note up to which entry somebody was told."""
        of_it = (watch_cursors.c.name == name, watch_cursors.c.entry == before)
        with self._database.writing() as connection:
            connection.execute(
                insert_unless_there(connection, watch_cursors), {"name": name, "entry": 0}
            )
            moved = connection.execute(update(watch_cursors).where(*of_it).values(entry=to))
            return bool(moved.rowcount)

    def artifacts(self, after: int, limit: int) -> tuple[tuple[int, Artifact], ...]:
        """Return everything that was ever looked at."""
        query = select(artifacts.c.seq, artifacts.c.document).where(artifacts.c.seq > after)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(artifacts.c.seq).limit(limit))
            return tuple((seq, decode(document, Artifact)) for seq, document in found)

    def count_artifacts(self) -> int:
        """Return how many were looked at."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(artifacts)) or 0


def _counts(connection: Connection, query: Select[Any], column: Column[int]) -> dict[int, int]:
    found: dict[int, int] = dict(map(tuple, connection.execute(query.group_by(column))))
    return found


def _note_needs(
    connection: Connection, dependent: ProjectName, needs: Iterable[ProjectName]
) -> None:
    rows = [
        {"project": str(project), "dependent": str(dependent)}
        for project in sorted(set(needs))
        if project != dependent
    ]
    if rows:
        connection.execute(insert_unless_there(connection, dependents), rows)
