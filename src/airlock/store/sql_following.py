"""How far sources are followed, in a database."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from airlock.model import ProjectName
from airlock.model.watching import Change, DueProject, SourceState, Work
from airlock.model.wire import decode, encode
from airlock.store import pace_rows, work_rows
from airlock.store.dialects import insert_or_change, insert_or_replace, insert_unless_there
from airlock.store.engine import Database
from airlock.store.watch_tables import watch_projects, watch_sources
from airlock.store.works import Following

_PAGE = 5_000


class SqlFollowing(Following):
    """Sources in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def source(self, url: str, kind: str) -> SourceState | None:
        """Return how far a source is followed."""
        of_it = (watch_sources.c.url == url, watch_sources.c.kind == kind)
        with self._database.reading() as connection:
            document = connection.scalar(select(watch_sources.c.document).where(*of_it))
        return decode(document, SourceState) if document is not None else None

    def sources(self) -> tuple[SourceState, ...]:
        """Return every source."""
        query = select(watch_sources.c.document)
        query = query.order_by(watch_sources.c.url, watch_sources.c.kind)
        with self._database.reading() as connection:
            return tuple(decode(found, SourceState) for found in connection.scalars(query))

    def begin(self, state: SourceState) -> None:
        """Begin to follow a source."""
        with self._database.writing() as connection:
            connection.execute(insert_unless_there(connection, watch_sources), _row(state))

    def note(self, state: SourceState, changes: Iterable[Change], *, everything: bool) -> int:
        """Record changes and the cursor."""
        rows = [_change_row(state, change, everything=everything) for change in changes]
        touched = 0
        with self._database.writing() as connection:
            for begin in range(0, len(rows), _PAGE):
                page = rows[begin : begin + _PAGE]
                connection.execute(insert_or_change(
                    connection, watch_projects, ("source", "project"), _changed
                ), page)  # fmt: skip
                touched += len(page)
            key = ("url", "kind")
            connection.execute(insert_or_replace(connection, watch_sources, key), _row(state))
        return touched

    def due(self, sources: Collection[str], limit: int, now: dt.datetime) -> tuple[DueProject, ...]:
        """Return projects whose pages have to be read."""
        table = watch_projects.c
        query = (
            select(
                table.source, table.project, table.wanted, table.seen, table.etag, table.everything,
                table.attempts,
            )
            .where(table.due_at <= now, table.source.in_(list(sources)))
            .order_by(table.everything, table.due_at, table.project)
            .limit(limit)
        )  # fmt: skip
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return tuple(DueProject(**{**row, "project": ProjectName(row["project"])}) for row in found)

    def read(  # noqa: PLR0913 - what comes of a page
        self,
        due: DueProject,
        works: Iterable[Work],
        *,
        serial: int,
        etag: str,
        checks: int,
        now: dt.datetime,
    ) -> int:
        """Record that a page was read."""
        table = watch_projects.c
        # What was told while the page was on its way is still to be read.
        newer = table.wanted > max(serial, due.wanted)
        values = {
            "seen": serial or due.wanted,
            "etag": etag,
            "attempts": 0,
            "reason": "",
            "due_at": case((newer, now), else_=None),
            "everything": and_(newer, table.everything),
        }
        of_it = (table.source == due.source, table.project == str(due.project))
        with self._database.writing() as connection:
            connection.execute(update(watch_projects).where(*of_it).values(**values))
            return work_rows.add(connection, works, checks, now)

    def postpone(self, due: DueProject, reason: str, at: dt.datetime) -> None:
        """Record that a page has to be read again."""
        table = watch_projects.c
        of_it = (table.source == due.source, table.project == str(due.project))
        values = {"due_at": at, "attempts": table.attempts + 1, "reason": reason[:1_000]}
        with self._database.writing() as connection:
            connection.execute(update(watch_projects).where(*of_it).values(**values))

    def recall(self, source: str, project: ProjectName, now: dt.datetime) -> None:
        """Have a page read again."""
        table = watch_projects.c
        of_it = (table.source == source, table.project == str(project), table.due_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(watch_projects).where(*of_it).values(due_at=now, etag=""))

    def reserve(self, source: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        """Return when a source may be asked next."""
        with self._database.writing() as connection:
            return pace_rows.reserve(connection, source, spacing, now)

    def rest(self, source: str, until: dt.datetime) -> None:
        """Let nobody ask a source before a time."""
        with self._database.writing() as connection:
            pace_rows.rest(connection, source, until)


def _row(state: SourceState) -> dict[str, object]:
    return {
        "url": state.url,
        "kind": state.kind,
        "polled_at": state.polled_at,
        "document": encode(state),
    }


def _change_row(state: SourceState, change: Change, *, everything: bool) -> dict[str, object]:
    return {
        "source": state.url,
        "project": str(change.project),
        "wanted": change.serial or 0,
        # Below every serial that an index gives.
        "seen": -1,
        "due_at": state.polled_at,
        "everything": everything,
        "attempts": 0,
        "etag": "",
        "reason": "",
    }


def _changed(new: ReadOnlyColumnCollection[str, Any]) -> dict[str, ColumnElement[Any]]:
    """Return what a change makes of a project that is known."""
    old = watch_projects.c
    is_news = or_(new.wanted == 0, new.wanted > old.seen, new.everything)
    return {
        "wanted": case((new.wanted > old.wanted, new.wanted), else_=old.wanted),
        "due_at": case((and_(is_news, old.due_at.is_(None)), new.due_at), else_=old.due_at),
        "everything": or_(old.everything, new.everything),
    }
