"""What a scan knows of the past of its artifacts: what to compare them with, and siblings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock import vetting
from airlock.errors import UsageError
from airlock.model import ArtifactKind, ArtifactName, ProjectName
from airlock.profiles import Profile
from airlock.workers import Job, Past, Rival

if TYPE_CHECKING:
    from packaging.version import Version


def rival_at(path: Path) -> Rival:
    """Return the artifact of a file that others are to be compared with.

    Raises:
        InvalidFilename: if its name is neither a wheel's nor a source distribution's.
        TargetNotFound: if it cannot be read.
    """
    return Rival(artifact=vetting.identify(path), path=str(path))


def against(job: Job, other: Rival | Past) -> Job:
    """Return the examination of an artifact beside another one, or with what is known of it.

    Two forms of two releases are not compared: that is trouble, and the examination says so.
    """
    if isinstance(other, Past):
        return msgspec.structs.replace(job, past=other)
    old, new = other.artifact.name, job.artifact.name
    if old.project != new.project:
        trouble = f"{old.filename} is of another project than {new.filename}"
        return msgspec.structs.replace(job, past=Past(trouble=trouble))
    try:
        require_comparable(old, new)
    except UsageError as error:
        return msgspec.structs.replace(job, past=Past(trouble=str(error)))
    return msgspec.structs.replace(job, rival=other)


def require_comparable(old: ArtifactName, new: ArtifactName) -> None:
    """Make sure that two artifacts are of the same form, or two forms of one release.

    Raises:
        UsageError: if they are not.
    """
    if old.kind is not new.kind and not same_release(old, new):
        raise UsageError(
            f"{old.filename} and {new.filename} are two forms of two releases",
            hint="Compare a wheel with a wheel, or with the source distribution of its release.",
        )


def same_release(one: ArtifactName, other: ArtifactName) -> bool:
    """Tell whether two files are of one release."""
    return _release(one) == _release(other)


def sources_of(jobs: Mapping[int, Job]) -> dict[int, int]:
    """Return for each wheel, by its number, the number of the source distribution beside it."""
    if len({job.artifact.name.kind for job in jobs.values()}) == 1:
        return {}
    sources = {
        _release(job.artifact.name): number
        for number, job in jobs.items()
        if job.artifact.name.kind is ArtifactKind.SDIST
    }
    wheels = (
        (number, sources.get(_release(job.artifact.name)))
        for number, job in jobs.items()
        if job.artifact.name.kind is ArtifactKind.WHEEL
    )
    return {number: source for number, source in wheels if source is not None}


def beside(job: Job, source: Profile | None) -> Job:
    """Return the examination of a wheel with what is known of its source distribution.

    What could not be read whole is no measure; it has a verdict of its own.
    """
    whole = source if source is not None and source.whole else None
    past = msgspec.structs.replace(job.past, sibling=whole)
    return msgspec.structs.replace(job, past=past)


def _release(name: ArtifactName) -> "tuple[ProjectName, Version | str]":
    from packaging.version import InvalidVersion, Version

    try:
        return name.project, Version(name.version)
    except InvalidVersion:
        return name.project, name.version
