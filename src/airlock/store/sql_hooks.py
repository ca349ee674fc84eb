"""Webhooks in a database."""

import datetime as dt

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from airlock.errors import TargetNotFound
from airlock.model.hooks import MOST_ATTEMPTS, Delivery, Hook
from airlock.model.log import Entry, Event
from airlock.model.people import Stamp
from airlock.store import log_rows
from airlock.store.engine import Database
from airlock.store.hooks import Due, Hooks
from airlock.store.people_tables import deliveries, hooks, log

# Of all hooks together.
_KEPT = 10_000


class SqlHooks(Hooks):
    """Webhooks in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, hook: Hook, secret: str, stamp: Stamp) -> None:
        """Add a hook."""
        row = {
            "id": hook.id,
            "url": hook.url,
            "secret": secret,
            "kinds": " ".join(hook.kinds),
            "created_at": hook.created_at,
            "cursor": hook.cursor,
            "attempts": 0,
            "next_at": hook.created_at,
        }
        with self._database.writing() as connection:
            connection.execute(insert(hooks), row)
            log_rows.append(connection, _event("webhook-added", hook, stamp))

    def remove(self, hook_id: str, stamp: Stamp) -> None:
        """Take a hook away."""
        where = hooks.c.id == hook_id
        with self._database.writing() as connection:
            row = connection.execute(select(hooks).where(where)).mappings().one_or_none()
            if row is None:
                raise TargetNotFound(f"there is no webhook {hook_id[:80]}")
            connection.execute(delete(hooks).where(where))
            log_rows.append(connection, _event("webhook-removed", _hook(row), stamp))

    def every(self) -> tuple[Hook, ...]:
        """Return all hooks."""
        query = select(hooks).order_by(hooks.c.created_at, hooks.c.id)
        with self._database.reading() as connection:
            return tuple(_hook(row) for row in connection.execute(query).mappings())

    def lease(self, now: dt.datetime, until: dt.datetime) -> Due | None:
        """Return what has to be told now."""
        with self._database.reading() as connection:
            query = select(hooks).where(hooks.c.next_at <= now).order_by(hooks.c.next_at)
            waiting = [
                (_hook(row), row["secret"], row["next_at"])
                for row in connection.execute(query).mappings()
            ]
            found = [(*one, _next_entry(connection, one[0])) for one in waiting]
        for hook, secret, next_at, entry in found:
            if entry is not None and self._leased(hook, next_at, until):
                return Due(hook, secret, entry)
        return None

    def _leased(self, hook: Hook, next_at: dt.datetime, until: dt.datetime) -> bool:
        same = (hooks.c.id == hook.id, hooks.c.next_at == next_at, hooks.c.cursor == hook.cursor)
        with self._database.writing() as connection:
            changed = connection.execute(update(hooks).where(*same).values(next_at=until))
            return bool(changed.rowcount)

    def settle(self, due: Due, delivery: Delivery) -> None:
        """Record an attempt, and go on."""
        over = delivery.done or delivery.attempt >= MOST_ATTEMPTS
        values = (
            {"cursor": due.entry.seq, "attempts": 0, "next_at": delivery.at}
            if over
            else {
                "attempts": delivery.attempt,
                "next_at": delivery.at + _waited(due.hook, delivery.attempt),
            }
        )
        with self._database.writing() as connection:
            connection.execute(update(hooks).where(hooks.c.id == due.hook.id).values(**values))
            connection.execute(insert(deliveries), _row(delivery))
            newest = connection.scalar(select(func.max(deliveries.c.seq))) or 0
            connection.execute(delete(deliveries).where(deliveries.c.seq <= newest - _KEPT))

    def deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """Return the last attempts."""
        query = select(deliveries).order_by(deliveries.c.seq.desc()).limit(max(limit, 0))
        with self._database.reading() as connection:
            return tuple(
                Delivery(**{name: value for name, value in row.items() if name != "seq"})
                for row in connection.execute(query).mappings()
            )


def _next_entry(connection: Connection, hook: Hook) -> Entry | None:
    query = select(log.c.document, log.c.hash).where(log.c.seq > hook.cursor)
    if hook.kinds:
        query = query.where(log.c.kind.in_(hook.kinds))
    row = connection.execute(query.order_by(log.c.seq).limit(1)).one_or_none()
    return Entry.read(row.document, row.hash) if row else None


def _waited(hook: Hook, attempts: int) -> dt.timedelta:
    from msgspec.structs import replace

    return replace(hook, attempts=attempts).wait()


def _hook(row: RowMapping) -> Hook:
    return Hook(
        id=row["id"],
        url=row["url"],
        kinds=tuple(row["kinds"].split()),
        created_at=row["created_at"],
        cursor=row["cursor"],
        attempts=row["attempts"],
    )


def _row(delivery: Delivery) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in delivery.__struct_fields__}


def _event(kind: str, hook: Hook, stamp: Stamp) -> Event:
    details = {"url": hook.url, "kinds": " ".join(hook.kinds) or "all"}
    return Event(kind=kind, subject=hook.id, by=stamp.by, at=stamp.at, details=details)
