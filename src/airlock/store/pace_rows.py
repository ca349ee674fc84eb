"""When each source may be asked next, in one table for everybody who asks."""

import datetime as dt

from sqlalchemy import Connection, select

from airlock.store.dialects import insert_unless_there
from airlock.store.watch_tables import watch_paces


def reserve(
    connection: Connection, source: str, spacing: dt.timedelta, now: dt.datetime
) -> dt.datetime:
    """Give out the next time at which a source may be asked."""
    first = {"source": source, "next_at": now}
    connection.execute(insert_unless_there(connection, watch_paces), first)
    of_it = watch_paces.c.source == source
    next_at = connection.scalar(select(watch_paces.c.next_at).where(of_it).with_for_update())
    given = max(next_at or now, now)
    connection.execute(watch_paces.update().where(of_it).values(next_at=given + spacing))
    return given


def rest(connection: Connection, source: str, until: dt.datetime) -> None:
    """Let nobody ask a source before a time."""
    first = {"source": source, "next_at": until}
    connection.execute(insert_unless_there(connection, watch_paces), first)
    sooner = (watch_paces.c.source == source, watch_paces.c.next_at < until)
    connection.execute(watch_paces.update().where(*sooner).values(next_at=until))


def resting(connection: Connection, at: dt.datetime) -> list[str]:
    """Return the sources that may not be asked at a time."""
    query = select(watch_paces.c.source).where(watch_paces.c.next_at > at)
    return list(connection.scalars(query))
