"""The engine for many machines: Procrastinate tells workers of works, on the same PostgreSQL.

- What it queues are hints: the number of a row of ``Works``. A hint that comes twice, too late or
  for nothing finds its work done or held, and ends.
- The queue is kept short: what is told is what is due and most urgent now.
- A hint that got lost is given again: of a worker that was killed or cut off as soon as it was not
  heard of for 20 seconds, whether it held the work by then or not; any other after half a minute.
- A hint that comes while its index is to be left alone is told of again when that is over.
- When PostgreSQL is away, everything waits, and begins anew with new connections.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import procrastinate
import structlog
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job, Status
from sqlalchemy import make_url

from airlock.errors import StoreError
from airlock.gate.watch.engines import Engine, stopped
from airlock.gate.watch.working import Working
from airlock.report import one_line
from airlock.store.engine import patient
from airlock.store.works import Works

if TYPE_CHECKING:
    from procrastinate.types import JSONValue

_log = structlog.get_logger("airlock.watch")
_QUEUE = "airlock"
_TASK = "airlock.work"
_TOLD_AT_ONCE = 100
_LOOK_SECONDS = 0.5
_REST_SECONDS = 2.0
_BEAT_SECONDS = 5.0
_STALLED_SECONDS = 20.0
_LONGEST_TOLD = 300


class ProcrastinateEngine(Engine):
    """Has works given out by Procrastinate.

    Args:
        url: of the database, as SQLAlchemy has it.
        works: the queue, which is in the same database.
        clock: gives the time in UTC.
    """

    def __init__(self, url: str, works: Works, clock: Callable[[], dt.datetime]) -> None:
        plain = patient(make_url(url)).set(drivername="postgresql")
        self._conninfo = plain.render_as_string(hide_password=False)
        self._works = works
        self._clock = clock

    async def run(self, working: Working, stop: asyncio.Event) -> None:
        """Have works done; see ``Engine.run``."""
        _log_in_lines(asyncio.get_running_loop())
        keeping = asyncio.create_task(working.keep())
        try:
            while not stop.is_set():
                try:
                    await self._serve(working, stop)
                except (ProcrastinateException, StoreError, OSError) as error:
                    _log.warning("queue-unavailable", error=str(error))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), _REST_SECONDS)
        finally:
            await stopped(keeping)
            await working.close()

    async def _serve(self, working: Working, stop: asyncio.Event) -> None:
        app = self._app(working)
        async with app.open_async():
            await _prepare(app)
            serving = asyncio.create_task(
                app.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=working.settings.examinations + working.settings.ahead,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_LOOK_SECONDS,
                    update_heartbeat_interval=_BEAT_SECONDS,
                    stalled_worker_timeout=_STALLED_SECONDS,
                    delete_jobs="always",
                )
            )
            telling = asyncio.create_task(self._tell_for_ever(app))
            stopping = asyncio.create_task(stop.wait())
            try:
                done, _ = await asyncio.wait(
                    {serving, telling, stopping}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
            finally:
                # Cancelled, it ends after the jobs that are under way.
                await stopped(telling, stopping, serving)

    def _app(self, working: Working) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(conninfo=self._conninfo)
        app = procrastinate.App(connector=connector)

        @app.task(name=_TASK, queue=_QUEUE)
        async def work(number: int) -> None:
            try:
                claims = await working.take(1, only=[number])
                if not claims:
                    await anyio.to_thread.run_sync(self._works.lost, [number])
            except StoreError as error:
                _log.warning("store-unavailable", error=str(error))
                return
            for claim in claims:
                await working.do(claim)

        return app

    async def _tell_for_ever(self, app: procrastinate.App) -> None:
        while True:
            if not await self._tell(app):
                await asyncio.sleep(_LOOK_SECONDS)
            await self._forget_stalled(app)

    async def _tell(self, app: procrastinate.App) -> int:
        """Tell of works that are due; return of how many."""
        waiting = [row["todo"] for row in await app.job_manager.list_queues_async(queue=_QUEUE)]
        room = _TOLD_AT_ONCE - sum(waiting)
        if room <= 0:
            return 0
        due = await anyio.to_thread.run_sync(self._works.unsent, room, self._clock())
        by_priority: dict[int, list[int]] = {}
        for number, priority in due:
            by_priority.setdefault(priority, []).append(number)
        for priority, numbers in by_priority.items():
            told = app.configure_task(_TASK, queue=_QUEUE, priority=-priority)
            jobs: list[dict[str, JSONValue]] = [{"number": number} for number in numbers]
            await told.batch_defer_async(*jobs)
            await anyio.to_thread.run_sync(self._works.sent, numbers, self._clock())
        return len(due)

    async def _forget_stalled(self, app: procrastinate.App) -> None:
        """Take the jobs of workers away that are lost, and have their works told of again."""
        manager = app.job_manager
        stalled = await manager.get_stalled_jobs(
            queue=_QUEUE, seconds_since_heartbeat=_STALLED_SECONDS
        )
        numbers = []
        for job in stalled:
            await manager.finish_job(job, Status.FAILED, delete_job=True)
            numbers.append(_number(job))
        if numbers:
            await anyio.to_thread.run_sync(self._works.lost, numbers)


def _number(job: Job) -> int:
    """Return the work that a job is a hint of."""
    number = job.task_kwargs.get("number")
    return number if isinstance(number, int) else 0


async def _prepare(app: procrastinate.App) -> None:
    """Make Procrastinate's tables, unless they are there."""
    if await app.check_connection_async():
        return
    try:
        await app.schema_manager.apply_schema_async()
    except ProcrastinateException:
        # Another worker was quicker.
        if not await app.check_connection_async():
            raise


class _InLines(logging.Handler):
    """Writes what a library logs as our own events, without a traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told = f"{record.getMessage()}: {error}" if error else record.getMessage()
        _log.warning("queue", told=one_line(told, longest=_LONGEST_TOLD))


def _log_in_lines(loop: asyncio.AbstractEventLoop) -> None:
    """Have Procrastinate log as everything here does; what its pool says, we say ourselves."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    library = logging.getLogger("procrastinate")
    library.propagate = False
    library.setLevel(logging.WARNING)
    library.handlers = [_InLines()]

    def told(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Such as of a job that was taken from a worker while it was cut off.
        text = f"{context['message']}: {context.get('exception', '')!r}"
        _log.warning("queue", told=one_line(text, longest=_LONGEST_TOLD))

    loop.set_exception_handler(told)
