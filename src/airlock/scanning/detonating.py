"""A detonation from what a user names to a verdict: look at it, gather its needs, run it, judge.

- An artifact is examined statically first, in a process of its own; what that finds and what the
  sandbox sees join in one verdict. A suspicion does not go away because nothing happened.
- Dependencies and build backends are wheels, come through the gate, and are vetted like anything
  else; what is not admitted is not there, and the trace shows what came of it.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from airlock import scratch, vetting
from airlock.behaviour import Judgement, Trace, compare, judge
from airlock.checks import CheckSet
from airlock.detonation.preparing import Manner, Run, Runs
from airlock.errors import AirlockError, StoreError, TargetNotFound, UsageError
from airlock.evidence.behaviour import Watched
from airlock.model import Artifact, Release, Verdict
from airlock.policy import Policy
from airlock.report import Unexamined
from airlock.report.detonations import Detonated
from airlock.scanning.targets import Wanted, read_targets
from airlock.scanning.traces import is_log, read_log
from airlock.workers import Examination, Job, Past, Workers

if TYPE_CHECKING:
    from airlock.sources.interface import Index

PREVIOUS = "previous"
"""Names the release before each artifact, as its index has it."""


class Follower(Protocol):
    """Told how far a detonation is."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""

    def step(self, name: str, what: str) -> None:
        """Take note that something begins with an artifact."""


class DetonationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    targets: tuple[str, ...]
    manner: Manner = Manner()
    against: str = ""
    """What each is compared with: a log, a target, or ``previous``; empty for nothing."""


class Detonations:
    """Composes what a detonation needs.

    Args:
        checks: all that are asked.
        policy: that judges.
        workers: where examinations run.
        runs: runs artifacts.
        index: makes the index to ask for names.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        checks: CheckSet,
        policy: Policy,
        workers: Workers,
        runs: Runs,
        index: "Callable[[], Index]",
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._checks = checks
        self._policy = policy
        self._workers = workers
        self._runs = runs
        self._index = index
        self._clock = clock

    def run(
        self, request: DetonationRequest, follower: Follower
    ) -> Iterator[Detonated | Unexamined]:
        """Yield what came of each artifact, as soon as it is known."""
        with _folder() as folder:
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
        seen = self._watch(artifact, path, request, folder, follower)
        watched = seen.run.watched
        judgement = judge(watched.trace, previous)
        return Detonated(
            trace=watched.trace,
            judgement=judgement,
            verdict=self._verdict(seen, judgement),
            comparison=compare(previous, watched.trace) if previous else None,
            seconds=watched.seconds,
            notes=(*notes, *seen.run.notes),
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
        if is_log(request.against):
            return read_log(Path(request.against))
        if request.against == PREVIOUS:
            entry = self._release_before(artifact, folder, follower)
        else:
            entry = self._alike(artifact, request.against, folder, follower)
        if entry is None:
            notes.append("There is no earlier release to compare it with.")
            return None
        old, path = entry
        return self._watch(old, path, request, folder, follower).run.watched.trace

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
    ) -> "_Seen":
        """Examine an artifact, and run it."""

        def step(what: str) -> None:
            follower.step(artifact.name.filename, what)

        step("examined")
        job = Job(artifact=artifact, path=str(path), now=self._clock(), profiled=True)
        done = self._workers.run(job)
        needs = done.profile.needs if done.profile else ()
        return _Seen(done, self._runs.run(artifact, path, needs, request.manner, folder, step))

    def _verdict(self, seen: "_Seen", judgement: Judgement) -> Verdict:
        """Return the verdict on both kinds of evidence together."""
        job, behaviour = seen.read.job, Watched(judgement)
        return vetting.judge(
            job.artifact,
            vetting.joined(job.artifact, seen.read.outcomes, behaviour, self._checks, job.now),
            self._policy,
            self._checks,
            now=job.now,
            seconds=seen.read.seconds + seen.run.watched.seconds,
        )


class _Seen(NamedTuple):
    """One artifact that was read and run."""

    read: Examination
    run: Run


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder for downloads, and remove it."""
    with contextlib.ExitStack() as opened:
        try:
            folder = opened.enter_context(scratch.folder("detonate"))
        except OSError as error:
            raise StoreError(
                f"no temporary folder can be made: {error}", hint="TMPDIR says where to make them."
            ) from error
        yield folder
