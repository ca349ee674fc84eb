"""Artifacts of the projects that a user named, fetched from the index into a folder."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from airlock.errors import AirlockError, ProjectNotFound, TargetNotFound
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES
from airlock.model import ListedFile, ProjectListing, ProjectName, Release
from airlock.model.provenance import Provenance
from airlock.pinning import SUFFIX, Pinning
from airlock.report import Unexamined
from airlock.scanning.targets import Wanted
from airlock.sources.interface import Index
from airlock.sources.selection import choose_version, files_to_scan
from airlock.vouching import Vouching

_AT_ONCE = 4


class Fetched(msgspec.Struct, frozen=True):
    """A file that was fetched, with what its index said of it."""

    path: Path
    release: Release
    provenance: Provenance = Provenance()


class Follower(Protocol):
    """Told about every download that begins and ends."""

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""


class Downloads:
    """Looks up and fetches what is wanted; what fails is an answer like any other.

    Args:
        index: where to ask.
        folder: to fetch into; every file in a folder of its own.
        follower: for progress.
        every: all files of a release, instead of those that an installer here would take.
        vouching: asks who published what is fetched; ``None``: nobody asks.
        pinning: knows whose signatures count; ``None``: no signatures are fetched.
        meant: says in a sentence what a name that the index has not was meant to be, or nothing.
    """

    def __init__(  # noqa: PLR0913 - each is a port or a value of its own
        self,
        index: Index,
        folder: Path,
        follower: Follower,
        *,
        every: bool,
        vouching: Vouching | None = None,
        pinning: Pinning | None = None,
        meant: Callable[[ProjectName], str] = lambda _: "",
    ) -> None:
        self._index = index
        self._folder = folder
        self._follower = follower
        self._every = every
        self._vouching = vouching
        self._pinning = pinning
        self._meant = meant
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def fetch_all(self, wanted: Iterable[Wanted]) -> list[Fetched | Unexamined]:
        """Return a result for every file of everything that is wanted."""
        groups = await self.fetch_groups(wanted)
        return [result for group in groups for result in group]

    async def fetch_groups(self, wanted: Iterable[Wanted]) -> list[list[Fetched | Unexamined]]:
        """Return the results for each thing that is wanted, in their order."""
        async with self._index:
            return await asyncio.gather(*(self._fetch_one(one) for one in wanted))

    async def _fetch_one(self, wanted: Wanted) -> list[Fetched | Unexamined]:
        try:
            async with self._places:
                listing = await self._index.listing(wanted.project)
            version = choose_version(listing, wanted.specifier)
            files = _permitted(files_to_scan(listing, version, every=self._every), wanted)
        except ProjectNotFound as error:
            told = Unexamined.because(wanted.text, error)
            hint = self._meant(wanted.project) or told.hint
            return [msgspec.structs.replace(told, hint=hint)]
        except AirlockError as error:
            return [Unexamined.because(wanted.text, error)]
        self._follower.fetching(len(files))
        fetches = (self._fetch_file(file, listing, version) for file in files)
        return list(await asyncio.gather(*fetches))

    async def _fetch_file(
        self, file: ListedFile, listing: ProjectListing, version: str
    ) -> Fetched | Unexamined:
        path = Path(tempfile.mkdtemp(dir=self._folder)) / file.filename
        try:
            async with self._places:
                await self._index.fetch(file, path)
                await self._fetch_signature(file, listing.project, path)
        except AirlockError as error:
            return Unexamined.because(file.filename, error)
        finally:
            self._follower.fetched(file.filename)
        release = Release(
            project=listing.project,
            version=version,
            source=listing.source,
            listed=file,
            status=listing.status,
            project_since=listing.first_upload,
        )
        return Fetched(path, release, await self._provenance(listing, file))

    async def _fetch_signature(self, file: ListedFile, project: ProjectName, path: Path) -> None:
        """Put the signature that the index offers beside a file, if somebody's counts."""
        if self._pinning is None or not file.signed or not self._pinning.counts(project):
            return
        most = LARGEST_SIGNATURE_BYTES
        data = await self._index.document(f"{file.url}{SUFFIX}", most_bytes=most)
        await asyncio.to_thread(path.with_name(path.name + SUFFIX).write_bytes, data)

    async def _provenance(self, listing: ProjectListing, file: ListedFile) -> Provenance:
        if self._vouching is None:
            return Provenance(unknown="nobody asked for its provenance")
        async with self._places:
            return await self._vouching.of_file_or_trouble(self._index, listing, file)


def _permitted(files: Iterable[ListedFile], wanted: Wanted) -> list[ListedFile]:
    """Return the files that the user's hashes permit, as pip's hash-checking mode would take them.

    Raises:
        TargetNotFound: if they permit none.
    """
    permitted = [
        file for file in files if not wanted.hashes or f"sha256:{file.sha256}" in wanted.hashes
    ]
    if not permitted:
        raise TargetNotFound(
            f"no file that fits here has one of the hashes of {wanted.project}",
            hint="The requirements file pins other bytes than the index announces.",
        )
    return permitted
