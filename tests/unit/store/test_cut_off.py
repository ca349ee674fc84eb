"""A database server that is cut off: neither side waits for the other for long."""

import pytest
from sqlalchemy import make_url

from airlock.errors import StoreError
from airlock.store.engine import Database, patient
from tests.simulators.postgresql import PostgreSQL


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
