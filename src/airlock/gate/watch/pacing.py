"""When an index may be asked: everybody who watches and works takes turns, and leaves it alone.

- Each request has a turn of its own: pages, files and the documents beside them. The turn of a file
  comes with the claim of its work.
- A turn that is far away is none: what was to be done is given back, and its place with it.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import anyio.to_thread

from airlock.errors import UpstreamUnavailable
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256
from airlock.sources.interface import Index, Progress
from airlock.store.works import Following

Sleep = Callable[[float], Awaitable[None]]
# Of a whole worker's files and documents at the slowest rates that make sense.
_LONGEST_WAIT = dt.timedelta(minutes=1)
# A date of some far year, by mistake or malice, is not to end a watch for good.
_LONGEST_REST_SECONDS = 24 * 3600.0


def rested(seconds: float, now: dt.datetime) -> dt.datetime:
    """Return until when an index is left alone that asks for so many seconds: a day at most."""
    return now + dt.timedelta(seconds=min(seconds, _LONGEST_REST_SECONDS))


class Pace:
    """Gives turns.

    Args:
        following: keeps them, for everybody on every machine.
        spacing: between two requests to an index.
        clock: gives the time in UTC.
        sleep: waits for some seconds.
    """

    def __init__(
        self,
        following: Following,
        spacing: dt.timedelta,
        clock: Callable[[], dt.datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._following = following
        self._spacing = spacing
        self._clock = clock
        self._sleep = sleep

    async def turn(self, url: str, longest: dt.timedelta | None = None) -> None:
        """Wait until an index may be asked.

        Raises:
            UpstreamUnavailable: if that takes longer than ``longest``.
        """
        now = self._clock()
        at = await anyio.to_thread.run_sync(self._following.reserve, url, self._spacing, now)
        if longest is not None and at - now > longest:
            raise UpstreamUnavailable(
                f"{url} is not to be asked before {at:%H:%M:%S}Z",
                retry_after=(at - now).total_seconds(),
            )
        if at > now:
            await self._sleep((at - now).total_seconds())

    async def leave_alone(self, url: str, error: UpstreamUnavailable) -> None:
        """Let nobody ask an index for as long as it asked for (``rested``)."""
        if error.retry_after:
            until = rested(error.retry_after, self._clock())
            await anyio.to_thread.run_sync(self._following.rest, url, until)


class PacedIndex(Index):
    """An index that is asked in turn for pages and documents; for files as its claims say.

    Args:
        index: that is asked.
        pace: gives turns.
    """

    def __init__(self, index: Index, pace: Pace) -> None:
        super().__init__(index.url, index.limits)
        self.reachable = index.reachable
        self._index = index
        self._pace = pace

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        """Return the page of a project; see ``Index.listing``."""
        await self._pace.turn(self.url, _LONGEST_WAIT)
        return await self._index.listing(project, known)

    @contextlib.asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        """Ask once for the bytes of a file; see ``Index.stream``."""
        async with self._index.stream(file) as pieces:
            yield pieces

    async def document(self, url: str, *, most_bytes: int) -> bytes:
        """Return a small document that the index refers to; see ``Index.document``."""
        await self._pace.turn(self.url, _LONGEST_WAIT)
        return await self._index.document(url, most_bytes=most_bytes)

    async def fetch(self, file: ListedFile, into: Path, progress: Progress | None = None) -> Sha256:
        """Download a file; see ``Index.fetch``."""
        return await self._index.fetch(file, into, progress)

    async def aclose(self) -> None:
        """Give back connections."""
        await self._index.aclose()
