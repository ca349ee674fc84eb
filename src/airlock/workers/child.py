"""What happens in the process of one examination.

- Limits are set before anything of the artifact is read.
- The process leads a group of its own, so that its parent can end whatever it started; the kernel
  ends it if its parent does not live to do so.
- It has no terminal, no input and no output but its pipe.
"""

import contextlib
import importlib
import math
import os
import resource
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from airlock import vetting
from airlock.checks import CheckSet
from airlock.errors import AirlockError
from airlock.model import wire
from airlock.workers.interface import (
    DONE,
    END,
    LONGEST_TROUBLE,
    FactsLoader,
    Job,
    Message,
    WorkerLimits,
)

# After its parent should have killed it.
_ORPHAN_SECONDS = 5


def work(job_data: bytes, path: str, loader: str, limits_data: bytes, pipe: Connection) -> None:
    """Examine one artifact, send every outcome, and end the process."""
    trouble = ""
    try:
        limits = wire.decode(limits_data, WorkerLimits)
        _detach(limits.wall_seconds)
        _confine(limits)
        _examine(wire.decode(job_data, Job), Path(path), loader, limits, pipe)
    except Exception as error:  # noqa: BLE001 - the edge of the process
        trouble = str(error) if isinstance(error, AirlockError) else ""
        trouble = trouble or f"{type(error).__name__}: {error}"
    with contextlib.suppress(OSError):
        if trouble:
            _send(pipe, wire.encode(Message(trouble=_encodable(trouble))))
        _send(pipe, DONE)
    # Nothing is left to tidy: skipping the interpreter's shutdown saves milliseconds an artifact.
    os._exit(0)


def _examine(job: Job, path: Path, loader: str, limits: WorkerLimits, pipe: Connection) -> None:
    checks, facts_of = _load(loader)
    facts = facts_of(job.now)
    for outcome in vetting.examine(job.artifact, path, checks, facts, limits.archive):
        _send(pipe, wire.encode(Message(outcome=outcome)))


def _load(loader: str) -> tuple[CheckSet, FactsLoader]:
    module, _, function = loader.partition(":")
    checks, facts_of = getattr(importlib.import_module(module), function)()
    return checks, facts_of


def _send(pipe: Connection, message: bytes) -> None:
    rest = memoryview(message + END)
    while rest:
        rest = rest[os.write(pipe.fileno(), rest) :]


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:LONGEST_TROUBLE]


def _detach(wall_seconds: float) -> None:
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(math.ceil(wall_seconds) + _ORPHAN_SECONDS)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)


def _confine(limits: WorkerLimits) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    # At the soft limit comes SIGXCPU, which says why; at the hard one SIGKILL, which does not.
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds, spare=1)
    _limit(resource.RLIMIT_DATA, limits.memory_bytes)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)


def _limit(kind: int, value: int, *, spare: int = 0) -> None:
    _, hard = resource.getrlimit(kind)
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    end = soft + spare if hard == resource.RLIM_INFINITY else min(soft + spare, hard)
    resource.setrlimit(kind, (soft, end))
