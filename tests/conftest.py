"""Settings of the whole suite, and the servers that many tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from airlock.store import Records, open_records
from tests.simulators import postgresql as postgresql_server
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.s3 import S3

DATABASES = ["sqlite", "postgresql"]

# No test is about time: a busy machine must not fail an example for being slow.
settings.register_profile("airlock", deadline=None)
settings.load_profile("airlock")

# What the user of this machine keeps up to date is no part of a test.
os.environ["AIRLOCK_DB"] = str(Path(os.devnull) / "airlock")


def lacking(reason: str) -> None:
    """Skip a test by name for a component that is not here; where CI is set, fail instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this process, started when the first test asks for it."""
    if reason := postgresql_server.lacking():
        lacking(reason)
    with PostgreSQL() as server:
        yield server


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind, with nothing in its tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/airlock.db"
    url: str = request.getfixturevalue("postgresql").emptied()
    return url


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    """Every port of a database of each kind, empty."""
    with open_records(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """An object store of this process, started when the first test asks for it."""
    with S3() as server:
        yield server
