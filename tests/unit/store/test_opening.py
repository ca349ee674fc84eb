"""How a database is opened: made, brought up to date, left alone, or refused."""

import datetime as dt
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from airlock.errors import MissingExtra, StoreError, UsageError
from airlock.store import open_blobs, open_store
from airlock.store.engine import Database
from airlock.store.sql import SqlStore
from tests.unit.store.examples import SOURCE, digest, listed, listing, verdict


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/airlock.db"


def run(code: str, *arguments: object) -> str:
    """Run a program of its own, for what it imports is its own, too."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_makes_its_folder(tmp_path: Path) -> None:
    open_store(url_of(tmp_path / "new" / "folder")).close()
    assert (tmp_path / "new" / "folder" / "airlock.db").is_file()


def test_what_was_stored_is_there_again(tmp_path: Path) -> None:
    with open_store(url_of(tmp_path)) as store:
        store.append_verdict(verdict(1))
    with open_store(url_of(tmp_path)) as store:
        assert store.latest_verdict(digest(1)) == verdict(1)


def test_two_at_once_see_each_other(tmp_path: Path) -> None:
    with open_store(url_of(tmp_path)) as one, open_store(url_of(tmp_path)) as other:
        one.append_verdict(verdict(1))
        assert other.latest_verdict(digest(1)) == verdict(1)
        other.append_verdict(verdict(1))
        assert len(one.verdicts(digest(1))) == 2


def test_settings_that_durability_rests_on(tmp_path: Path) -> None:
    open_store(url_of(tmp_path)).close()
    database = Database(make_url(url_of(tmp_path)))
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    database.close()


def test_writing_is_undone_if_it_fails(tmp_path: Path) -> None:
    def interrupted() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO listings VALUES (1, 's', 'p', '', '', '')")
            raise KeyboardInterrupt

    open_store(url_of(tmp_path)).close()
    database = Database(make_url(url_of(tmp_path)))
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM listings").scalar() == 0
    database.close()


def test_store_that_another_keeps_busy_is_our_error(tmp_path: Path) -> None:
    open_store(url_of(tmp_path)).close()
    database = Database(make_url(url_of(tmp_path)), patience=dt.timedelta(0))
    with closing(sqlite3.connect(tmp_path / "airlock.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as raised, database.writing():
            pass
        assert "Another process" in raised.value.hint
        assert SqlStore(database).projects() == ()
    with database.writing():
        pass
    database.close()


def test_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_store(url_of(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "airlock.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "airlock.db").read_bytes()
    with pytest.raises(StoreError, match="newer version") as raised:
        open_store(url_of(tmp_path))
    assert "Install that version" in raised.value.hint
    assert (tmp_path / "airlock.db").read_bytes() == before


def test_half_made_tables_are_not_made_up_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "airlock.db")) as connection:
        connection.execute("CREATE TABLE waivers (something TEXT)")
    with pytest.raises(StoreError):
        open_store(url_of(tmp_path))
    with closing(sqlite3.connect(tmp_path / "airlock.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("waivers",)]


def test_something_else_than_a_database(tmp_path: Path) -> None:
    (tmp_path / "airlock.db").write_bytes(b"This is a letter, not a database.\n" * 100)
    with pytest.raises(StoreError) as raised:
        open_store(url_of(tmp_path))
    assert raised.value.hint


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "airlock.db").mkdir()
    with pytest.raises(StoreError):
        open_store(url_of(tmp_path))


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StoreError):
        open_store(url_of(tmp_path / "data"))
    with pytest.raises(StoreError):
        open_blobs(tmp_path / "data" / "blobs")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory"])
def test_memory_is_no_store(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url)


@pytest.mark.parametrize("url", ["", "airlock.db", "nosuch://localhost/airlock"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


def test_importing_the_package_imports_no_database() -> None:
    code = """
import sys
import airlock.store
print({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "obstore"})
"""
    assert run(code) == "set()"


def test_alembic_is_imported_only_where_there_is_something_to_do(tmp_path: Path) -> None:
    code = """
import sys
from airlock.store import open_store
open_store(sys.argv[1]).close()
print("alembic" in sys.modules)
"""
    assert run(code, url_of(tmp_path)) == "True"
    assert run(code, url_of(tmp_path)) == "False"


@pytest.mark.parametrize("missing", ["sqlalchemy", "alembic", "obstore"])
def test_extra_that_is_not_installed(tmp_path: Path, missing: str) -> None:
    code = """
import sys
sys.modules[sys.argv[1]] = None
from airlock.errors import MissingExtra
from airlock.store import open_blobs, open_store
try:
    open_blobs(sys.argv[2] + "/blobs") if sys.argv[1] == "obstore" else open_store(
        f"sqlite:///{sys.argv[2]}/airlock.db"
    )
except MissingExtra as error:
    print(error, error.hint)
"""
    said = run(code, missing, tmp_path)
    assert missing in said
    assert "pip install 'pypi-airlock[gate]'" in said


def test_driver_that_is_not_installed() -> None:
    # Nobody installs it with Airlock, so that it is missing here, too.
    with pytest.raises(MissingExtra, match="pg8000") as raised:
        open_store("postgresql+pg8000://localhost/airlock")
    assert raised.value.hint == "pip install pg8000"


def test_listing_that_cannot_be_read_is_none_and_heals(tmp_path: Path) -> None:
    with open_store(url_of(tmp_path)) as store:
        store.put_listing(listing(listed(1), listed(2)))
        with closing(sqlite3.connect(tmp_path / "airlock.db")) as connection, connection:
            connection.execute("UPDATE listing_documents SET document = '{}'")
        assert store.listing(SOURCE, listing().project) is None
        store.put_listing(listing(listed(2)))
        assert store.listing(SOURCE, listing().project) == listing(listed(2))
        assert store.listed_file(digest(1), "example-1.0.tar.gz") is None
