"""A database that was restarted is noticed before it is asked, and nobody has to be told."""

import pytest

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
