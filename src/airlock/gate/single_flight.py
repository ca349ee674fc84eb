"""Many who ask for the same thing at once share one piece of work.

The work belongs to nobody who asked: a client that goes away does not stop it, and whoever comes
back finds it further on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs at most one piece of work per key at a time."""

    def __init__(self) -> None:
        self._flying: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """Return what the work for a key returns, starting it only if it is not under way.

        Raises:
            Exception: whatever the work raises, to everybody who waits for it.
        """
        return await asyncio.shield(self.start(key, work))

    def start(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """Start the work for a key if it is not under way, and return without waiting."""
        task = self._flying.get(key)
        if task is None:
            task = asyncio.ensure_future(_awaited(work))
            self._flying[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: Hashable, task: asyncio.Task[T]) -> None:
        del self._flying[key]
        if not task.cancelled():
            # Whoever waited has the error; if nobody did, asyncio must not complain about it.
            task.exception()

    async def close(self) -> None:
        """Stop everything that is under way, and wait for its end."""
        tasks = list(self._flying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
