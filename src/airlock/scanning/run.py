"""A scan: read the targets, fetch what is not on the disk, examine everything in parallel, judge.

Fetching ends before the first process is forked: no thread is alive then whose locks a fork could
copy.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from airlock import scratch, vetting
from airlock.advising import Advising
from airlock.checks import CheckSet
from airlock.errors import AirlockError
from airlock.model import ProjectName, Release, Verdict
from airlock.model.provenance import Provenance
from airlock.policy import Policy
from airlock.policy.suppression import remarks
from airlock.report import Result, Unexamined
from airlock.scanning import pasts
from airlock.scanning.own_project import OwnProject
from airlock.scanning.targets import Wanted, read_targets
from airlock.workers import Examination, Job, Rival, Workers

if TYPE_CHECKING:
    from airlock.pinning import Pinning
    from airlock.sources.interface import Index
    from airlock.vouching import Vouching


class ScanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    targets: tuple[str, ...] = ()
    requirement_files: tuple[Path, ...] = ()
    every_file: bool = False
    """All files of a release, instead of those that an installer here would take."""
    width: int = 1
    """Examinations at once."""
    against: Rival | Literal["previous"] | None = None
    """What to compare with: an artifact, or the release before each, from the index."""


class Progress(Protocol):
    """Told how far a scan is."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""

    def examining(self, count: int) -> None:
        """Take note of the number of artifacts to examine."""

    def examined(self, result: Result) -> None:
        """Take note that an artifact was examined."""

    def tick(self) -> None:
        """Show again what is known."""


class Silent:
    """Progress that nobody wants to see."""

    def fetching(self, count: int) -> None:
        """Do nothing."""

    def fetched(self, name: str) -> None:
        """Do nothing."""

    def examining(self, count: int) -> None:
        """Do nothing."""

    def examined(self, result: Result) -> None:
        """Do nothing."""

    def tick(self) -> None:
        """Do nothing."""


class Scan:
    """Composes what a scan needs.

    Args:
        checks: all that are asked.
        policy: that judges.
        workers: where examinations run.
        advising: knows what is publicly known of releases.
        index: makes the index to ask for names; not called when only paths are scanned.
        clock: gives the time in UTC.
        own: the user's own project, whose suppressions count for its files.
        vouching: makes what asks who published files; not called when only paths are scanned.
        pinning: knows whose signatures count.
        meant: says what a name that the index has not was meant to be, or nothing.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        checks: CheckSet,
        policy: Policy,
        workers: Workers,
        advising: Advising,
        index: "Callable[[], Index]",
        clock: Callable[[], dt.datetime],
        own: OwnProject | None = None,
        vouching: "Callable[[], Vouching] | None" = None,
        pinning: "Pinning | None" = None,
        meant: Callable[[ProjectName], str] = lambda _: "",
    ) -> None:
        self._checks = checks
        self._policy = policy
        self._workers = workers
        self._advising = advising
        self._index = index
        self._clock = clock
        self._own = own
        self._vouching = vouching
        self._pinning = pinning
        self._meant = meant
        self._remarks: list[str] = []

    def run(self, request: ScanRequest, progress: Progress) -> list[Result]:
        """Return a result for everything that was asked for, in that order."""
        with scratch.folder("scan") as folder:
            entries = self._entries(request, folder, progress)
            results: dict[int, Result] = {
                number: entry
                for number, entry in enumerate(entries)
                if isinstance(entry, Unexamined)
            }
            jobs = {number: entry for number, entry in enumerate(entries) if isinstance(entry, Job)}
            jobs = self._compared(jobs, request, folder, progress)
            progress.examining(len(jobs))
            for number, verdict in self._verdicts(jobs, request.width, progress.tick):
                results[number] = verdict
                progress.examined(verdict)
        return [results[number] for number in sorted(results)]

    def _entries(
        self, request: ScanRequest, folder: Path, progress: Progress
    ) -> list[Job | Unexamined]:
        self._remarks = []
        targets = list(read_targets(request.targets, request.requirement_files, self._remarks))
        wanted = [target for target in targets if isinstance(target, Wanted)]
        fetched = self._fetch(wanted, folder, progress, every=request.every_file)
        local: list[Job | Unexamined] = [
            target if isinstance(target, Unexamined) else self._job(target, None)
            for target in targets
            if not isinstance(target, Wanted)
        ]
        return local + fetched

    def _fetch(
        self, wanted: Iterable[Wanted], folder: Path, progress: Progress, *, every: bool
    ) -> list[Job | Unexamined]:
        wanted = list(wanted)
        if not wanted:
            return []
        import asyncio

        from airlock.scanning.downloads import Downloads

        vouching = self._vouching() if self._vouching else None
        downloads = Downloads(
            self._index(),
            folder,
            progress,
            every=every,
            vouching=vouching,
            pinning=self._pinning,
            meant=self._meant,
        )
        fetched = asyncio.run(downloads.fetch_all(wanted))
        return [
            one if isinstance(one, Unexamined) else self._job(one.path, one.release, one.provenance)
            for one in fetched
        ]

    def _job(
        self, path: Path, release: Release | None, provenance: Provenance | None = None
    ) -> Job | Unexamined:
        try:
            artifact = vetting.identify(path, release)
        except AirlockError as error:
            return Unexamined.because(str(path), error)
        known = provenance or Provenance()
        if self._pinning is not None:
            signatures = self._pinning.beside(path, artifact.release.project)
            known = msgspec.structs.replace(known, signatures=signatures)
        return Job(artifact=artifact, path=str(path), now=self._clock(), provenance=known)

    def _compared(
        self, jobs: dict[int, Job], request: ScanRequest, folder: Path, progress: Progress
    ) -> dict[int, Job]:
        """Return the jobs with what the user wants them to be compared with."""
        if request.against is None or not jobs:
            return jobs
        if isinstance(request.against, Rival):
            return {number: pasts.against(job, request.against) for number, job in jobs.items()}
        import asyncio

        from airlock.scanning.previous import PreviousReleases

        releases = PreviousReleases(self._index(), folder, progress)
        found = asyncio.run(releases.fetch_all([job.artifact for job in jobs.values()]))
        together = zip(jobs.items(), found, strict=True)
        return {number: pasts.against(job, other) for (number, job), other in together}

    def _verdicts(
        self, jobs: dict[int, Job], width: int, tick: Callable[[], None]
    ) -> Iterator[tuple[int, Result]]:
        for number, done in self._examinations(jobs, width, tick):
            advised = self._advising.outcomes(done.job.artifact.name, now=done.job.now)
            verdict = vetting.judge(
                done.job.artifact,
                (*done.outcomes, *advised),
                self._rules(done.job),
                self._checks,
                now=done.job.now,
                seconds=done.seconds,
            )
            yield number, verdict

    def _examinations(
        self, jobs: dict[int, Job], width: int, tick: Callable[[], None]
    ) -> Iterator[tuple[int, Examination]]:
        """Examine everything; a wheel after the source distribution that it is held against."""
        sources = pasts.sources_of(jobs)
        first = {
            number: msgspec.structs.replace(job, profiled=number in sources.values())
            for number, job in jobs.items()
            if number not in sources
        }
        profiles = {}
        for number, done in self._run(first, width, tick):
            profiles[number] = done.profile
            yield number, done
        wheels = {
            number: pasts.beside(jobs[number], profiles[source])
            for number, source in sources.items()
        }
        yield from self._run(wheels, width, tick)

    def _run(
        self, jobs: dict[int, Job], width: int, tick: Callable[[], None]
    ) -> Iterator[tuple[int, Examination]]:
        numbers = {id(job): number for number, job in jobs.items()}
        for done in self._workers.run_all(jobs.values(), width=width, tick=tick):
            yield numbers[id(done.job)], done

    def _rules(self, job: Job) -> Policy:
        if self._own is None or not self._own.covers(job):
            return self._policy
        together = self._policy.suppress + self._own.suppress
        return msgspec.structs.replace(self._policy, suppress=together)

    def notes(self, results: Iterable[Result]) -> list[str]:
        """Return what is to be said besides: of how files were read, and of suppressions."""
        known = self._policy.suppress + (self._own.suppress if self._own else ())
        if not known:
            return self._remarks
        outcomes = [o for result in results if isinstance(result, Verdict) for o in result.outcomes]
        return [*self._remarks, *remarks(known, outcomes, self._clock().date())]
