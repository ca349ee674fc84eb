"""When each source may be asked next, in one table for everybody who asks."""

import datetime as dt

from sqlalchemy import Connection, select

from airlock.store.dialects import insert_unless_there
from airlock.store.watch_tables import watch_paces


def reserve(
    connection: Connection, source: str, spacing: dt.timedelta, now: dt.datetime, times: int = 1
) -> dt.datetime:
    """Give out the next time at which a source may be asked, or the first of several."""
    of_it = watch_paces.c.source == source
    asked = select(watch_paces.c.next_at).where(of_it).with_for_update()
    next_at = connection.scalar(asked)
    if next_at is None:
        first = {"source": source, "next_at": now}
        connection.execute(insert_unless_there(connection, watch_paces), first)
        next_at = connection.scalar(asked)
    given = max(next_at or now, now)
    until = given + spacing * times
    connection.execute(watch_paces.update().where(of_it).values(next_at=until))
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
