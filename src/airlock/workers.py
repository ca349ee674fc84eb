"""Examinations in processes of their own, so that an artifact can ruin only its own examination.

- Every artifact is examined in a fresh process with limits of time, memory and open files.
- Outcomes cross the process boundary one by one: what was found before a crash, a hang or the end
  of memory is kept, and what is missing then is one failed outcome per check.
- The child is not believed: what it sends is decoded by type, bounded in size, held against
  the list of checks; a decision is only ever taken in the parent.

Two ways to start a process: ``fork`` for a command with one thread (it costs milliseconds), and
``forkserver`` for a server with threads, where forking the server itself would copy held locks.
"""

import contextlib
import datetime as dt
import importlib
import multiprocessing as mp
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from airlock import vetting
from airlock.archive import Limits
from airlock.checks import CheckSet
from airlock.errors import MalformedDocument
from airlock.evidence import Facts
from airlock.model import Artifact, Outcome, Status, wire

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, ForkServerContext
    from multiprocessing.process import BaseProcess

_DONE = b"done"
_LARGEST_MESSAGE_BYTES = 16 * 1024**2
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 2.0

FactsLoader = Callable[[dt.datetime], Facts]


class WorkerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one examination may use."""

    wall_seconds: float = 300.0
    """From start to last outcome; then the process is killed."""
    cpu_seconds: int = 300
    memory_bytes: int = 4 * 1024**3
    """Private writable memory (RLIMIT_DATA); reserved but untouched address space is free."""
    open_files: int = 256
    archive: Limits = Limits()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to examine."""

    artifact: Artifact
    path: str
    """Where its bytes are; they are not changed by anybody meanwhile."""
    now: dt.datetime
    """The time of the examination, in UTC."""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """How the examination of one artifact ended: an outcome for every check, always."""

    job: Job
    outcomes: tuple[Outcome, ...]
    seconds: float
    """Wall time."""


class Workers:
    """Starts and watches examinations.

    Args:
        checks: the checks that the child will load; used here to know what is missing.
        loader: where the child finds them and its facts, as ``module:function``; the function takes
            nothing and returns the set of checks and a loader of facts.
        limits: of each examination.
        start: how processes are started; see the module.
    """

    def __init__(
        self,
        checks: CheckSet,
        loader: str,
        limits: WorkerLimits,
        *,
        start: Literal["fork", "forkserver"],
    ) -> None:
        self._checks = checks
        self._loader = loader
        self._limits = limits
        self._context: ForkContext | ForkServerContext
        if start == "fork":
            self._context = mp.get_context("fork")
        else:
            self._context = mp.get_context("forkserver")
            modules = ["airlock.cli", "airlock.warm", loader.partition(":")[0]]
            mp.set_forkserver_preload(modules)

    def run(self, job: Job) -> Examination:
        """Examine one artifact and wait for the end of it."""
        return next(self.run_all([job], width=1))

    def run_all(
        self, jobs: Iterable[Job], *, width: int, tick: Callable[[], None] = lambda: None
    ) -> Iterator[Examination]:
        """Examine artifacts, ``width`` at a time; yield each as it ends.

        Args:
            jobs: taken from as places become free.
            width: how many processes at once, from 1.
            tick: called about ten times a second while waiting, for progress.
        """
        waiting = iter(jobs)
        running: dict[Connection, _Running] = {}
        try:
            while True:
                for job in _take(waiting, width - len(running)):
                    begun = self._begin(job)
                    running[begun.pipe] = begun
                if not running:
                    return
                yield from self._step(running)
                tick()
        finally:
            for one in running.values():
                one.stop()

    def _begin(self, job: Job) -> "_Running":
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_child,
            args=(wire.encode(job), self._loader, wire.encode(self._limits), theirs),
            daemon=True,
        )
        process.start()
        theirs.close()
        return _Running(job, process, ours, time.monotonic() + self._limits.wall_seconds)

    def _step(self, running: dict[Connection, "_Running"]) -> Iterator[Examination]:
        nearest = min(one.deadline for one in running.values()) - time.monotonic()
        for pipe in wait(list(running), timeout=max(0.0, min(_POLL_SECONDS, nearest))):
            running[pipe].receive()  # type: ignore[index]
        for one in list(running.values()):
            one.watch()
            if one.ended:
                del running[one.pipe]
                one.stop()
                yield self._examination(one)

    def _examination(self, one: "_Running") -> Examination:
        known = {check.id: check for check in self._checks.checks}
        outcomes = {o.check: o for o in one.outcomes if o.check in known}
        for missing in known.keys() - outcomes.keys():
            reason = one.trouble or "the examination ended without an outcome"
            outcomes[missing] = Outcome(
                check=missing, version=known[missing].version, status=Status.FAILED, reason=reason
            )
        return Examination(
            job=one.job,
            outcomes=tuple(outcomes[check] for check in self._checks.ids),
            seconds=time.monotonic() - one.started,
        )


class _Running:
    """One process at work, seen from the parent."""

    def __init__(self, job: Job, process: "BaseProcess", pipe: Connection, deadline: float) -> None:
        self.job = job
        self.process = process
        self.pipe = pipe
        self.deadline = deadline
        self.started = time.monotonic()
        self.outcomes: list[Outcome] = []
        self.trouble = ""
        self.ended = False

    def receive(self) -> None:
        """Take what the child sent: an outcome, its trouble, or its end."""
        try:
            message = self.pipe.recv_bytes(_LARGEST_MESSAGE_BYTES)
            if message == _DONE:
                self.ended = True
            else:
                self._take(wire.decode(message, _Message))
        except EOFError:
            self._lost()
        except (OSError, MalformedDocument) as error:
            self.trouble = f"the examination sent something that is no outcome: {error}"
            self.ended = True

    def _take(self, message: "_Message") -> None:
        if message.outcome is not None:
            self.outcomes.append(message.outcome)
        self.trouble = message.trouble or self.trouble

    def _lost(self) -> None:
        self.process.join(_GRACE_SECONDS)
        code = self.process.exitcode
        how = f"was killed by signal {-code}" if code and code < 0 else f"exited with {code}"
        self.trouble = self.trouble or f"the process of the examination {how}"
        self.ended = True

    def watch(self) -> None:
        """End the examination if its time is up."""
        if not self.ended and time.monotonic() >= self.deadline:
            self.trouble = "the examination took longer than its limit and was stopped"
            self.ended = True

    def stop(self) -> None:
        """Leave no process behind."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.pipe.close()


class _Message(msgspec.Struct):
    """What a child sends."""

    outcome: Outcome | None = None
    trouble: str = ""


def _take(jobs: Iterator[Job], count: int) -> Iterator[Job]:
    for _ in range(count):
        try:
            yield next(jobs)
        except StopIteration:
            return


def _child(job_data: bytes, loader: str, limits_data: bytes, pipe: Connection) -> None:
    """Examine one artifact and send every outcome. Runs in a process of its own."""
    job = wire.decode(job_data, Job)
    limits = wire.decode(limits_data, WorkerLimits)
    trouble = ""
    try:
        _confine(limits)
        checks, facts_of = _load(loader)
        path = Path(job.path)
        for outcome in vetting.examine(
            job.artifact, path, checks, facts_of(job.now), limits.archive
        ):
            pipe.send_bytes(wire.encode(_Message(outcome=outcome)))
    except Exception as error:  # noqa: BLE001 - the edge of the process
        trouble = f"{type(error).__name__}: {error}"[:1000]
    with contextlib.suppress(OSError):
        if trouble:
            pipe.send_bytes(wire.encode(_Message(trouble=trouble)))
        pipe.send_bytes(_DONE)
    # Nothing is left to tidy: skipping the interpreter's shutdown saves milliseconds an artifact.
    os._exit(0)


def _load(loader: str) -> tuple[CheckSet, FactsLoader]:
    module, _, function = loader.partition(":")
    checks, facts_of = getattr(importlib.import_module(module), function)()
    return checks, facts_of


def _confine(limits: WorkerLimits) -> None:
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
    ):
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))
