"""The processes of watching: one that follows, any number that work; how they begin and end.

- SIGTERM and SIGINT end a process after what is under way; a second one ends it at once, and gives
  back what it held.
- A worker that another process started ends when that process does, however that ended.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import structlog

from airlock.gate.watch.engines import stopped

T = TypeVar("T")

_log = structlog.get_logger("airlock.watch")
PARENT_VARIABLE = "AIRLOCK_PARENT"
"""The environment variable by which a worker knows who started it."""
_LOOK_SECONDS = 1.0
_RESTART_SECONDS = 2.0


@contextlib.asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """Give an event that a signal sets; a second signal cancels the block."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    task = asyncio.current_task()

    def told() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        elif PARENT_VARIABLE not in os.environ:
            _log.info("stopping", after="what is under way; at once if told again")
        stop.set()

    for kind in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(kind, told)
    looking = asyncio.create_task(_until_orphaned(stop))
    try:
        yield stop
    finally:
        await stopped(looking)
        for kind in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(kind)


async def _until_orphaned(stop: asyncio.Event) -> None:
    parent = os.environ.get(PARENT_VARIABLE)
    if parent is None:
        return
    # Nothing tells of the end of a parent; who is adopted has another one.
    while str(os.getppid()) == parent:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_SECONDS)
    stop.set()


class Crew:
    """Worker processes of this machine, each started again if it ends before its time.

    Args:
        arguments: of ``airlock worker``.
        environment: more of it; secrets are here, not among the arguments.
        count: how many.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], count: int
    ) -> None:
        self._command = [sys.executable, "-m", "airlock", "worker", *arguments]
        self._environment = {**os.environ, **environment, PARENT_VARIABLE: str(os.getpid())}
        self._count = count

    async def run(self, stop: asyncio.Event) -> None:
        """Keep them at work until told to stop, and wait for their ends."""
        await asyncio.gather(*(self._keep_one(stop) for _ in range(self._count)))

    async def _keep_one(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            # In a group of its own: what a terminal sends at Ctrl-C is for us to hand on, once.
            process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, start_new_session=True
            )
            await self._until_it_ends(process, stop)
            if not stop.is_set():
                _log.warning("worker-ended", pid=process.pid, code=process.returncode)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RESTART_SECONDS)

    async def _until_it_ends(
        self, process: asyncio.subprocess.Process, stop: asyncio.Event
    ) -> None:
        ended = asyncio.create_task(process.wait())
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            await ended
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await stopped(told, ended)


async def together(stop: asyncio.Event, *parts: Awaitable[None]) -> None:
    """Run parts until told to stop; what one of them raises ends all."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.gather(*tasks)
    finally:
        stop.set()
        await stopped(*tasks)


async def unless_stopped(stop: asyncio.Event, part: Awaitable[T]) -> T | None:
    """Return what comes of a part; ``None`` if told to stop before."""
    doing, told = asyncio.ensure_future(part), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((doing, told), return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        await stopped(doing, told)


async def until(done: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> None:
    """Set the event as soon as something is done."""
    while not stop.is_set() and not await done():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_SECONDS / 2)
    stop.set()
