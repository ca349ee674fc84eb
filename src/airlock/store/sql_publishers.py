"""Trusted publishers in a database."""

import datetime as dt

from sqlalchemy import delete, insert, select

from airlock.errors import TargetNotFound
from airlock.model import ProjectName, Sha256
from airlock.model.log import Event
from airlock.model.people import Stamp
from airlock.model.publishing import Publisher
from airlock.model.wire import decode, encode
from airlock.store import log_rows
from airlock.store.dialects import added
from airlock.store.engine import Database
from airlock.store.people_tables import assertions, publishers
from airlock.store.publishers import Publishers


class SqlPublishers(Publishers):
    """Publishers in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, publisher: Publisher, stamp: Stamp) -> None:
        """Add a publisher."""
        row = {
            "id": publisher.id,
            "project": str(publisher.project),
            "created_at": publisher.created_at,
            "document": encode(publisher),
        }
        with self._database.writing() as connection:
            connection.execute(insert(publishers), row)
            log_rows.append(connection, _event("publisher-added", publisher, stamp))

    def remove(self, publisher_id: str, stamp: Stamp) -> None:
        """Take a publisher away."""
        where = publishers.c.id == publisher_id
        with self._database.writing() as connection:
            document = connection.scalar(select(publishers.c.document).where(where))
            if document is None:
                raise TargetNotFound(f"there is no publisher {publisher_id[:80]}")
            connection.execute(delete(publishers).where(where))
            told = _event("publisher-removed", decode(document, Publisher), stamp)
            log_rows.append(connection, told)

    def every(self, project: ProjectName | None = None) -> tuple[Publisher, ...]:
        """Return publishers."""
        query = select(publishers.c.document).order_by(publishers.c.created_at, publishers.c.id)
        if project is not None:
            query = query.where(publishers.c.project == str(project))
        with self._database.reading() as connection:
            return tuple(decode(document, Publisher) for document in connection.scalars(query))

    def use_up(self, assertion: Sha256, until: dt.datetime, now: dt.datetime) -> bool:
        """Note that an assertion was used."""
        with self._database.writing() as connection:
            connection.execute(delete(assertions).where(assertions.c.expires_at < now))
            return added(connection, assertions, {"digest": str(assertion), "expires_at": until})


def _event(kind: str, publisher: Publisher, stamp: Stamp) -> Event:
    details = {"id": publisher.id, "publisher": publisher.label}
    subject = str(publisher.project)
    return Event(kind=kind, subject=subject, by=stamp.by, at=stamp.at, details=details)
