"""A detonation from what a user names to a verdict: look at it, gather its needs, run it, judge.

- An artifact is examined statically first, in a process of its own; what that finds and what the
  sandbox sees join in one verdict. A suspicion does not go away because nothing happened.
- Dependencies and build backends are wheels, come through the gate, and are vetted like anything
  else; what is not admitted is not there, and the trace shows what came of it.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from airlock import vetting
from airlock.behaviour import Judgement, Signal, Trace, judge
from airlock.behaviour.events import AnyEvent
from airlock.checks import CheckSet, Subject, run_checks
from airlock.detonation import Detonator, Profile, Request
from airlock.errors import AirlockError
from airlock.evidence import Facts
from airlock.evidence.behaviour import Watched
from airlock.model import ArtifactKind, Outcome, Release, Verdict
from airlock.policy import Policy
from airlock.report import Unexamined
from airlock.report.detonations import Detonated
from airlock.scanning.emptiness import NOTHING
from airlock.scanning.targets import Wanted, read_targets
from airlock.workers import Job, Workers

if TYPE_CHECKING:
    from airlock.sources.interface import Index

# What builds that say nothing are made with (PEP 518).
_DEFAULT_BACKEND = ("setuptools", "wheel")


class DetonationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    targets: tuple[str, ...]
    profile: Profile = Profile.QUICK
    with_dependencies: bool = True
    known: tuple[Signal, ...] = ()
    """What the previous release did."""


class Follower(Protocol):
    """Told how far a detonation is."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""

    def step(self, name: str, what: str) -> None:
        """Take note that something begins with an artifact."""


Gather = Callable[[Sequence[str], Path], Sequence[Path]]
"""Fetches requirements and all that they need into a folder, as vetted wheels; returns them."""


class Detonations:
    """Composes what a detonation needs.

    Args:
        checks: all that are asked.
        policy: that judges.
        workers: where examinations run.
        index: makes the index to ask for names.
        gather: fetches wheels.
        detonator: runs things.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        checks: CheckSet,
        policy: Policy,
        workers: Workers,
        index: "Callable[[], Index]",
        gather: Gather,
        detonator: Detonator,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._checks = checks
        self._policy = policy
        self._workers = workers
        self._index = index
        self._gather = gather
        self._detonator = detonator
        self._clock = clock

    def run(
        self, request: DetonationRequest, follower: Follower
    ) -> Iterator[Detonated | Unexamined]:
        """Yield what came of each artifact, as soon as it is known."""
        with tempfile.TemporaryDirectory(prefix="airlock-detonate-") as name:
            folder = Path(name)
            for entry in self._entries(request.targets, folder, follower):
                if isinstance(entry, Unexamined):
                    yield entry
                    continue
                path, release = entry
                try:
                    yield self._one(path, release, request, folder, follower)
                except AirlockError as error:
                    yield Unexamined.because(path.name, error)

    def _entries(
        self, targets: Sequence[str], folder: Path, follower: Follower
    ) -> Iterator[tuple[Path, Release | None] | Unexamined]:
        wanted: list[Wanted] = []
        for target in read_targets(targets, ()):
            if isinstance(target, Wanted):
                wanted.append(target)
            else:
                yield target if isinstance(target, Unexamined) else (target, None)
        if wanted:
            import asyncio

            from airlock.scanning.downloads import Downloads

            downloads = Downloads(self._index(), folder, follower, every=False)
            for one in asyncio.run(downloads.fetch_all(wanted)):
                yield one if isinstance(one, Unexamined) else (one.path, one.release)

    def _one(
        self,
        path: Path,
        release: Release | None,
        request: DetonationRequest,
        folder: Path,
        follower: Follower,
    ) -> Detonated:
        artifact = vetting.identify(path, release)
        follower.step(artifact.name.filename, "examined")
        job = Job(artifact=artifact, path=str(path), now=self._clock(), profiled=True)
        done = self._workers.run(job)
        needs = done.profile.needs if done.profile else ()
        notes: list[str] = []
        run = [need.text for need in needs if need.use == "to run"]
        build = [need.text for need in needs if need.use == "to be built"]
        if artifact.name.kind is ArtifactKind.SDIST:
            build = build or list(_DEFAULT_BACKEND)
        follower.step(artifact.name.filename, "dependencies")
        packed = Request(
            artifact=artifact,
            path=path,
            dependencies=self._wheels(run, folder, notes) if request.with_dependencies else (),
            backends=self._wheels(build, folder, notes)
            if artifact.name.kind is ArtifactKind.SDIST
            else (),
            profile=request.profile,
        )

        def progress(event: AnyEvent) -> None:
            what = getattr(event, "what", "")
            follower.step(artifact.name.filename, f"{event.phase} {what}".strip())

        watched = self._detonator.run(packed, progress)
        judgement = judge(watched.trace, request.known)
        verdict = self._verdict(job, done.outcomes, judgement, done.seconds + watched.seconds)
        return Detonated(
            trace=watched.trace,
            judgement=judgement,
            verdict=verdict,
            seconds=watched.seconds,
            notes=tuple(notes),
        )

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

    def _verdict(
        self, job: Job, outcomes: Iterable[Outcome], judgement: Judgement, seconds: float
    ) -> Verdict:
        """Return the verdict on both kinds of evidence together."""
        facts = Facts(now=job.now, behaviour=Watched(judgement))
        subject = Subject(job.artifact, NOTHING, facts)
        family = CheckSet(one for one in self._checks.checks if one.id.startswith("behaviour-"))
        seen = {outcome.check: outcome for outcome in run_checks(family, subject)}
        joined = [seen.get(outcome.check, outcome) for outcome in outcomes]
        return vetting.judge(
            job.artifact,
            joined,
            self._policy,
            self._checks,
            now=job.now,
            seconds=seconds,
        )


def replay(trace: Trace, known: tuple[Signal, ...] = ()) -> Detonated:
    """Return what a trace that was kept means, as it is judged today."""
    return Detonated(trace=trace, judgement=judge(trace, known))
