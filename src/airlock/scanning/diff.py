"""Two releases beside each other: what the newer one does that the older one does not.

- Files are compared with files of the same form: the wheel that an installer here would take with
  the older one, the source distribution with the older one. A wheel and the source distribution of
  one release are compared as such.
- The policy judges the changes and nothing else: what was bad before is not the business of a diff.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock import scratch, vetting
from airlock.checks import CheckSet
from airlock.errors import AirlockError, UsageError
from airlock.model import Artifact, ArtifactKind, Release
from airlock.policy import Policy
from airlock.profiles.source import Origin
from airlock.report import Unexamined
from airlock.report.comparison import Comparison
from airlock.scanning.pasts import require_comparable
from airlock.scanning.run import Progress
from airlock.scanning.targets import Wanted, read_targets
from airlock.workers import Examination, Job, Rival, Workers

if TYPE_CHECKING:
    from airlock.scanning.downloads import Fetched
    from airlock.sources.interface import Index

_VERSION = r"[\w!+](?:[\w!+.-]*[\w!+])?"
_RANGE = re.compile(rf"(?P<old>{_VERSION})\.\.(?P<new>{_VERSION})")

Side = list[Rival | Unexamined]


class DiffRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    old: str
    """A file, or a requirement that names one release."""
    new: str
    full: bool = False
    """Show the lines of every file that differs."""
    width: int = 1
    """Examinations at once."""

    @classmethod
    def of(cls, first: str, second: str, *, full: bool, width: int) -> "DiffRequest":
        """Return the request of ``OLD NEW``, or of ``NAME OLDVERSION..NEWVERSION``."""
        versions = _RANGE.fullmatch(second)
        if versions and not Path(second).exists():
            old, new = (f"{first}=={versions[side]}" for side in ("old", "new"))
            return cls(old=old, new=new, full=full, width=width)
        return cls(old=first, new=second, full=full, width=width)


class Comparing:
    """Has what a comparison needs.

    Args:
        checks: the checks of changes.
        policy: that judges.
        workers: where examinations run.
        index: makes the index to ask for names; not called where only files are compared.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        checks: CheckSet,
        policy: Policy,
        workers: Workers,
        index: "Callable[[], Index]",
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._checks = checks
        self._policy = policy
        self._workers = workers
        self._index = index
        self._clock = clock


class Diff(Comparing):
    """Compares two releases."""

    def run(self, request: DiffRequest, progress: Progress) -> list[Comparison | Unexamined]:
        """Return how each file of the newer release differs from the older one's.

        Raises:
            UsageError: if the two cannot be compared.
        """
        with scratch.folder("diff") as folder:
            old, new = self._sides(request, folder, progress)
            failed = [one for one in (*old, *new) if isinstance(one, Unexamined)]
            pairs = _pairs(
                [one for one in old if isinstance(one, Rival)],
                [one for one in new if isinstance(one, Rival)],
            )
            if not pairs and not failed:
                raise UsageError(f"{request.old} and {request.new} have no form in common")
            jobs = [contrasting(*pair, self._clock(), full=request.full) for pair in pairs]
            progress.examining(len(jobs))
            done = self._workers.run_all(jobs, width=request.width, tick=progress.tick)
            compared = sorted(
                (judged(one, self._policy, self._checks) for one in done),
                key=lambda one: one.verdict.artifact.name.kind,
            )
            return [*compared[::-1], *failed, *_alone(old, new)]

    def _sides(self, request: DiffRequest, folder: Path, progress: Progress) -> tuple[Side, Side]:
        targets = [one_target(text) for text in (request.old, request.new)]
        wanted = [target for target in targets if isinstance(target, Wanted)]
        fetched = iter(self._fetch(wanted, folder, progress))
        old, new = (
            next(fetched) if isinstance(target, Wanted) else [known(target)] for target in targets
        )
        return old, new

    def _fetch(self, wanted: Sequence[Wanted], folder: Path, progress: Progress) -> list[Side]:
        if not wanted:
            return []
        import asyncio

        from airlock.scanning.downloads import Downloads

        downloads = Downloads(self._index(), folder, progress, every=False)
        return [list(arrived(group)) for group in asyncio.run(downloads.fetch_groups(wanted))]


def contrasting(old: Rival, new: Rival, now: dt.datetime, *, full: bool) -> Job:
    """Return the examination that compares two artifacts.

    Args:
        old: what came before, or what it is made of.
        new: what is looked at.
        now: the time in UTC.
        full: show the lines of every file that differs.
    """
    return Job(
        artifact=new.artifact,
        path=new.path,
        now=now,
        rival=old,
        contrasted=True,
        in_full=full,
    )


def judged(done: Examination, policy: Policy, checks: CheckSet) -> Comparison:
    """Return what came of comparing two artifacts, with the policy's word on it."""
    verdict = vetting.judge(
        done.job.artifact, done.outcomes, policy, checks, now=done.job.now, seconds=done.seconds
    )
    origin = done.job.rival.origin if done.job.rival else None
    return Comparison(old=_older(done), verdict=verdict, contrast=done.contrast, origin=origin)


def _older(done: Examination) -> Artifact:
    rival = done.job.rival
    return rival.artifact if rival else done.job.artifact


def one_target(text: str) -> Path | Wanted | Unexamined:
    """Return the one file or release that a text names.

    Raises:
        UsageError: if it names several.
    """
    found = list(read_targets([text], []))
    if len(found) != 1:
        raise UsageError(
            f"{text} holds {len(found)} artifacts", hint="Name one file, or one release."
        )
    return found[0]


def known(target: Path | Wanted | Unexamined) -> Rival | Unexamined:
    """Return the artifact of a file.

    Raises:
        UsageError: if it is none.
    """
    if isinstance(target, Path):
        return _identified(target, None)
    if isinstance(target, Unexamined):
        return target
    raise UsageError(f"{target.text} is not a file")


def arrived(group: "Sequence[Fetched | Unexamined]") -> Iterator[Rival | Unexamined]:
    """Yield the artifacts that came of downloads."""
    for one in group:
        yield one if isinstance(one, Unexamined) else _identified(one.path, one.release)


def _identified(path: Path, release: Release | None) -> Rival | Unexamined:
    try:
        return Rival(artifact=vetting.identify(path, release), path=str(path))
    except AirlockError as error:
        return Unexamined.because(str(path), error)


def _repackaged(old: Sequence[Rival], new: Sequence[Rival]) -> list[tuple[Rival, Rival]]:
    """Return a package of conda beside the file of the release that it repackages."""
    condas = [one for one in new if one.artifact.name.kind is ArtifactKind.CONDA]
    releases = sorted(old, key=lambda one: one.artifact.name.kind is not ArtifactKind.WHEEL)
    if len(condas) != 1 or not releases or len(new) != 1:
        return []
    origin = Origin(location=releases[0].artifact.name.filename, released=True)
    return [(msgspec.structs.replace(releases[0], origin=origin), condas[0])]


def _alone(old: Side, new: Side) -> Iterator[Unexamined]:
    """Yield the files of the newer release that were compared with nothing."""
    if len(new) == 1 or not all(isinstance(one, Rival) for one in (*old, *new)):
        return
    kinds = {one.artifact.name.kind for one in old if isinstance(one, Rival)}
    for one in new:
        if isinstance(one, Rival) and one.artifact.name.kind not in kinds:
            name = one.artifact.name.filename
            yield Unexamined(name, "the older one has no file of this form to compare it with")


def _pairs(old: Sequence[Rival], new: Sequence[Rival]) -> list[tuple[Rival, Rival]]:
    """Return what is to be compared with what, the older first."""
    by_kind = {one.artifact.name.kind: one for one in old}
    pairs = [
        (by_kind[one.artifact.name.kind], one) for one in new if one.artifact.name.kind in by_kind
    ]
    pairs = pairs or _repackaged(old, new) or _repackaged(new, old)
    if not pairs and len(old) == len(new) == 1:
        require_comparable(old[0].artifact.name, new[0].artifact.name)
        # It is the wheel that is judged, whichever was named first.
        source, wheel = sorted((old[0], new[0]), key=lambda one: one.artifact.name.kind)
        pairs = [(source, wheel)]
    return pairs
