"""The release before each artifact, fetched from the index where a scan is to compare with it.

- An artifact without an earlier release has nothing to be compared with; that is no failure.
- What should be there and does not come is trouble: the comparison that was asked for fails, and
  with it the examination.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path

from airlock import vetting
from airlock.errors import AirlockError, ProjectNotFound
from airlock.model import Artifact, ListedFile, ProjectListing, Release
from airlock.scanning.downloads import Follower
from airlock.sources.interface import Index
from airlock.sources.selection import previous_file, version_of
from airlock.workers import Past, Rival

_AT_ONCE = 4


class PreviousReleases:
    """Looks up and fetches what came before artifacts.

    Args:
        index: where to ask.
        folder: to fetch into; every file in a folder of its own.
        follower: for progress.
    """

    def __init__(self, index: Index, folder: Path, follower: Follower) -> None:
        self._index = index
        self._folder = folder
        self._follower = follower
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def fetch_all(self, artifacts: Iterable[Artifact]) -> list[Rival | Past]:
        """Return the predecessor of each artifact, or why there is none."""
        async with self._index:
            return await asyncio.gather(*(self._fetch_one(artifact) for artifact in artifacts))

    async def _fetch_one(self, artifact: Artifact) -> Rival | Past:
        try:
            async with self._places:
                listing = await self._index.listing(artifact.release.project)
            file = previous_file(listing, artifact.name)
            return await self._fetch_file(file, listing) if file else Past()
        except ProjectNotFound:
            return Past()
        except AirlockError as error:
            return Past(trouble=f"the release before could not be had: {error}")

    async def _fetch_file(self, file: ListedFile, listing: ProjectListing) -> Rival:
        path = Path(tempfile.mkdtemp(dir=self._folder)) / file.filename
        self._follower.fetching(1)
        try:
            async with self._places:
                await self._index.fetch(file, path)
        finally:
            self._follower.fetched(file.filename)
        release = Release(
            project=listing.project,
            version=version_of(file),
            source=listing.source,
            listed=file,
            status=listing.status,
        )
        artifact = await asyncio.to_thread(vetting.identify, path, release)
        return Rival(artifact=artifact, path=str(path))
