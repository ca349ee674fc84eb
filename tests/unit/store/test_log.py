"""The chain: every way to tamper with it is seen, and several processes make one."""

import threading
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import text

from airlock.errors import MalformedDocument, UsageError
from airlock.model import Sha256
from airlock.model.log import Anchor, Entry, Event, verify
from airlock.store import Records, Store, open_records
from tests.unit.store.examples import NOW, digest, verdict, waiver
from tests.unit.store.name_examples import claim

Rows = list[tuple[int, bytes, str]]


def event(number: int = 0, **details: str) -> Event:
    return Event(kind="example", subject=str(number), by="ada", at=NOW, details=details)


def chain(count: int) -> Rows:
    rows: Rows = []
    last: Anchor | None = None
    for number in range(count):
        entry = Entry.after(last, event(number))
        rows.append((entry.seq, entry.document, str(entry.hash)))
        last = entry.anchor
    return rows


def _edited(rows: Rows) -> None:
    seq, document, said = rows[2]
    rows[2] = (seq, document.replace(b'"ada"', b'"eve"'), said)


def _edited_with_its_hash(rows: Rows) -> None:
    seq, document, _ = rows[2]
    forged = document.replace(b'"ada"', b'"eve"')
    rows[2] = (seq, forged, str(Sha256.of(forged)))


def _deleted(rows: Rows) -> None:
    del rows[2]


def _deleted_at_the_beginning(rows: Rows) -> None:
    del rows[0]


def _deleted_and_numbered_anew(rows: Rows) -> None:
    del rows[2]
    rows[2:] = [(seq - 1, document, said) for seq, document, said in rows[2:]]


def _swapped(rows: Rows) -> None:
    (a, *first), (b, *second) = rows[1], rows[2]
    rows[1], rows[2] = (a, *second), (b, *first)  # type: ignore[assignment]


def _doubled(rows: Rows) -> None:
    rows.insert(2, rows[1])


def _unreadable(rows: Rows) -> None:
    rows[2] = (3, b"{}", str(Sha256.of(b"{}")))


@pytest.mark.parametrize(
    "tamper",
    [
        _edited,
        _edited_with_its_hash,
        _deleted,
        _deleted_at_the_beginning,
        _deleted_and_numbered_anew,
        _swapped,
        _doubled,
        _unreadable,
    ],
)
def test_tampering_is_seen_without_any_anchor(tamper: Callable[[Rows], None]) -> None:
    rows = chain(5)
    assert verify(rows, []).faults == ()
    tamper(rows)
    assert len(verify(rows, []).faults) == 1


def test_what_is_cut_off_is_seen_with_an_anchor_only() -> None:
    rows = chain(5)
    kept = Anchor(5, Sha256(rows[4][2]))
    assert verify(rows, [kept]).faults == ()
    assert verify(rows[:4], []).faults == ()
    assert verify(rows[:4], [kept]).faults == ("the log ends at entry 4, before its anchor at 5",)
    assert verify([], [kept]).faults == ("the log ends at entry 0, before its anchor at 5",)


def test_log_that_was_written_anew_is_seen_with_an_anchor() -> None:
    kept = Anchor(3, Sha256(chain(3)[2][2]))
    last, forged = None, []
    for number in range(5):
        entry = Entry.after(last, event(number, forged="yes"))
        forged.append((entry.seq, entry.document, str(entry.hash)))
        last = entry.anchor
    assert verify(forged, []).faults == ()
    assert verify(forged, [kept]).faults == ("entry 3 is not the one that its anchor names",)


def test_anchor_comes_back_from_its_text() -> None:
    anchor = Anchor(7, Sha256.of(b"x"))
    assert Anchor.parse(f" {anchor}\n") == anchor
    for text_ in ("", "7", "0:" + "a" * 64, "7:" + "g" * 64, "7:abc", f"{anchor}0"):
        with pytest.raises(UsageError):
            Anchor.parse(text_)


def test_entries_come_back(records: Records) -> None:
    assert records.log.head() is None
    made = [records.log.record(event(number, name="ü")) for number in range(5)]
    assert records.log.entries(0, 100) == tuple(made)
    assert records.log.entries(3, 1) == (made[3],)
    assert records.log.latest(2) == (made[4], made[3])
    assert records.log.latest(9, subject="2") == (made[2],)
    assert records.log.latest(9, kind="other") == ()
    assert records.log.head() == made[4].anchor
    found = records.log.verify([made[1].anchor])
    assert (found.head, found.faults) == (made[4].anchor, ())


def test_decisions_and_changes_of_the_store_are_in_it(records: Records) -> None:
    store: Store = records.store
    store.append_verdict(verdict(1))
    store.add_waiver(waiver("w1", sha256=digest(1)))
    store.revoke_waiver("w1", by="Bob", reason="wrong", at=NOW)
    store.revoke_waiver("w1", by="Eve", reason="again", at=NOW)
    store.add_claims([claim("acme-*"), claim("acme-x")])
    store.add_claims([])
    told = [(entry.event.kind, entry.event.subject) for entry in records.log.entries(0, 100)]
    assert told == [
        ("verdict", digest(1)),
        ("waiver", digest(1)),
        ("waiver-revoked", "w1"),
        ("claim", "acme-*"),
        ("claim", "acme-x"),
    ]


def test_what_fails_leaves_no_entry(records: Records) -> None:
    records.store.add_waiver(waiver("w1", sha256=digest(1)))
    before = records.log.head()
    with pytest.raises(Exception, match="refused"):
        records.store.add_waiver(waiver("w1", sha256=digest(1)))
    assert records.log.head() == before


def test_threads_and_connections_make_one_chain(database_url: str, records: Records) -> None:
    with open_records(database_url) as other:
        logs = (records.log, other.log)

        def add(log_number: int) -> None:
            for number in range(10):
                logs[log_number % 2].record(event(log_number * 100 + number))

        threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = records.log.verify([])
    assert found.faults == ()
    assert found.head is not None
    assert found.head.seq == 40


def test_more_than_a_page_is_looked_through(records: Records) -> None:
    from airlock.store import log_rows
    from airlock.store.sql_log import SqlLog

    assert isinstance(records.log, SqlLog)
    database = records.log._database  # noqa: SLF001 - past our code, on purpose
    with database.writing() as connection:
        log_rows.append(connection, *(event(number) for number in range(2500)))
    found = records.log.verify([])
    assert found.faults == ()
    assert found.head is not None
    assert found.head.seq == 2500


def test_database_refuses_what_would_change_it(records: Records) -> None:
    from airlock.store.sql_log import SqlLog

    records.log.record(event())
    assert isinstance(records.log, SqlLog)
    database = records.log._database  # noqa: SLF001 - past our code, on purpose
    for statement in ("UPDATE log SET subject = 'x'", "DELETE FROM log"):
        with pytest.raises(Exception, match="only added to"), database.writing() as connection:
            connection.execute(text(statement))
    assert records.log.verify([]).faults == ()


def test_unreadable_entry_is_our_error() -> None:
    with pytest.raises(MalformedDocument):
        Entry.read(b"{}", "0" * 64)


def test_entry_is_in_utc_whatever_the_zone() -> None:
    import datetime as dt

    other = msgspec.structs.replace(event(), at=NOW.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert Entry.after(None, other) == Entry.after(None, event())
