"""Artifacts of the projects that a user named, fetched from the index into a folder."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from airlock.errors import AirlockError
from airlock.model import ListedFile, ProjectListing, Release
from airlock.report import Unexamined
from airlock.scanning.targets import Wanted
from airlock.sources import Index
from airlock.sources.selection import choose_version, files_to_scan

_AT_ONCE = 4


class Fetched(msgspec.Struct, frozen=True):
    """A file that was fetched, with what its index said of it."""

    path: Path
    release: Release


class Follower(Protocol):
    """Told about every download that begins and ends."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""


async def fetch_all(
    wanted: Iterable[Wanted], index: Index, folder: Path, follower: Follower, *, every: bool
) -> list[Fetched | Unexamined]:
    """Look up and fetch everything that is wanted; what fails is an answer like any other.

    Args:
        wanted: projects and specifiers.
        index: where to ask.
        folder: to fetch into; each file in a folder of its own.
        follower: for progress.
        every: all files of a release, instead of those that an installer here would take.
    """
    places = asyncio.Semaphore(_AT_ONCE)
    tasks = [
        _fetch_one(one, index, folder / str(number), follower, places, every=every)
        for number, one in enumerate(wanted)
    ]
    async with index:
        groups = await asyncio.gather(*tasks)
    return [result for group in groups for result in group]


async def _fetch_one(  # noqa: PLR0913 - one target with its surroundings
    wanted: Wanted,
    index: Index,
    folder: Path,
    follower: Follower,
    places: asyncio.Semaphore,
    *,
    every: bool,
) -> list[Fetched | Unexamined]:
    try:
        async with places:
            listing = await index.listing(wanted.project)
        version = choose_version(listing, wanted.specifier)
        files = files_to_scan(listing, version, every=every)
    except AirlockError as error:
        return [Unexamined.because(wanted.text, error)]
    follower.fetching(len(files))
    fetches = [
        _fetch_file(file, listing, version, index, folder / str(number), follower, places)
        for number, file in enumerate(files)
    ]
    return list(await asyncio.gather(*fetches))


async def _fetch_file(  # noqa: PLR0913 - one file with its surroundings
    file: ListedFile,
    listing: ProjectListing,
    version: str,
    index: Index,
    folder: Path,
    follower: Follower,
    places: asyncio.Semaphore,
) -> Fetched | Unexamined:
    folder.mkdir(parents=True)
    path = folder / file.filename
    try:
        async with places:
            await index.fetch(file, path)
    except AirlockError as error:
        return Unexamined.because(file.filename, error)
    finally:
        follower.fetched(file.filename)
    release = Release(
        project=listing.project,
        version=version,
        source=listing.source,
        listed=file,
        status=listing.status,
    )
    return Fetched(path, release)
