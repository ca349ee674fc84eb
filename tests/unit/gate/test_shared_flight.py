"""Work is shared with other processes, and nobody waits for ever."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from airlock.errors import StoreError, UpstreamUnavailable
from airlock.gate.shared_flight import SharedFlight
from airlock.store.underway import Underway

SHORT_SECONDS = 0.2


class Elsewhere(Underway):
    """What another process has under way, or a store that refuses."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.held: set[str] = set()
        self.refuses = refuses
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def begin(self, work: str) -> bool:
        if self.refuses:
            raise StoreError("no")
        self._loop.call_soon_threadsafe(self.asked.set)
        if work in self.held:
            return False
        self.held.add(work)
        return True

    def end(self, work: str) -> None:
        if self.refuses:
            raise StoreError("no")
        self.held.discard(work)


class Desk:
    """Who works here, and what was done elsewhere."""

    def __init__(self, error: Exception | None = None) -> None:
        self.worked = 0
        self.elsewhere: str | None = None
        self.error = error

    async def work(self) -> str:
        self.worked += 1
        if self.error:
            raise self.error
        return "here"

    async def done(self) -> str | None:
        return self.elsewhere


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test(), debug=True)


def test_who_comes_first_works_and_lets_go() -> None:
    async def test() -> None:
        underway, desk = Elsewhere(), Desk()
        assert await SharedFlight(underway).run("x", desk.work, desk.done) == "here"
        assert (desk.worked, underway.held) == (1, set())

    run(test)


def test_who_waits_gets_what_was_done_elsewhere() -> None:
    async def test() -> None:
        underway, desk = Elsewhere(), Desk()
        underway.held.add("x")
        waiting = asyncio.ensure_future(SharedFlight(underway).run("x", desk.work, desk.done))
        await underway.asked.wait()
        desk.elsewhere = "elsewhere"
        underway.end("x")
        assert await waiting == "elsewhere"
        assert (desk.worked, underway.held) == (0, set())

    run(test)


def test_what_the_other_did_not_end_is_done_here() -> None:
    async def test() -> None:
        underway, desk = Elsewhere(), Desk()
        underway.held.add("x")
        waiting = asyncio.ensure_future(SharedFlight(underway).run("x", desk.work, desk.done))
        await underway.asked.wait()
        underway.end("x")
        assert await waiting == "here"

    run(test)


def test_nobody_waits_for_ever() -> None:
    async def test() -> None:
        underway, desk = Elsewhere(), Desk()
        underway.held.add("x")
        flight = SharedFlight(underway, SHORT_SECONDS)
        assert await flight.run("x", desk.work, desk.done) == "here"
        assert underway.held == {"x"}

    run(test)


def test_store_that_refuses_hinders_nobody() -> None:
    async def test() -> None:
        desk = Desk()
        shared = SharedFlight(Elsewhere(refuses=True))
        assert await shared.run("x", desk.work, desk.done) == "here"

    run(test)


def test_work_that_fails_is_let_go() -> None:
    async def test() -> None:
        underway, desk = Elsewhere(), Desk(UpstreamUnavailable("no"))
        with pytest.raises(UpstreamUnavailable):
            await SharedFlight(underway).run("x", desk.work, desk.done)
        assert underway.held == set()

    run(test)
