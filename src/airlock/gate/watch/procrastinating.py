"""The engine for many machines: Procrastinate tells workers of works, on the same PostgreSQL.

- What it queues are hints: numbers of rows of ``Works``, some in each, because a hint costs the
  database as much as ten of its own queries do. A hint that comes twice, too late or for nothing
  finds its works done or held, and ends.
- A work is held from shortly before it is begun, not from when it was told: of a hint whose worker
  is slow, others do the rest.
- The queue is kept short: what is told is what is due and most urgent now. Each stage has its own:
  a worker without a sandbox is not told in vain of what is to be run, and that keeps nothing else
  waiting.
- A hint that got lost is given again: of a worker that was killed or cut off as soon as it was not
  heard of for 20 seconds, whether it held the work by then or not; any other after half a minute.
- A hint that comes while its index is to be left alone is told of again when that is over.
- When PostgreSQL is away, everything waits, and begins anew with new connections.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterable
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
from airlock.model.watching import Stage
from airlock.report import one_line
from airlock.store.engine import patient
from airlock.store.works import Due, Works

if TYPE_CHECKING:
    from procrastinate.types import JSONValue

_log = structlog.get_logger("airlock.watch")
_QUEUES = {Stage.STATIC: "airlock", Stage.DETONATION: "airlock-detonation"}
_TASK = "airlock.works"
_MOST_HINTS = 20
"""That wait; fewer than half as many, and more works are told of."""
_PORTION = 8
"""Works of a hint. Those that run a package take minutes, and are told of one by one."""
_AT_ONCE = 4
"""Works that are taken together: each time is a transaction of six questions."""
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
        app = self._app(working, stop)
        async with app.open_async():
            await _prepare(app)
            serving = asyncio.create_task(
                app.run_worker_async(
                    queues=[_QUEUES[stage] for stage in working.stages],
                    concurrency=working.settings.examinations + working.settings.ahead,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_LOOK_SECONDS,
                    update_heartbeat_interval=_BEAT_SECONDS,
                    stalled_worker_timeout=_STALLED_SECONDS,
                    delete_jobs="always",
                )
            )
            telling = asyncio.create_task(self._tell_for_ever(app, working))
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

    def _app(self, working: Working, stop: asyncio.Event) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(conninfo=self._conninfo)
        app = procrastinate.App(connector=connector)

        @app.task(name=_TASK)
        async def work(numbers: list[int]) -> None:
            left = set(numbers)
            while left and not stop.is_set():
                try:
                    claims = await working.take(_AT_ONCE, only=sorted(left))
                    if not claims:
                        await anyio.to_thread.run_sync(self._works.lost, sorted(left))
                        return
                except StoreError as error:
                    _log.warning("store-unavailable", error=str(error))
                    return
                left -= {claim.id for claim in claims}
                await working.do_in_turn(claims, stop)

        return app

    async def _tell_for_ever(self, app: procrastinate.App, working: Working) -> None:
        while True:
            for stage in working.stages:
                # What nobody may begin would be told of again and again.
                if not await working.hindered():
                    await self._tell(app, stage)
            await self._forget_stalled(app)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _tell(self, app: procrastinate.App, stage: Stage) -> None:
        """Tell of works that are due, unless many were told of and nobody began them yet."""
        queue = _QUEUES[stage]
        waiting = sum(row["todo"] for row in await app.job_manager.list_queues_async(queue=queue))
        if waiting > _MOST_HINTS // 2:
            return
        most = (_MOST_HINTS - waiting) * _PORTION
        due = await anyio.to_thread.run_sync(self._works.tell, most, self._clock(), [stage])
        for priority, portions in _portions(due).items():
            told = app.configure_task(_TASK, queue=queue, priority=-priority)
            jobs: list[dict[str, JSONValue]] = [{"numbers": [*portion]} for portion in portions]
            await told.batch_defer_async(*jobs)

    async def _forget_stalled(self, app: procrastinate.App) -> None:
        """Take the jobs of workers away that are lost, and have their works told of again."""
        manager = app.job_manager
        stalled = await manager.get_stalled_jobs(
            task_name=_TASK, seconds_since_heartbeat=_STALLED_SECONDS
        )
        numbers: list[int] = []
        for job in stalled:
            # All workers look: another may have been quicker.
            with contextlib.suppress(ProcrastinateException):
                await manager.finish_job(job, Status.FAILED, delete_job=True)
            numbers += _numbers(job)
        if numbers:
            await anyio.to_thread.run_sync(self._works.lost, numbers)


def _portions(due: Iterable[Due]) -> dict[int, list[list[int]]]:
    """Return the numbers of works by their priority, in portions."""
    found: dict[int, list[list[int]]] = {}
    for number, priority, stage in due:
        portions = found.setdefault(priority, [])
        if stage is not Stage.STATIC:
            portions.insert(0, [number])
        elif portions and len(portions[-1]) < _PORTION:
            portions[-1].append(number)
        else:
            portions.append([number])
    return found


def _numbers(job: Job) -> list[int]:
    """Return the works that a job is a hint of."""
    numbers = job.task_kwargs.get("numbers")
    return [one for one in numbers if isinstance(one, int)] if isinstance(numbers, list) else []


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
