"""An index that asks to be left alone for long: neither a stop nor the next year waits for it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from airlock.errors import UpstreamUnavailable
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.gate.watch.pacing import Pace
from airlock.gate.watch.priority import Priorities
from airlock.gate.watch.settings import WatchSettings
from airlock.gate.watch.watching import Followed, Watching
from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.named import NamedChanges
from airlock.sources.simple_index import SimpleIndex
from airlock.store import Records, open_records
from tests.watch.test_engines import now
from tests.watch.world import NoLore

URL = "https://index.example/simple/"
DAY = dt.timedelta(days=1)
HOUR = 3600.0
ANCHOR = ProjectName("anchor")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        yield opened


def watching(records: Records, sleep: Callable[[float], Awaitable[None]]) -> Watching:
    works = records.works
    return Watching(
        followed=Followed(SimpleIndex(URL), NamedChanges(URL, [ANCHOR]), None),
        works=works,
        following=records.following,
        store=records.store,
        priorities=Priorities(
            BuiltinPopularity(), NoLore(), works.dependents, works.pending, most=9
        ),
        checks=1,
        settings=WatchSettings(),
        clock=now,
        sleep=sleep,
    )


def test_a_watch_that_waits_for_its_turn_stops_when_told(records: Records) -> None:
    begun = SourceState(url=URL, kind="projects", since=now(), polled_at=now())
    records.following.note(begun, [Change(ANCHOR)], everything=False)
    records.following.rest(URL, now() + DAY)

    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(seconds)

    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(watching(records, sleep).run(stop))
        # Who asks what changed, and who reads a page.
        while sum(one > HOUR for one in waits) < 2:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        stop.set()
        async with asyncio.timeout(30):
            await running

    asyncio.run(run())


def test_nobody_leaves_an_index_alone_for_ever(records: Records) -> None:
    pace = Pace(records.following, dt.timedelta(0), now)
    error = UpstreamUnavailable("not in this millennium", retry_after=1e12)
    asyncio.run(pace.leave_alone(URL, error))
    until = records.following.reserve(URL, dt.timedelta(0), now())
    assert now() + DAY / 2 < until <= now() + DAY
