"""The log in its table. Nothing here changes a row.

Whoever changes something that people should be able to trace calls ``append`` in the transaction of
the change, as the last thing: the transactions that add to the log take turns from there on.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, insert, select

from airlock.model import Sha256
from airlock.model.log import Anchor, Entry, Event
from airlock.store.dialects import take_turns
from airlock.store.people_tables import log

_HEAD = select(log.c.seq, log.c.hash).order_by(log.c.seq.desc()).limit(1)
_ROWS = select(log.c.seq, log.c.document, log.c.hash)
_PAGE = 1000


def append(connection: Connection, *events: Event) -> list[Entry]:
    """Add events, in their order."""
    take_turns(connection, "log")
    last = head(connection)
    added = []
    for event in events:
        entry = Entry.after(last, event)
        last = entry.anchor
        added.append(entry)
    if added:
        connection.execute(insert(log), [_row(entry) for entry in added])
    return added


def head(connection: Connection) -> Anchor | None:
    """Return the anchor of the last entry."""
    row = connection.execute(_HEAD).one_or_none()
    return Anchor(row.seq, Sha256(row.hash)) if row else None


def following(connection: Connection, after: int, limit: int) -> tuple[Entry, ...]:
    """Return the entries that follow a number."""
    query = _ROWS.where(log.c.seq > after).order_by(log.c.seq).limit(max(limit, 0))
    return tuple(Entry.read(document, said) for _, document, said in connection.execute(query))


def latest(connection: Connection, limit: int, kind: str, subject: str) -> tuple[Entry, ...]:
    """Return the last entries, the newest first."""
    query = _ROWS.order_by(log.c.seq.desc()).limit(max(limit, 0))
    if kind:
        query = query.where(log.c.kind == kind)
    if subject:
        query = query.where(log.c.subject == subject)
    return tuple(Entry.read(document, said) for _, document, said in connection.execute(query))


def rows(connection: Connection) -> Iterator[tuple[int, bytes, str]]:
    """Yield what is stored, a page at a time."""
    at = -1
    while True:
        query = _ROWS.where(log.c.seq > at).order_by(log.c.seq).limit(_PAGE)
        page = connection.execute(query).all()
        if not page:
            return
        yield from ((seq, document, said) for seq, document, said in page)
        at = page[-1].seq


def _row(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "kind": entry.event.kind,
        "subject": entry.event.subject,
        "at": entry.event.at,
        "hash": str(entry.hash),
        "document": entry.document,
    }
