"""What this gate offers of a project: its owner's listing, with what is known here laid over it.

- A project comes from one place: what is hosted here, or the upstream that owns it.
- Remarks of people here stand above what an upstream says: yanks, deletions, the status.
- Of a project in quarantine no file is offered (PEP 792), wherever the marker was set.
- Core metadata that were read from the vetted bytes stand above what an upstream announces.
- An upstream's times stay as they are; when a file was first seen here is kept apart.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import anyio.to_thread
import msgspec

from airlock.errors import ProjectNotFound
from airlock.gate.door import Asked
from airlock.gate.listings import Listings
from airlock.gate.names import Names
from airlock.hosting import version_of_file
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256
from airlock.model.hosting import ProjectStatus, Remarks, Upload
from airlock.model.ownership import Holding
from airlock.store import Store
from airlock.store.hosting import FileKey

HERE_URL = ""
"""Stands for the address of a file that is hosted here."""


class Offer(msgspec.Struct, frozen=True):
    """What may be offered of a project, if the door lets it."""

    listing: ProjectListing
    """Of which every file has a SHA-256."""
    asked: tuple[Asked, ...]
    """What the door is asked about each file, in the order of the listing."""

    def of(self, sha256: Sha256, filename: str) -> tuple[ListedFile, Asked] | None:
        """Return one file; ``None`` if it is not offered."""
        for file, asked in zip(self.listing.files, self.asked, strict=True):
            if file.filename == filename and file.sha256 == sha256:
                return file, asked
        return None


class Catalogue:
    """Knows what is offered.

    Args:
        store: of uploads, remarks, core metadata and first sights.
        listings: of upstreams.
        names: know whose a project is.
        clock: gives the time in UTC.
    """

    def __init__(
        self, store: Store, listings: Listings, names: Names, clock: Callable[[], dt.datetime]
    ) -> None:
        self._store = store
        self._listings = listings
        self._names = names
        self._clock = clock

    async def offer(self, holding: Holding) -> Offer:
        """Return what is offered of a project, asking its upstream if what is known is old.

        Raises:
            ProjectNotFound: if there is no such project.
            UpstreamUnavailable: if nobody can tell.
        """
        if holding.owner.here:
            return await anyio.to_thread.run_sync(self._hosted, holding.project)
        listing = await self._listings.of(holding.project, self._names.upstreams(holding))
        return await anyio.to_thread.run_sync(self._laid_over, listing)

    def kept(self, holding: Holding) -> Offer | None:
        """Return what is offered of a project by what was last known; ``None`` if nothing is."""
        if holding.owner.here:
            return self._hosted(holding.project) if self._store.uploads(holding.project) else None
        listing = self._listings.kept(holding.project, self._names.upstreams(holding))
        return self._laid_over(listing) if listing is not None else None

    def _hosted(self, project: ProjectName) -> Offer:
        uploads = self._store.uploads(project)
        if not uploads:
            raise ProjectNotFound(f"{project} belongs to this index; it hosts no release of it")
        listing = ProjectListing(
            project=project,
            source=None,
            files=tuple(map(_file, uploads)),
            fetched_at=self._clock(),
        )
        return self._laid_over(listing)

    def _laid_over(self, listing: ProjectListing) -> Offer:
        project = listing.project
        remarks = Remarks(self._store.remarks(project))
        metadata = self._store.core_metadata(project)
        files = tuple(_changed(listing.files, remarks, metadata))
        status, reason = listing.status, listing.status_reason
        if remarks.status is not None and remarks.status.status is not None:
            status, reason = remarks.status.status.value, remarks.status.reason
        told = msgspec.structs.replace(listing, files=files, status=status, status_reason=reason)
        withdrawn = ""
        if status == ProjectStatus.QUARANTINED:
            withdrawn = f"{project} is in quarantine{': ' if reason else ''}{reason}"
        return Offer(told, self._asked(told, withdrawn))

    def _asked(self, listing: ProjectListing, withdrawn: str) -> tuple[Asked, ...]:
        sights = self._store.first_sights(listing.project) if listing.source else {}
        return tuple(
            Asked(
                sha256,
                file.filename,
                listing.project,
                listing.source,
                uploaded=file.upload_time,
                sight=sights.get((sha256, file.filename)),
                withdrawn=withdrawn,
            )
            for file in listing.files
            if (sha256 := file.sha256) is not None
        )


def _file(upload: Upload) -> ListedFile:
    return ListedFile(
        filename=upload.filename,
        url=HERE_URL,
        sha256=upload.sha256,
        size=upload.size,
        upload_time=upload.uploaded_at,
        requires_python=upload.requires_python,
        provenance=HERE_URL if upload.attestations.startswith("{") else None,
        signed=bool(upload.signature),
    )


def _changed(
    files: Sequence[ListedFile], remarks: Remarks, metadata: dict[FileKey, Sha256]
) -> Iterator[ListedFile]:
    """Yield the files that are offered, as this index tells of them."""
    seen: set[FileKey] = set()
    for file in files:
        if file.sha256 is None or remarks.deleted(file.filename):
            continue
        key = (file.sha256, file.filename)
        if key in seen:
            continue
        seen.add(key)
        changes: dict[str, object] = {}
        if key in metadata:
            changes["metadata_sha256"] = metadata[key]
        if remarks.yanks:
            version = version_of_file(file.filename)
            changes["yanked"] = remarks.yanked(version, file.filename, file.yanked)
        yield msgspec.structs.replace(file, **changes) if changes else file
