"""Many who ask at once share one piece of work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from airlock.errors import UpstreamUnavailable
from airlock.gate.single_flight import SingleFlight


class Work:
    """Work that ends when it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun = 0
        self.ended = 0
        self.cancelled = 0
        self.error = error
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        self.ended += 1
        return self.begun


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test(), debug=True)


async def waiting(*asks: Coroutine[Any, Any, int]) -> list["asyncio.Task[int]"]:
    """Return asks that are under way."""
    tasks = [asyncio.create_task(ask) for ask in asks]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


def test_all_who_ask_share_one_run() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        tasks = await waiting(*(flights.run("key", work) for _ in range(20)))
        work.may_end.set()
        assert await asyncio.gather(*tasks) == [1] * 20
        assert work.begun == 1

    run(test)


def test_other_keys_are_other_work() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        tasks = await waiting(flights.run(("a", 1), work), flights.run(("a", 2), work))
        work.may_end.set()
        await asyncio.gather(*tasks)
        assert work.begun == 2

    run(test)


def test_what_is_over_begins_anew() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        work.may_end.set()
        assert await flights.run("key", work) == 1
        assert await flights.run("key", work) == 2

    run(test)


def test_error_goes_to_everybody_and_is_not_kept() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work(UpstreamUnavailable("no answer"))
        tasks = await waiting(*(flights.run("key", work) for _ in range(5)))
        work.may_end.set()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(ended, UpstreamUnavailable)
        work.error = None
        assert await flights.run("key", work) == 2

    run(test)


def test_one_who_goes_away_stops_nothing() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        gone, stays = await waiting(flights.run("key", work), flights.run("key", work))
        gone.cancel()
        work.may_end.set()
        assert await stays == 1
        assert gone.cancelled()
        assert (work.begun, work.cancelled) == (1, 0)

    run(test)


def test_work_goes_on_when_all_have_gone_away() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        (gone,) = await waiting(flights.run("key", work))
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        (back,) = await waiting(flights.run("key", work))
        work.may_end.set()
        assert await back == 1

    run(test)


def test_error_that_nobody_waits_for_is_no_complaint(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work(UpstreamUnavailable("no answer"))
        flights.start("key", work)
        work.may_end.set()
        await waiting()
        assert work.begun == 1

    run(test)
    assert "never retrieved" not in caplog.text


def test_started_work_is_shared_with_who_comes_later() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        flights.start("key", work)
        (later,) = await waiting(flights.run("key", work))
        work.may_end.set()
        assert await later == 1

    run(test)


def test_closing_stops_what_is_under_way() -> None:
    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        tasks = await waiting(flights.run("a", work), flights.run("b", work))
        await flights.close()
        assert work.cancelled == 2
        assert all(task.cancelled() for task in await _settled(tasks))
        await flights.close()

    run(test)


async def _settled(tasks: list["asyncio.Task[int]"]) -> list["asyncio.Task[int]"]:
    await asyncio.wait(tasks)
    return tasks
