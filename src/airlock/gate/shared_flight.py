"""Of several servers and processes that share a store, one does a piece of work.

- Whoever is not the one waits, and looks then whether it is done. If the other was killed, or
  failed, the next does it: its hold ends with its connection (``store.underway``).
- Nobody waits for longer than a bound; whoever has waited that long does the work, too. So does
  whoever cannot ask: doing it twice costs time, and changes nothing.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio.to_thread
import structlog

from airlock.errors import StoreError
from airlock.store.underway import Underway

T = TypeVar("T")

_log = structlog.get_logger("airlock.gate")
LONGEST_SECONDS = 360.0
"""An examination takes five minutes at most."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_GROWTH = 1.5


class SharedFlight:
    """Shares work with other processes.

    Args:
        underway: what they have under way.
        longest_seconds: that anybody waits for another process.
    """

    def __init__(self, underway: Underway, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._underway = underway
        self._longest_seconds = longest_seconds

    async def run(
        self,
        name: str,
        work: Callable[[], Awaitable[T]],
        done: Callable[[], Awaitable[T | None]],
    ) -> T:
        """Return what comes of a piece of work, here or elsewhere.

        Args:
            name: what tells the work from other work.
            work: does it; in this process only once at a time.
            done: returns what came of it elsewhere; ``None`` if nothing did.

        Raises:
            Exception: whatever the work raises.
        """
        held = await self._waited(name)
        try:
            found = await done()
            return found if found is not None else await work()
        finally:
            if held:
                await asyncio.shield(self._end(name))

    async def _waited(self, name: str) -> bool:
        """Wait for one's turn; tell whether it came."""
        pause, until = _FIRST_PAUSE_SECONDS, time.monotonic() + self._longest_seconds
        while time.monotonic() < until:
            try:
                if await anyio.to_thread.run_sync(self._underway.begin, name):
                    return True
            except StoreError as error:
                _log.warning("not-shared", work=name, error=str(error))
                return False
            await asyncio.sleep(pause)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)
        _log.warning("not-shared", work=name, error="another process takes too long")
        return False

    async def _end(self, name: str) -> None:
        with contextlib.suppress(StoreError):
            await anyio.to_thread.run_sync(self._underway.end, name)
