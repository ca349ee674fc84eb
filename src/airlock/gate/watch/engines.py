"""The port of engines: who gives works out to a worker, and the one that needs nothing else.

- An engine gives out what ``Works`` says is due, and nothing else; told twice is done once.
- It ends when it is told to, after what is under way; whatever is begun then is given back.
- While the store does not answer, it waits and goes on.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

from airlock.errors import StoreError
from airlock.gate.watch.working import Working
from airlock.model.watching import Claim

_log = structlog.get_logger("airlock.watch")
_STORE_REST_SECONDS = 2.0


class Engine(ABC):
    """Gives works out."""

    @abstractmethod
    async def run(self, working: Working, stop: asyncio.Event) -> None:
        """Have works done until ``stop`` is set, and what is under way then to its end."""


class EmbeddedEngine(Engine):
    """Asks the store for works."""

    async def run(self, working: Working, stop: asyncio.Event) -> None:
        """Have works done; see ``Engine.run``."""
        keeping = asyncio.create_task(working.keep())
        running: set[asyncio.Task[None]] = set()
        room = working.settings.examinations + working.settings.ahead
        try:
            ended: set[asyncio.Task[None]] = set()
            while not stop.is_set():
                free = room - len(running)
                # Each question is a transaction: while works end, it is for some at once.
                if not ended or 2 * free >= room:
                    claims = await _claims(working, free)
                    running |= {asyncio.create_task(working.do(claim)) for claim in claims}
                full = len(running) >= room
                await _wait(running, stop, None if full else working.settings.idle.total_seconds())
                ended = _ended(running)
                running -= ended
            if running:
                await asyncio.wait(running)
                _ended(running)
        finally:
            await stopped(*running, keeping)
            await working.close()


async def _claims(working: Working, most: int) -> tuple[Claim, ...]:
    try:
        return await working.take(most) if most > 0 else ()
    except StoreError as error:
        _log.warning("store-unavailable", error=str(error))
        await asyncio.sleep(_STORE_REST_SECONDS)
        return ()


async def _wait(
    running: "set[asyncio.Task[None]]", stop: asyncio.Event, seconds: float | None
) -> None:
    """Wait for the end of a work, for the order to stop, or for some seconds."""
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait(
            {*running, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        await stopped(stopping)


def _ended(running: "set[asyncio.Task[None]]") -> "set[asyncio.Task[None]]":
    """Return the tasks that have ended; a defect in one ends the worker."""
    ended = {task for task in running if task.done()}
    for task in ended:
        task.result()
    return ended


async def stopped(*tasks: "asyncio.Task[object]") -> None:
    """Cancel tasks, and wait for their ends."""
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
