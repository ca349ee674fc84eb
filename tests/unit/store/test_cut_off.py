"""A database server that is cut off: neither side waits for the other for long."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from airlock.errors import StoreError
from airlock.model import Sha256
from airlock.store import engine
from airlock.store.collecting import collect
from airlock.store.engine import Database, patient
from airlock.store.turns import turn_of
from tests.simulators.memory_store import MemoryBlobs
from tests.simulators.postgresql import PostgreSQL
from tests.unit.store.examples import digest

HASTY = ("SET idle_in_transaction_session_timeout = '20ms'",)
LONG = "SELECT pg_sleep(0.3)"
"""Many times as long as the server has patience."""


@pytest.fixture
def hasty(postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database whose server ends transactions in which nothing happens for a moment."""
    monkeypatch.setattr(engine, "_OF_A_SESSION", HASTY)
    database = Database(make_url(postgresql.emptied()))
    yield database
    database.close()


def wait(database: Database) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql(LONG)


def test_a_turn_lasts_as_long_as_its_block(hasty: Database) -> None:
    turn = turn_of(hasty)
    assert turn is not None
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    with turn():
        wait(hasty)
        with hasty.reading() as connection:
            assert connection.exec_driver_sql(locks).scalar() == 1
    with hasty.reading() as connection:
        assert connection.exec_driver_sql(locks).scalar() == 0


class Slow(MemoryBlobs):
    """Blobs on a machine that takes its time."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def remove(self, sha256: Sha256) -> None:
        wait(self._database)
        super().remove(sha256)


def test_references_stand_still_while_blobs_are_removed(hasty: Database, tmp_path: Path) -> None:
    blobs = Slow(hasty)
    given = tmp_path / "given"
    given.write_bytes(b"example 1")
    blobs.put(digest(1), given)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert collect(hasty, blobs, before=later, look=False).removed == 1


def test_a_session_beside_the_pool_is_cut_off_like_the_others(postgresql: PostgreSQL) -> None:
    database = Database(make_url(postgresql.emptied()))
    try:
        with database.session() as connection:
            told = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
            assert told == "10s"
            assert connection.engine.url.query["tcp_user_timeout"] == "20000"
    finally:
        database.close()


def test_locks_of_who_was_cut_off_end_soon(postgresql: PostgreSQL) -> None:
    database = Database(make_url(postgresql.database()))
    try:
        with database.reading() as connection:
            found = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert found == "10s"
        with database.snapshot() as connection:
            found = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert found == "0"
        with pytest.raises(StoreError, match=r"^the store refused: [^\n]+$"):
            _fall_silent(database, postgresql)
    finally:
        database.close()


def _fall_silent(database: Database, server: PostgreSQL) -> None:
    """Do nothing in the middle of a transaction, for longer than the server has patience."""
    with database.writing() as connection:
        session = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
        while server.sql(f"SELECT 1 FROM pg_stat_activity WHERE pid = {session}"):
            pass
        connection.exec_driver_sql("SELECT 1")


def test_what_a_url_says_of_patience_is_left_as_it_is() -> None:
    url = make_url("postgresql+psycopg://db.example/airlock?connect_timeout=99")
    assert patient(url).query["connect_timeout"] == "99"
    assert patient(url).query["tcp_user_timeout"] == "20000"
