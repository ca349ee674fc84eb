"""Counts what happens in the event loop, and writes the counts in the background.

- Noting costs a request one addition in memory; what was noted is written together, every few
  seconds and at the end. A gate that is killed loses the counts of those seconds.
- The memory does not grow without bound, however many different things are made up.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, Self, TypeVar

import anyio.to_thread
import structlog

from airlock.errors import StoreError

_log = structlog.get_logger("airlock.gate")
EVERY = dt.timedelta(seconds=5)
"""How often counts are written."""

# Between two flushes; different ones beyond are not counted.
_PENDING = 5_000


class Count(Protocol):
    """A count of something, that adds up with others of the same key."""

    @property
    def key(self) -> Hashable:
        """What adds up."""

    def __add__(self, other: Self, /) -> Self:
        """Return both together."""


T = TypeVar("T", bound=Count)


class Counts(Generic[T]):
    """Collects counts.

    Args:
        write: keeps counts; called in a thread.
        what: is counted, for the log.
        every: how often counts are written.
    """

    def __init__(
        self,
        write: Callable[[list[T]], None],
        what: str,
        every: dt.timedelta = EVERY,
    ) -> None:
        self._write = write
        self._what = what
        self._every = every
        self._pending: dict[Hashable, T] = {}
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def add(self, count: T) -> None:
        """Take note of one more."""
        known = self._pending.get(count.key)
        if known is not None:
            self._pending[count.key] = known + count
        elif len(self._pending) < _PENDING:
            self._pending[count.key] = count

    def start(self) -> None:
        """Begin to write what is noted, in the running event loop."""
        self._task = asyncio.create_task(self._write_for_ever())

    async def close(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Write what was noted; what the store refuses is tried again with the next."""
        async with self._turn:
            taken, self._pending = self._pending, {}
            if not taken:
                return
            try:
                await anyio.to_thread.run_sync(self._write, list(taken.values()))
            except StoreError as error:
                _log.warning(f"{self._what}-not-written", error=str(error), count=len(taken))
                for count in taken.values():
                    self.add(count)

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._every.total_seconds())
            # Shielded: who is stopped in the middle would not know whether the counts were written.
            await asyncio.shield(self.flush())
