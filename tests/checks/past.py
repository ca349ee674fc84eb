"""What came before an example: other trees, packed and profiled as the gate would have done."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from airlock.archive import open_archive
from airlock.checks import Subject
from airlock.evidence import Facts
from airlock.evidence.history import KnownHistory
from airlock.model import Artifact, ArtifactName, Release, Sha256
from airlock.profiles import Profile
from airlock.profiles.making import profile_of
from airlock.profiles.source import Origin
from airlock.profiles.source.tree import Tree
from airlock.vetting import identify
from tests.checks.packing import pack_sdist, pack_wheel

_NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def profile_at(path: Path) -> Profile:
    """Return the profile of an archive."""
    data, name = path.read_bytes(), ArtifactName.parse(path.name)
    release = Release(project=name.project, version=name.version)
    artifact = Artifact(Sha256.of(data), len(data), name, release)
    with open_archive(path, name) as reading:
        return profile_of(Subject(artifact, reading, Facts(now=_NOW)))


def packed_profile(folder: Path, tree: Mapping[str, bytes], filename: str) -> Profile:
    """Pack a tree into a folder and return the profile of the archive."""
    folder.mkdir(exist_ok=True)
    pack = pack_wheel if filename.endswith(".whl") else pack_sdist
    return profile_at(pack(folder, tree, filename=filename))


def history(
    folder: Path,
    previous: tuple[Mapping[str, bytes], str] | None,
    sibling: tuple[Mapping[str, bytes], str] | None,
    source: Tree | None = None,
) -> KnownHistory:
    """Return what is known of a past that is given as trees and file names."""
    return KnownHistory(
        packed_profile(folder / "previous", *previous) if previous else None,
        packed_profile(folder / "sibling", *sibling) if sibling else None,
        source=source,
    )


@contextlib.contextmanager
def opened(
    tree: Mapping[str, bytes] | None, folder: Path, *, submodules: tuple[str, ...] = ()
) -> Iterator[Tree | None]:
    """Open a source tree, packed as it would be, or nothing."""
    if tree is None:
        yield None
        return
    place = folder / "source"
    place.mkdir()
    path = pack_sdist(place, tree, filename="example-1.0.tar.gz", complete=False)
    artifact = identify(path)
    with open_archive(path, artifact.name) as reading:
        subject = Subject(artifact, reading, Facts(now=_NOW))
        yield Tree(subject, Origin(location="source", submodules=submodules))
