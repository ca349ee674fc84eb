"""The adapters that are held to the ports."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.store import Blobs, Records, Store, open_blobs, open_records, open_store
from tests.simulators.memory_store import MemoryBlobs, MemoryStore
from tests.simulators.s3 import S3

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind, with nothing in its tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/airlock.db"
    url: str = request.getfixturevalue("postgresql").emptied()
    return url


@pytest.fixture(params=[*DATABASES, "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every adapter of the store, empty."""
    with _open_store(request, tmp_path) as opened:
        yield opened


def _open_store(request: pytest.FixtureRequest, folder: Path) -> Store:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "sqlite":
        return open_store(f"sqlite:///{folder}/airlock.db")
    return open_store(request.getfixturevalue("postgresql").emptied())


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    """Every port of a database of each kind, empty."""
    with open_records(database_url) as opened:
        yield opened


@pytest.fixture(params=["folder", "s3", "object-store", "memory"])
def blobs(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Blobs]:
    """Every adapter of the blobs, empty."""
    if request.param == "s3":
        opened = open_s3(request.getfixturevalue("s3"), monkeypatch)
    else:
        opened = _LOCAL[request.param](tmp_path)
    with opened:
        yield opened


_LOCAL: dict[str, Callable[[Path], Blobs]] = {
    "folder": lambda folder: open_blobs(folder / "blobs"),
    "object-store": lambda _: open_blobs("memory:///"),
    "memory": lambda _: MemoryBlobs(),
}


def open_s3(server: S3, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    """Open an empty bucket as an operator does."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return open_blobs(server.bucket())
