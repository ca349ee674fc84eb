"""A database that was restarted is noticed before it is asked, and nobody has to be told."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from airlock.errors import StoreError
from airlock.store import engine, open_records
from tests.simulators.postgresql import PostgreSQL


def test_connections_to_a_restarted_database_are_made_anew(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_UNTRIED_SECONDS", 0.0)
    with open_records(postgresql.emptied()) as records:
        assert records.works.waiting() == 0
        postgresql.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid != pg_backend_pid()"
        )
        assert records.works.waiting() == 0


def test_file_that_is_damaged_while_it_is_open_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "airlock.db"
    database = engine.Database(make_url(f"sqlite:///{path}"))
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE example (number)")
    with path.open("r+b") as file:
        file.write(b"no database" * 1000)
    with pytest.raises(StoreError, match="not a database"), database.writing():
        pass
    database.close()
