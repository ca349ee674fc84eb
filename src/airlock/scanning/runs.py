"""One artifact read and run: examine it, gather what it needs, and send it into the sandbox."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from airlock.behaviour.events import AnyEvent
from airlock.detonation import Detonator, Profile, Request, Watched
from airlock.errors import AirlockError
from airlock.model import Artifact, ArtifactKind, Outcome
from airlock.scanning.wheelhouse import Gather, Wheelhouse
from airlock.workers import Job, Workers

# What builds that say nothing are made with (PEP 518).
_DEFAULT_BACKEND = ("setuptools", "wheel")


class Follower(Protocol):
    """Told how far a detonation is."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""

    def step(self, name: str, what: str) -> None:
        """Take note that something begins with an artifact."""


class Manner(NamedTuple):
    """How an artifact is run."""

    profile: Profile = Profile.QUICK
    with_dependencies: bool = True
    tracer: str = ""
    """``strace`` or ``seccomp``; empty for the first of them that this host has."""


class Run(NamedTuple):
    """What came of it."""

    job: Job
    outcomes: tuple[Outcome, ...]
    watched: Watched
    seconds: float
    """Of reading it."""
    notes: tuple[str, ...]


class Runs:
    """Runs artifacts, one after the other.

    Args:
        workers: where examinations run.
        gather: fetches wheels.
        backends: wheels for builds that were kept.
        detonator: runs things.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        workers: Workers,
        gather: Gather,
        backends: Wheelhouse,
        detonator: Detonator,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._workers = workers
        self._gather = gather
        self._house = backends
        self._detonator = detonator
        self._clock = clock

    def watch(
        self, artifact: Artifact, path: Path, manner: Manner, folder: Path, follower: Follower
    ) -> Run:
        """Examine an artifact, gather what it needs, and run it.

        Args:
            artifact: which it is.
            path: where it is.
            manner: how to run it.
            folder: for what is fetched.
            follower: told how far it is.

        Raises:
            UnsafeHost: if nobody could prove that nothing gets out; nothing was run then.
            DetonationError: if the sandbox could not do its work.
            StoreError: if the build backends that are kept cannot be used.
        """
        name = artifact.name.filename
        follower.step(name, "examined")
        job = Job(artifact=artifact, path=str(path), now=self._clock(), profiled=True)
        done = self._workers.run(job)
        needs = done.profile.needs if done.profile else ()
        notes: list[str] = []
        run = [need.text for need in needs if need.use == "to run"]
        build = [need.text for need in needs if need.use == "to be built"]
        is_source = artifact.name.kind is ArtifactKind.SDIST
        follower.step(name, "dependencies")
        packed = Request(
            artifact=artifact,
            path=path,
            dependencies=self._wheels(run, folder, notes) if manner.with_dependencies else (),
            backends=self._backends(build or _DEFAULT_BACKEND, folder, notes) if is_source else (),
            tracer=manner.tracer,
            profile=manner.profile,
        )

        def progress(event: AnyEvent) -> None:
            what = getattr(event, "what", "")
            follower.step(name, f"{event.phase} {what}".strip())

        watched = self._detonator.run(packed, progress)
        return Run(job, tuple(done.outcomes), watched, done.seconds, tuple(notes))

    def _backends(
        self, requirements: Sequence[str], folder: Path, notes: list[str]
    ) -> tuple[Path, ...]:
        """Return vetted wheels to build with: those that were kept, or else fresh ones."""
        return self._house.wheels_for(requirements) or self._wheels(requirements, folder, notes)

    def _wheels(
        self, requirements: Sequence[str], folder: Path, notes: list[str]
    ) -> tuple[Path, ...]:
        """Return vetted wheels of requirements; without those that cannot be had."""
        if not requirements:
            return ()
        place = Path(tempfile.mkdtemp(dir=folder))
        try:
            return tuple(self._gather(requirements, place))
        except AirlockError as error:
            shutil.rmtree(place, ignore_errors=True)
            notes.append(f"{', '.join(requirements)[:200]}: {error}")
            return ()
