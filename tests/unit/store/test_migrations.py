"""The migrations make the tables that the code expects, and take them away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url

from airlock.errors import StoreError
from airlock.store import open_store
from airlock.store.engine import Database
from airlock.store.migrations import HEAD
from airlock.store.migrations.upgrading import downgrade, upgrade
from airlock.store.tables import METADATA
from tests.unit.store.examples import digest, verdict


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/airlock.db"
    made: str = request.getfixturevalue("postgresql").database()
    return made


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database."""
    opened = Database(make_url(url))
    yield opened
    opened.close()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "airlock.store:migrations")
    return ScriptDirectory.from_config(config)


def test_head_is_the_newest_revision() -> None:
    assert _scripts().get_heads() == [HEAD]


def test_tables_are_those_of_the_code(database: Database) -> None:
    with database.writing() as connection:
        upgrade(connection)
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == []


@pytest.mark.parametrize("revision", [script.revision for script in _scripts().walk_revisions()])
def test_every_revision_has_its_way_back(database: Database, revision: str) -> None:
    down = _scripts().get_revision(revision).down_revision or "base"
    assert isinstance(down, str)
    with database.writing() as connection:
        upgrade(connection, down)
        before = _schema(connection)
        upgrade(connection, revision)
        assert _schema(connection) != before
        downgrade(connection, down)
        assert _schema(connection) == before
        upgrade(connection, revision)


def test_nothing_is_left_at_the_base(database: Database) -> None:
    with database.writing() as connection:
        upgrade(connection)
        downgrade(connection, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_store_is_usable_after_a_way_back_and_forth(url: str, database: Database) -> None:
    with database.writing() as connection:
        upgrade(connection)
        downgrade(connection, "base")
    with open_store(url) as store:
        store.append_verdict(verdict(1))
        assert store.latest_verdict(digest(1)) == verdict(1)


def test_interrupted_upgrade_leaves_nothing(database: Database) -> None:
    def interrupted() -> None:
        with database.writing() as connection:
            upgrade(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == []


def test_unknown_revision_is_our_error(database: Database) -> None:
    with pytest.raises(StoreError, match="newer version"), database.writing() as connection:
        upgrade(connection, "9999")


def _schema(connection: Connection) -> list[str]:
    return sorted(
        row[0]
        for query in _SCHEMA[connection.dialect.name]
        for row in connection.exec_driver_sql(query)
    )


_SCHEMA = {
    "sqlite": [
        """SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'
        AND name <> 'sqlite_sequence'"""
    ],
    "postgresql": [
        """SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%%'""",
        """SELECT indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%%'""",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%%'""",
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ],
}
