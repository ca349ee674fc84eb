"""A detonation from what a user names to a verdict: look at it, gather its needs, run it, judge.

- An artifact is examined statically first, in a process of its own; what that finds and what the
  sandbox sees join in one verdict. A suspicion does not go away because nothing happened.
- Dependencies and build backends are wheels, come through the gate, and are vetted like anything
  else; what is not admitted is not there, and the trace shows what came of it.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from airlock import vetting
from airlock.behaviour import Judgement, Trace, compare, judge
from airlock.behaviour import log as logs
from airlock.behaviour.events import AnyEvent
from airlock.checks import CheckSet, Subject, run_checks
from airlock.detonation import Detonator, Profile, Request, Watched
from airlock.errors import (
    AirlockError,
    InvalidFilename,
    MalformedDocument,
    TargetNotFound,
    UsageError,
)
from airlock.evidence import Facts
from airlock.evidence.behaviour import Watched as Seen
from airlock.model import Artifact, ArtifactKind, ArtifactName, Outcome, Release, Verdict
from airlock.policy import Policy
from airlock.report import Unexamined
from airlock.report.detonations import Detonated
from airlock.scanning.emptiness import NOTHING
from airlock.scanning.targets import Wanted, read_targets
from airlock.workers import Job, Past, Workers

if TYPE_CHECKING:
    from airlock.sources.interface import Index

# What builds that say nothing are made with (PEP 518).
_DEFAULT_BACKEND = ("setuptools", "wheel")
PREVIOUS = "previous"
"""Names the release before each artifact, as its index has it."""


class DetonationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    targets: tuple[str, ...]
    profile: Profile = Profile.QUICK
    with_dependencies: bool = True
    against: str = ""
    """What each is compared with: a log, a target, or ``previous``; empty for nothing."""


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

    def _one(
        self,
        path: Path,
        release: Release | None,
        request: DetonationRequest,
        folder: Path,
        follower: Follower,
    ) -> Detonated:
        artifact = vetting.identify(path, release)
        notes: list[str] = []
        previous = self._previous(artifact, request, folder, follower, notes)
        run = self._watch(artifact, path, request, folder, follower)
        judgement = judge(run.watched.trace, previous)
        return Detonated(
            trace=run.watched.trace,
            judgement=judgement,
            verdict=self._verdict(run, judgement),
            comparison=compare(previous, run.watched.trace) if previous else None,
            seconds=run.watched.seconds,
            notes=(*notes, *run.notes),
        )

    def _previous(
        self,
        artifact: Artifact,
        request: DetonationRequest,
        folder: Path,
        follower: Follower,
        notes: list[str],
    ) -> Trace | None:
        """Return what the release did that an artifact is to be compared with.

        Raises:
            AirlockError: if what was asked for cannot be had.
        """
        if not request.against:
            return None
        if _is_log(request.against):
            return read_log(Path(request.against))
        if request.against == PREVIOUS:
            entry = self._release_before(artifact, folder, follower)
        else:
            entry = self._alike(artifact, request.against, folder, follower)
        if entry is None:
            notes.append("There is no earlier release to compare it with.")
            return None
        old, path = entry
        return self._watch(old, path, request, folder, follower).watched.trace

    def _release_before(
        self, artifact: Artifact, folder: Path, follower: Follower
    ) -> tuple[Artifact, Path] | None:
        import asyncio

        from airlock.scanning.previous import PreviousReleases

        releases = PreviousReleases(self._index(), folder, follower)
        (found,) = asyncio.run(releases.fetch_all([artifact]))
        if not isinstance(found, Past):
            return found.artifact, Path(found.path)
        if found.trouble:
            raise TargetNotFound(found.trouble)
        return None

    def _alike(
        self, artifact: Artifact, target: str, folder: Path, follower: Follower
    ) -> tuple[Artifact, Path]:
        """Return the artifact of a target that is of the same form, or else the first."""
        found: list[tuple[Artifact, Path]] = []
        for entry in self._entries((target,), folder, follower):
            if isinstance(entry, Unexamined):
                raise TargetNotFound(f"{entry.name}: {entry.reason}", hint=entry.hint)
            found.append((vetting.identify(*entry), entry[0]))
        if not found:
            raise TargetNotFound(f"{target} names nothing to compare with")
        alike = [one for one in found if one[0].name.kind is artifact.name.kind]
        old, path = (alike or found)[0]
        if old.name.project != artifact.name.project:
            names = f"{old.name.filename} and {artifact.name.filename}"
            raise UsageError(f"{names} are of two projects")
        return old, path

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

    def _watch(
        self,
        artifact: Artifact,
        path: Path,
        request: DetonationRequest,
        folder: Path,
        follower: Follower,
    ) -> "_Run":
        """Examine an artifact, gather what it needs, and run it."""
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
            dependencies=self._wheels(run, folder, notes) if request.with_dependencies else (),
            backends=self._wheels(build or _DEFAULT_BACKEND, folder, notes) if is_source else (),
            profile=request.profile,
        )

        def progress(event: AnyEvent) -> None:
            what = getattr(event, "what", "")
            follower.step(name, f"{event.phase} {what}".strip())

        watched = self._detonator.run(packed, progress)
        return _Run(job, tuple(done.outcomes), watched, done.seconds, tuple(notes))

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

    def _verdict(self, run: "_Run", judgement: Judgement) -> Verdict:
        """Return the verdict on both kinds of evidence together."""
        facts = Facts(now=run.job.now, behaviour=Seen(judgement))
        subject = Subject(run.job.artifact, NOTHING, facts)
        family = CheckSet(one for one in self._checks.checks if one.id.startswith("behaviour-"))
        seen = {outcome.check: outcome for outcome in run_checks(family, subject)}
        joined = [seen.get(outcome.check, outcome) for outcome in run.outcomes]
        return vetting.judge(
            run.job.artifact,
            joined,
            self._policy,
            self._checks,
            now=run.job.now,
            seconds=run.seconds + run.watched.seconds,
        )


class _Run(NamedTuple):
    """One artifact that was read and run."""

    job: Job
    outcomes: tuple[Outcome, ...]
    watched: Watched
    seconds: float
    """Of reading it."""
    notes: tuple[str, ...]


def replay(trace: Trace, previous: Trace | None = None) -> Detonated:
    """Return what a trace that was kept means, as it is judged today."""
    return Detonated(
        trace=trace,
        judgement=judge(trace, previous),
        comparison=compare(previous, trace) if previous else None,
    )


def read_log(path: Path) -> Trace:
    """Read a trace that was kept.

    Raises:
        MalformedDocument: if the file is no such trace.
        TargetNotFound: if it cannot be read.
    """
    try:
        if path.stat().st_size > logs.MOST_BYTES:
            raise MalformedDocument(f"{path} is larger than any log that Airlock writes")
        with path.open("rb") as lines:
            return logs.read(lines, str(path))
    except OSError as error:
        raise TargetNotFound(f"{path} cannot be read: {error.strerror}") from error


def _is_log(text: str) -> bool:
    """Tell whether a text names a file that is no package, by its name."""
    path = Path(text)
    try:
        return path.is_file() and not _is_package(path.name)
    except OSError:
        return False


def _is_package(filename: str) -> bool:
    try:
        ArtifactName.parse(filename)
    except InvalidFilename:
        return False
    return True
