"""Follows one index: learns what changed, reads the pages of projects, queues what is new.

- The changes and the cursor are recorded together, before any page is read; a page and the works
  that come of it, too. Wherever it is killed, nothing is lost, and what is done twice changes
  nothing.
- A page that is older than the change that was told (a cache on the way) stays due.
- A page is kept before its works are queued: whoever does them knows the releases before, and where
  the index has their provenance, without asking for the page again.
- Pages are not read while many works wait: the queue does not grow without bound.
- Where an index has serials, everything is compared now and then: what a feed or a changelog left
  out is found.
"""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import anyio.to_thread
import msgspec
import structlog

from airlock.errors import ProjectNotFound, SourceError, StoreError, UpstreamUnavailable, UsageError
from airlock.gate.listings import gone
from airlock.gate.watch.announced import NEVER, remembered, works_of
from airlock.gate.watch.engines import stopped
from airlock.gate.watch.pacing import Pace, Sleep
from airlock.gate.watch.priority import Priorities
from airlock.gate.watch.settings import WatchSettings
from airlock.model import ProjectListing
from airlock.model.watching import DueProject, SourceState
from airlock.sources.changes import Batch, Changes
from airlock.sources.interface import Index
from airlock.store import Store
from airlock.store.works import Following, Works

_log = structlog.get_logger("airlock.watch")
_PAGES_AT_ONCE = 4
_FIRST_PAUSE = dt.timedelta(seconds=5)
_LONGEST_PAUSE = dt.timedelta(hours=1)
_IDLE_SECONDS = 1.0
_LONGEST_ERROR = 300
_CONFIRMATIONS = 3
_DOUBLINGS = 10


class Followed(NamedTuple):
    """What is followed, and by which means."""

    source: Index
    changes: Changes
    compared: Changes | None
    """Names every project with its serial; ``None`` where nothing does."""


class Watching:
    """Follows an index.

    Args:
        followed: the index, and how one learns what changed there.
        works: the queue.
        following: how far it is followed.
        store: keeps the pages.
        priorities: know what is urgent.
        checks: the number of the set of checks that is to judge.
        settings: how it is followed.
        clock: gives the time in UTC.
        sleep: waits for some seconds.
    """

    def __init__(  # noqa: PLR0913 - what it is composed of
        self,
        *,
        followed: Followed,
        works: Works,
        following: Following,
        store: Store,
        priorities: Priorities,
        checks: int,
        settings: WatchSettings,
        clock: Callable[[], dt.datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._index, self._changes, self._compared = followed
        self._works = works
        self._following = following
        self._store = store
        self._priorities = priorities
        self._checks = checks
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(following, settings.spacing, clock, sleep)
        self._compared_at = clock()
        self._everything = settings.everything
        self.asked = False
        """Whether it was asked once what changed, whatever came of it."""

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until told to stop.

        Raises:
            UsageError: if the index does not tell what the settings ask for.
        """
        parts = (self._poll_for_ever(), self._read_for_ever(), stop.wait())
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            # Nobody waits for the turn of an index that is left alone for hours.
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await stopped(*tasks)

    async def _read_for_ever(self) -> None:
        while True:
            read = 0
            try:
                read = await self.read_pages()
            except StoreError as error:
                _log.warning("store-unavailable", error=str(error))
            if not read:
                await self._sleep(_IDLE_SECONDS)

    async def _poll_for_ever(self) -> None:
        while True:
            try:
                await self.poll()
            except StoreError as error:
                _log.warning("store-unavailable", error=str(error))
            await self._sleep(self._settings.every.total_seconds())

    async def poll(self) -> int:
        """Ask what changed, and record it; return how many changes were told."""
        try:
            return await self._poll()
        finally:
            self.asked = True

    async def _poll(self) -> int:
        if self._everything:
            return await self._poll_everything()
        state = await anyio.to_thread.run_sync(self._state, self._changes)
        self._require_past(state)
        try:
            await self._pace.turn(self._index.url)
            batch = await self._changes.since(state)
        except UpstreamUnavailable as error:
            await self._not_told(state, error)
            return 0
        begins = not state.serial and bool(batch.serial)
        gap = batch.gap and self._compared is not None
        count = await self._record(state, batch)
        if gap or self._clock() - self._compared_at >= self._settings.compare_every:
            count += await self._compare()
        # Of a time in the past the first answer tells where that was, the second what came since.
        return await self._poll() if begins and self._changes.goes_back else count

    def _require_past(self, state: SourceState) -> None:
        """Refuse to begin at a time in the past where nobody tells what came since."""
        since = self._settings.since
        if since is None or self.asked:
            return
        if state.serial and since < state.since:
            _log.warning("followed-from-later", since=f"{state.since:%Y-%m-%d}", all="--backfill")
        if not (self._changes.goes_back or state.serial or state.polled_at):
            raise UsageError(
                f"{self._index.url} does not tell what was published since (by {state.kind})",
                hint="Take everything with --backfill, or name projects with --project.",
            )

    async def _compare(self) -> int:
        """Compare the serials of all projects with those that are known."""
        self._compared_at = self._clock()
        if self._compared is None or self._compared is self._changes:
            return 0
        state = await anyio.to_thread.run_sync(self._state, self._compared)
        try:
            await self._pace.turn(self._index.url)
            batch = await self._compared.since(state)
        except UpstreamUnavailable as error:
            await self._not_told(state, error)
            return 0
        return await self._record(state, batch)

    async def _poll_everything(self) -> int:
        """Have every page read, once."""
        every = self._compared or self._changes
        state = await anyio.to_thread.run_sync(self._state, every)
        try:
            await self._pace.turn(self._index.url)
            batch = await every.since(state, everything=True)
        except UpstreamUnavailable as error:
            await self._not_told(state, error)
            return 0
        count = await self._record(state, batch, everything=True)
        self._everything = False
        return count

    async def _record(self, state: SourceState, batch: Batch, *, everything: bool = False) -> int:
        moved = msgspec.structs.replace(
            state,
            serial=max(state.serial, batch.serial),
            first=state.first or batch.serial,
            etag=batch.etag,
            seen=batch.seen,
            polled_at=self._clock(),
            error="",
        )
        return await anyio.to_thread.run_sync(
            lambda: self._following.note(moved, batch.changes, everything=everything)
        )

    def _state(self, changes: Changes) -> SourceState:
        """Return up to where changes are known, beginning where another way of asking has led."""
        known = self._following.source(changes.url, changes.kind)
        if known is not None and known.serial:
            return known
        others = [one for one in self._following.sources() if one.url == changes.url]
        before = min((one.since for one in others), default=self._clock())
        begun = SourceState(
            url=changes.url,
            kind=changes.kind,
            serial=max((one.serial for one in others), default=0),
            first=max((one.first for one in others), default=0),
            since=self._settings.since or before,
        )
        if known is None:
            self._following.begin(begun)
            return begun
        return msgspec.structs.replace(known, serial=begun.serial, first=begun.first)

    async def _not_told(self, state: SourceState, error: UpstreamUnavailable) -> None:
        _log.warning("not-told", source=state.url, kind=state.kind, error=str(error))
        failed = msgspec.structs.replace(state, error=str(error)[:_LONGEST_ERROR])
        await anyio.to_thread.run_sync(lambda: self._following.note(failed, (), everything=False))
        await self._pace.leave_alone(self._index.url, error)

    async def read_pages(self) -> int:
        """Read pages that are due, unless many works wait; return how many were read."""
        if await anyio.to_thread.run_sync(self._works.waiting) >= self._settings.backlog:
            return 0
        due = await anyio.to_thread.run_sync(
            lambda: self._following.due([self._index.url], _PAGES_AT_ONCE, self._clock())
        )
        await asyncio.gather(*map(self._read, due))
        return len(due)

    async def _read(self, due: DueProject) -> None:
        known = remembered(due)
        try:
            await self._pace.turn(self._index.url)
            listing = await self._index.listing(due.project, known)
        except ProjectNotFound as error:
            if due.attempts < _CONFIRMATIONS and due.seen < due.wanted:
                # It is too new for some cache on the way, or gone already.
                await self._put_off(due, str(error))
                return
            listing = gone(due.source, due.project, self._clock())
        except SourceError as error:
            await self._put_off(due, str(error))
            if isinstance(error, UpstreamUnavailable):
                await self._pace.leave_alone(self._index.url, error)
            return
        if listing.last_serial is not None and listing.last_serial < due.wanted:
            await self._put_off(due, f"the page is of serial {listing.last_serial}: a cache")
            return
        if listing.malformed and due.attempts < _CONFIRMATIONS:
            await self._put_off(due, f"{listing.malformed} entries of the page make no sense")
            return
        if known is None or msgspec.structs.replace(listing, fetched_at=NEVER) != known:
            await anyio.to_thread.run_sync(self._store.put_listing, listing)
        await anyio.to_thread.run_sync(self._keep, due, listing)

    def _keep(self, due: DueProject, listing: ProjectListing) -> None:
        since = NEVER if due.everything else self._since()
        works = list(works_of(due, listing, since, self._priorities))
        self._following.read(
            due,
            works,
            serial=listing.last_serial or 0,
            etag=listing.etag or "",
            checks=self._checks,
            now=self._clock(),
        )

    def _since(self) -> dt.datetime:
        if self._settings.since is not None:
            return self._settings.since
        states = (one for one in self._following.sources() if one.url == self._index.url)
        return min((one.since for one in states), default=NEVER)

    async def _put_off(self, due: DueProject, reason: str) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(due.attempts, _DOUBLINGS), _LONGEST_PAUSE)
        at = self._clock() + pause
        await anyio.to_thread.run_sync(self._following.postpone, due, reason, at)
        _log.info("put-off", project=due.project, reason=reason[:_LONGEST_ERROR])
