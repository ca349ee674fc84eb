"""Counting who asks for names that nobody has: in memory first, then in the store."""

import asyncio
import datetime as dt
import threading
from collections.abc import Iterable

import pytest

from airlock.errors import StoreError
from airlock.gate.phantoms import Phantoms
from airlock.model import ProjectName
from airlock.model.phantom import Sighting
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import NOW

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SOON = dt.timedelta(milliseconds=1)
NAME = ProjectName("reqeusts")


class MoodyStore(MemoryStore):
    """A store that can be told to refuse sightings; counts how often it is written to."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False
        self.writes = 0
        self.written = threading.Event()

    def add_sightings(self, sightings: Iterable[Sighting], *, most: int) -> None:
        if self.refuses:
            raise StoreError("the store refused: locked")
        self.writes += 1
        super().add_sightings(sightings, most=most)
        self.written.set()


@pytest.fixture
def store() -> MoodyStore:
    return MoodyStore()


def counter(store: MoodyStore, *, networks: bool = True, every: dt.timedelta = SOON) -> Phantoms:
    return Phantoms(store, lambda: NOW, networks=networks, every=every)


def test_asking_writes_nothing_by_itself(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store)
        for _ in range(100):
            phantoms.note(NAME, "198.51.100.7", "pip/25.0")
        assert store.writes == 0
        await phantoms.flush()
        await phantoms.flush()

    asyncio.run(ask())
    (one,) = store.sightings(EPOCH)
    assert (one.count, one.network, one.client) == (100, "198.51.100.0/24", "pip")
    assert store.writes == 1


@pytest.mark.parametrize("address", [None, "", "no address"])
def test_client_without_an_address_is_counted(store: MoodyStore, address: str | None) -> None:
    async def ask() -> None:
        phantoms = counter(store)
        phantoms.note(NAME, address, "")
        await phantoms.flush()

    asyncio.run(ask())
    assert [(one.network, one.client) for one in store.sightings(EPOCH)] == [("", "other")]


def test_networks_are_left_out_where_nobody_wants_them(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store, networks=False)
        for address in ("198.51.100.7", "203.0.113.9"):
            phantoms.note(NAME, address, "uv/0.9")
        await phantoms.flush()

    asyncio.run(ask())
    assert [(one.network, one.count) for one in store.sightings(EPOCH)] == [("", 2)]


def test_counts_are_written_in_the_background(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store)
        phantoms.start()
        phantoms.note(NAME, "198.51.100.7", "pip/25.0")
        await asyncio.to_thread(store.written.wait)
        await phantoms.close()

    asyncio.run(asyncio.wait_for(ask(), 30))
    assert len(store.sightings(EPOCH)) == 1


def test_closing_writes_what_is_left(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store, every=dt.timedelta(hours=1))
        phantoms.start()
        await asyncio.sleep(0)
        phantoms.note(NAME, "198.51.100.7", "pip/25.0")
        await phantoms.close()

    asyncio.run(asyncio.wait_for(ask(), 30))
    assert len(store.sightings(EPOCH)) == 1


def test_what_the_store_refused_is_written_with_the_next(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store)
        store.refuses = True
        phantoms.note(NAME, "198.51.100.7", "pip/25.0")
        await phantoms.flush()
        store.refuses = False
        phantoms.note(NAME, "198.51.100.7", "pip/25.0")
        await phantoms.flush()

    asyncio.run(ask())
    assert [one.count for one in store.sightings(EPOCH)] == [2]


def test_invented_names_fill_neither_memory_nor_store(store: MoodyStore) -> None:
    async def ask() -> None:
        phantoms = counter(store)
        for number in range(6_000):
            phantoms.note(ProjectName(f"x-{number}"), "198.51.100.7", "pip/25.0")
        phantoms.note(ProjectName("x-1"), "198.51.100.7", "pip/25.0")
        await phantoms.flush()

    asyncio.run(ask())
    found = store.sightings(EPOCH)
    assert len(found) == 5_000
    assert sum(one.count for one in found) == 5_001
