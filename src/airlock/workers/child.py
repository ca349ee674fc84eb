"""What happens in the process of one examination.

- Limits are set before anything of the artifact is read.
- The process leads a group of its own, so that its parent can end whatever it started; the kernel
  ends it if its parent does not live to do so.
- It has no terminal, no input and no output but its pipe.
"""

import contextlib
import gc
import importlib
import math
import os
import resource
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import msgspec

from airlock import vetting
from airlock.archive import open_archive
from airlock.archive.interface import MemberKind
from airlock.archive.offered_metadata import certain_metadata
from airlock.checks import CheckSet, Subject
from airlock.errors import AirlockError, ArchiveError
from airlock.evidence import Facts
from airlock.evidence.history import History, KnownHistory
from airlock.model import wire
from airlock.profiles import Contrast
from airlock.workers.interface import (
    DONE,
    END,
    LARGEST_MEMBER_BYTES,
    LONGEST_TROUBLE,
    FactsLoader,
    Job,
    Message,
    WorkerLimits,
)

# After its parent should have killed it.
_ORPHAN_SECONDS = 5


def work(
    job_data: bytes, paths: tuple[str, str], loader: str, limits_data: bytes, pipe: Connection
) -> None:
    """Examine one artifact, send every outcome, and end the process.

    Args:
        job_data: the job, without its paths.
        paths: of the artifact and of its rival.
        loader: where the checks and the facts are found.
        limits_data: what the examination may use.
        pipe: to the parent.
    """
    trouble = ""
    path, rival_path = map(Path, paths)
    try:
        limits = wire.decode(limits_data, WorkerLimits)
        _detach(limits.wall_seconds)
        # The process ends with its one artifact, and its memory is bounded: walking over the syntax
        # trees of a large release to find garbage costs up to a third of the whole examination.
        gc.disable()
        _confine(limits)
        _examine(_Task(wire.decode(job_data, Job), path, rival_path, limits, pipe), loader)
    except Exception as error:  # noqa: BLE001 - the edge of the process
        trouble = str(error) if isinstance(error, AirlockError) else ""
        trouble = trouble or f"{type(error).__name__}: {error}"
    with contextlib.suppress(OSError):
        if trouble:
            _send(pipe, wire.encode(Message(trouble=_encodable(trouble))))
        _send(pipe, DONE)
    # Nothing is left to tidy: skipping the interpreter's shutdown saves milliseconds an artifact.
    os._exit(0)


class _Task(NamedTuple):
    """What is to be done, and where to send what comes of it."""

    job: Job
    path: Path
    rival_path: Path
    limits: WorkerLimits
    pipe: Connection

    def send(self, message: Message) -> None:
        """Send a message to the parent."""
        _send(self.pipe, wire.encode(message))


def _examine(task: _Task, loader: str) -> None:
    checks, facts_of = _load(loader)
    job, facts = task.job, facts_of(task.job.now)
    with contextlib.ExitStack() as opened:
        rival, trouble = _rival(task, facts, opened)
        facts = msgspec.structs.replace(
            facts, history=_history(task, rival, trouble), provenance=job.provenance
        )

        def afterwards(subject: Subject) -> None:
            if job.profiled:
                task.send(Message(profile=subject.profile))
            if job.described:
                task.send(Message(core_metadata=certain_metadata(subject.core_metadata)))
            if job.wanted:
                task.send(Message(member=_member(subject, job.wanted)))
            if job.contrasted and rival is not None:
                task.send(Message(contrast=_contrast(job, rival, subject)))

        for outcome in vetting.examine(
            job.artifact, task.path, checks, facts, task.limits.archive, afterwards=afterwards
        ):
            task.send(Message(outcome=outcome))


def _contrast(job: Job, rival: Subject, subject: Subject) -> Contrast:
    from airlock.profiles.contrasting import contrast, contrast_source

    if job.rival is not None and job.rival.origin is not None:
        return contrast_source(rival, subject, subject.source_match, full=job.in_full)
    return contrast(rival, subject, full=job.in_full)


def _member(subject: Subject, path: str) -> bytes | None:
    """Return the beginning of a member; ``None`` if there is none that is a file."""
    member = subject.reading.find(path)
    if member is None or member.kind is not MemberKind.FILE:
        return None
    taken = b""
    for piece in member.chunks():
        taken += piece[: LARGEST_MEMBER_BYTES - len(taken)]
        if len(taken) >= LARGEST_MEMBER_BYTES:
            break
    return taken


def _rival(task: _Task, facts: Facts, opened: contextlib.ExitStack) -> tuple[Subject | None, str]:
    """Open the rival, if there is one; tell what went wrong, if anything did."""
    rival = task.job.rival
    if rival is None:
        return None, ""
    try:
        reading = open_archive(task.rival_path, rival.artifact.name, task.limits.archive)
    except ArchiveError as error:
        return None, f"{rival.artifact.name.filename} cannot be read: {error}"
    if not reading.whole:
        reading.close()
        return None, f"not everything of {rival.artifact.name.filename} could be read"
    return Subject(rival.artifact, opened.enter_context(reading), facts), ""


def _history(task: _Task, rival: Subject | None, trouble: str) -> History:
    """Return what the checks may know of the past: the rival's profile, or what was given."""
    past = task.job.past
    trouble = trouble or past.trouble
    if rival is None:
        return KnownHistory(past.previous, past.sibling, trouble)
    origin = task.job.rival.origin if task.job.rival else None
    if origin is not None:
        from airlock.profiles.source.tree import Tree

        return KnownHistory(past.previous, past.sibling, trouble, Tree(rival, origin))
    if rival.artifact.name.kind.is_built is task.job.artifact.name.kind.is_built:
        return KnownHistory(rival.profile, past.sibling, trouble)
    return KnownHistory(past.previous, rival.profile, trouble)


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
