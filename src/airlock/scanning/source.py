"""A release beside its source: its files beside the tagged tree, beside each other and the past.

- One tree is taken for all files of the release: that of the tag of its version.
- Of a release at an index, also the wheel is held against the source distribution, and each against
  the file of the release before. Where there is none, that is nothing against it.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from airlock import scratch
from airlock.model import Artifact, ArtifactKind, ArtifactName, Release, Sha256
from airlock.report import Unexamined
from airlock.report.comparison import Comparison
from airlock.scanning.diff import Comparing, Side, arrived, contrasting, judged, known, one_target
from airlock.scanning.run import Progress
from airlock.scanning.targets import Wanted
from airlock.sources.trees import Asked, take_tree
from airlock.workers import Job, Rival


class SourceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asked for."""

    target: str
    """A file, or a requirement that names one release."""
    location: str
    """Of the source: a folder or the URL of a repository."""
    tag: str = ""
    """Empty to choose it by the version."""
    full: bool = False
    """Show the lines of every file that differs."""
    width: int = 1
    """Examinations at once."""


class SourceDiff(Comparing):
    """Compares a release with its source."""

    def run(self, request: SourceRequest, progress: Progress) -> list[Comparison | Unexamined]:
        """Return how each file of the release differs from its source.

        Raises:
            UsageError: if it is not clear what is to be compared with what.
            SourceError: if the repository does not answer.
        """
        with scratch.folder("source") as folder:
            side, at_index = self._side(request.target, folder, progress)
            failed = [one for one in side if isinstance(one, Unexamined)]
            files = [one for one in side if isinstance(one, Rival)]
            if not files:
                return [*failed]
            tree = self._tree(request, files[0].artifact, folder)
            pairs = [(tree, file) for file in files]
            pairs += _forms(files)
            if at_index:
                before = self._before(files, folder, progress)
                pairs += [pair for pair in before if not isinstance(pair, Unexamined)]
                failed += [one for one in before if isinstance(one, Unexamined)]
            jobs = [contrasting(*pair, self._clock(), full=request.full) for pair in pairs]
            progress.examining(len(jobs))
            done = self._workers.run_all(jobs, width=request.width, tick=progress.tick)
            order = {job: number for number, job in enumerate(map(_key, jobs))}
            compared = sorted(done, key=lambda one: order[_key(one.job)])
            return [*(judged(one, self._policy, self._checks) for one in compared), *failed]

    def _side(self, text: str, folder: Path, progress: Progress) -> tuple[Side, bool]:
        target = one_target(text)
        if not isinstance(target, Wanted):
            return [known(target)], False
        from airlock.scanning.downloads import Downloads

        downloads = Downloads(self._index(), folder, progress, every=False)
        (group,) = asyncio.run(downloads.fetch_groups([target]))
        return list(arrived(group)), True

    def _tree(self, request: SourceRequest, artifact: Artifact, folder: Path) -> Rival:
        name = artifact.name
        asked = Asked(
            location=request.location,
            project=name.project,
            version=artifact.release.version or name.version,
            tag=request.tag,
        )
        taken = take_tree(asked, folder)
        top = f"{asked.project}-{asked.version}"
        packed = ArtifactName(f"{top}.tar", name.project, asked.version, ArtifactKind.SDIST)
        release = Release(project=name.project, version=asked.version)
        size = taken.path.stat().st_size
        rival = Artifact(sha256=_digest(taken.path), size=size, name=packed, release=release)
        return Rival(artifact=rival, path=str(taken.path), origin=taken.origin)

    def _before(
        self, files: Sequence[Rival], folder: Path, progress: Progress
    ) -> list[tuple[Rival, Rival] | Unexamined]:
        """Return the files of the release before, each with its successor."""
        from airlock.scanning.previous import PreviousReleases

        releases = PreviousReleases(self._index(), folder, progress)
        found = asyncio.run(releases.fetch_all([file.artifact for file in files]))
        return [
            (before, file)
            if isinstance(before, Rival)
            else Unexamined(file.artifact.name.filename, before.trouble)
            for file, before in zip(files, found, strict=True)
            if isinstance(before, Rival) or before.trouble
        ]


def _digest(path: Path) -> Sha256:
    with path.open("rb") as file:
        return Sha256(hashlib.file_digest(file, "sha256").hexdigest())


def _key(job: Job) -> tuple[str, str]:
    return job.path, job.rival.path if job.rival else ""


def _forms(files: Sequence[Rival]) -> Iterator[tuple[Rival, Rival]]:
    """Yield the wheel beside the source distribution, if there are both."""
    by_kind = {file.artifact.name.kind: file for file in files}
    if len(by_kind) > 1:
        yield by_kind[ArtifactKind.SDIST], by_kind[ArtifactKind.WHEEL]
