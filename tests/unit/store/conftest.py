"""The adapters that are held to the ports."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.store import Blobs, Store, open_blobs, open_store
from tests.conftest import DATABASES
from tests.simulators.memory_store import MemoryBlobs, MemoryStore
from tests.simulators.s3 import S3


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
