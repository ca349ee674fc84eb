"""The adapters that are held to the ports; PostgreSQL where an environment variable names one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.store import Blobs, Store, open_blobs, open_store
from tests.simulators.memory_store import MemoryBlobs, MemoryStore

# The URL of a database that may be emptied, such as postgresql+psycopg://user@localhost/scratch.
POSTGRESQL = os.environ.get("AIRLOCK_TEST_POSTGRESQL", "")


@pytest.fixture(params=["sqlite", "memory", *(["postgresql"] if POSTGRESQL else [])])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every adapter of the store, empty."""
    with _open_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["folder", "object-store", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blobs]:
    """Every adapter of the blobs, empty."""
    with _open_blobs(request.param, tmp_path) as opened:
        yield opened


def _open_store(adapter: str, folder: Path) -> Store:
    if adapter == "sqlite":
        return open_store(f"sqlite:///{folder}/airlock.db")
    if adapter == "memory":
        return MemoryStore()
    _empty(POSTGRESQL)
    return open_store(POSTGRESQL)


def _open_blobs(adapter: str, folder: Path) -> Blobs:
    if adapter == "folder":
        return open_blobs(folder / "blobs")
    return MemoryBlobs() if adapter == "memory" else open_blobs("memory:///")


def _empty(url: str) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
