"""Takes the source tree of a release from where the user says that it is."""

from pathlib import Path

import msgspec

from airlock.errors import TargetNotFound
from airlock.model import ProjectName
from airlock.profiles.source.match import Origin
from airlock.sources.trees.packing import TreeLimits, pack_commit, pack_folder
from airlock.sources.trees.repositories import (
    LocalRepository,
    RemoteRepository,
    Repository,
    is_repository,
    is_url,
    remote_url,
)
from airlock.sources.trees.tags import tag_of

_TAGS, _HEADS = "refs/tags/", "refs/heads/"


class TakenTree(msgspec.Struct, frozen=True):
    """A source tree, packed."""

    path: Path
    """Of the tar."""
    origin: Origin


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which source tree is wanted."""

    location: str
    """A folder or the URL of a repository."""
    project: ProjectName
    version: str
    tag: str = ""
    """That the user names; empty to choose it by the version."""


def take_tree(asked: Asked, folder: Path, limits: TreeLimits | None = None) -> TakenTree:
    """Pack the source tree of a release into a tar, in a folder of ours.

    Raises:
        UsageError: if it is not clear which tree is meant.
        TargetNotFound: if there is no such folder or tag.
        UpstreamUnavailable: if the repository cannot be read.
    """
    limits = limits or TreeLimits()
    target, top = folder / "tree.tar", f"{asked.project}-{asked.version}"
    place = Path(asked.location)
    if not is_url(asked.location) or place.exists():
        if not place.is_dir():
            raise TargetNotFound(f"there is no folder {asked.location}")
        if not is_repository(place):
            if asked.tag:
                raise TargetNotFound(f"{asked.location} is no repository, and has no tag")
            pack_folder(place, top, target, limits)
            return TakenTree(target, Origin(location=asked.location))
    inner = folder / "repository"
    inner.mkdir()
    repository: Repository = (
        LocalRepository(place, inner)
        if place.exists()
        else RemoteRepository(remote_url(asked.location), inner)
    )
    return _packed(repository, asked, target, top, limits)


def _packed(
    repository: Repository, asked: Asked, target: Path, top: str, limits: TreeLimits
) -> TakenTree:
    references = repository.references()
    name = _named(references, asked)
    git, commit = repository.bring(name, references[name])
    submodules = pack_commit(git, commit, top, target, limits)
    origin = Origin(
        location=repository.shown,
        tag=name.removeprefix(_TAGS).removeprefix(_HEADS),
        commit=commit,
        submodules=submodules,
    )
    return TakenTree(target, origin)


def _named(references: dict[str, str], asked: Asked) -> str:
    """Return the full name of the reference that is meant."""
    if asked.tag:
        for name in (f"{_TAGS}{asked.tag}", f"{_HEADS}{asked.tag}"):
            if name in references:
                return name
        raise TargetNotFound(f"the repository has no tag {asked.tag!r}")
    tags = {
        name.removeprefix(_TAGS): value
        for name, value in references.items()
        if name.startswith(_TAGS)
    }
    return _TAGS + tag_of(tags, asked.project, asked.version)
