"""Starts and watches examinations, several at a time."""

import importlib
import multiprocessing as mp
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Literal

import msgspec

from airlock import scratch
from airlock.checks import CheckSet
from airlock.errors import AirlockError
from airlock.model import wire
from airlock.workers.child import work
from airlock.workers.interface import Examination, Job, WorkerLimits
from airlock.workers.running import Running

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, ForkServerContext

_POLL_SECONDS = 0.1
_WARM = "airlock.warm"
_LAID_OUT = "airlock.workers.huge_pages"
_WORTH_WARMING = 5
"""As many processes load by themselves in the time that ``airlock.warm`` takes."""


class Workers:
    """Starts and watches examinations.

    Args:
        checks: the checks that the child will load; used here to know what is missing.
        loader: where the child finds them and its facts, as ``module:function``; the function takes
            nothing and returns the set of checks and a loader of facts.
        limits: of each examination.
        start: how processes are started; see the package.
        many: whether hundreds are to come, so that it pays to prepare for them (``huge_pages``).
    """

    def __init__(
        self,
        checks: CheckSet,
        loader: str,
        limits: WorkerLimits,
        *,
        start: Literal["fork", "forkserver"],
        many: bool = False,
    ) -> None:
        self._checks = {check.id: check for check in checks.checks}
        self._loader = loader
        self._limits = limits
        self._begun = 0
        self._context: ForkContext | ForkServerContext
        if start == "fork":
            self._context = mp.get_context("fork")
        else:
            self._context = mp.get_context("forkserver")
            modules = ["airlock.cli", _WARM, loader.partition(":")[0]]
            mp.set_forkserver_preload([*modules, _LAID_OUT] if many else modules)

    def warm(self) -> None:
        """Load what examinations need, in the background: the first takes as long as the next."""
        if self._context.get_start_method() == "forkserver":
            from multiprocessing.forkserver import ensure_running

            scratch.of_forkserver()
            ensure_running()

    def run(self, job: Job) -> Examination:
        """Examine one artifact and wait for the end of it."""
        return next(self.run_all([job], width=1))

    def run_all(
        self, jobs: Iterable[Job], *, width: int, tick: Callable[[], None] = lambda: None
    ) -> Generator[Examination, None, None]:
        """Examine artifacts, ``width`` at a time; yield each as it ends.

        Closing the generator ends what is under way.

        Args:
            jobs: taken from as places become free.
            width: how many processes at once, from 1.
            tick: called about ten times a second while waiting, for progress.

        Raises:
            AirlockError: if the system starts no process.
        """
        waiting = iter(jobs)
        running: dict[int, Running] = {}
        try:
            while True:
                for job in islice(waiting, width - len(running)):
                    begun = self._begin(job)
                    running[begun.sentinel] = begun
                if not running:
                    return
                yield from _step(running)
                tick()
        finally:
            for one in running.values():
                one.stop()

    def _begin(self, job: Job) -> Running:
        self._begun += 1
        if self._begun == _WORTH_WARMING and self._context.get_start_method() == "fork":
            importlib.import_module(_WARM)
        if self._context.get_start_method() == "forkserver":
            scratch.of_forkserver()
        ours, theirs = self._context.Pipe(duplex=False)
        # The paths go beside the job: a name of a file need not be text that JSON has.
        paths, data = _without_paths(job)
        process = self._context.Process(
            target=work,
            args=(data, paths, self._loader, wire.encode(self._limits), theirs),
            daemon=True,
        )
        try:
            process.start()
        except (OSError, EOFError) as error:
            ours.close()
            raise AirlockError(
                f"no process could be started for an examination: {error}"
            ) from error
        finally:
            theirs.close()
        deadline = time.monotonic() + self._limits.wall_seconds
        return Running(job, process, ours, deadline, self._checks)


def _without_paths(job: Job) -> tuple[tuple[str, str], bytes]:
    rival = job.rival
    bare = msgspec.structs.replace(rival, path="") if rival else None
    data = wire.encode(msgspec.structs.replace(job, path="", rival=bare))
    return (job.path, rival.path if rival else ""), data


def _step(running: dict[int, Running]) -> Iterator[Examination]:
    """Wait a little for the end of one; yield what has ended, and take it out.

    What they send waits in their pipes, and who would fill one is listened to: to wake up for each
    outcome costs as much as a fifth of the examination of a small artifact.
    """
    nearest = min(one.deadline for one in running.values()) - time.monotonic()
    awaited = [heard for one in running.values() for heard in one.awaited]
    wait(awaited, timeout=max(0.0, min(_POLL_SECONDS, nearest)))
    for one in list(running.values()):
        one.receive()
        one.watch()
        if one.ended:
            one.stop()
            del running[one.sentinel]
            yield one.examination()
