"""Works in their table, as far as another queue is told of them (``watch.procrastinating``)."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, ScalarSelect, func, or_, select, update

from airlock.model.watching import LIVES, MOST_ATTEMPTS, Stage, State
from airlock.store import pace_rows
from airlock.store.watch_tables import watch_workers, works
from airlock.store.work_rows import SOON
from airlock.store.works import Due

# What another queue was told of and nobody took for so long, it has lost.
_LOST = dt.timedelta(seconds=30)


def untold(
    connection: Connection, limit: int, now: dt.datetime, stages: Collection[Stage]
) -> tuple[Due, ...]:
    """Return due works that no other queue was told of since they became due."""
    not_told = or_(
        works.c.sent_at.is_(None),
        works.c.sent_at < works.c.next_at,
        works.c.sent_at <= now - _LOST,
    )
    query = (
        select(works.c.id, works.c.priority, works.c.stage)
        .where(
            works.c.state == int(State.WAITING),
            works.c.next_at <= now,
            works.c.attempts < MOST_ATTEMPTS,
            # What nobody alive may do would come back again and again.
            works.c.checks <= func.coalesce(_newest_checks(now), works.c.checks),
            works.c.stage.in_([int(stage) for stage in stages]),
            works.c.source.not_in(pace_rows.resting(connection, now + SOON)),
            not_told,
        )
        .order_by(works.c.priority, works.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tuple(Due(row.id, row.priority, Stage(row.stage)) for row in connection.execute(query))


def _newest_checks(now: dt.datetime) -> ScalarSelect[int | None]:
    alive = watch_workers.c.beat_at >= now - LIVES
    return select(func.max(watch_workers.c.checks)).where(alive).scalar_subquery()


def told(connection: Connection, ids: Sequence[int], now: dt.datetime) -> None:
    """Note that another queue is told."""
    connection.execute(update(works).where(works.c.id.in_(ids)).values(sent_at=now))


def lost(connection: Connection, ids: Sequence[int]) -> None:
    """Note that another queue has lost works."""
    waiting = works.c.state == int(State.WAITING)
    connection.execute(update(works).where(works.c.id.in_(ids), waiting).values(sent_at=None))
