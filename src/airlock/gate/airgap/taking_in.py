"""Takes in what a folder holds.

- What comes in is nobody's word: every file is held to its digest, examined by the checks of the
  gate that takes it in, and judged by its policy. Verdicts do not travel.
- What vouches for a file is verified anew, by the trusted root and the certificates that are here.
  A file beside which something does not verify, or is missing that was carried out, is not taken.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio.to_thread
import msgspec

from airlock.errors import AirlockError, TargetNotFound
from airlock.gate.airgap.folder import digest_of, place, read_manifest
from airlock.gate.airgap.papers import CarriedPapers, Verified
from airlock.gate.catalogue import Catalogue
from airlock.gate.door import Asked, Ruling
from airlock.gate.intake import Intake
from airlock.gate.names import Names
from airlock.gate.upload.recording import imported, record_hosted
from airlock.gate.vouched import Vouched
from airlock.model import Artifact, ListedFile, ProjectListing
from airlock.store import Blobs, Store
from airlock.vetting import identify


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    filename: str
    ruling: Ruling | None = None
    trouble: AirlockError | None = None


class TakingIn:
    """Takes things in.

    Args:
        store: what is known.
        blobs: what is kept.
        catalogue: what is offered.
        intake: that vets.
        names: know whose a project is.
        papers: verify what travels beside files.
        vouched: knows where files come from.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        intake: Intake,
        names: Names,
        papers: CarriedPapers,
        vouched: Vouched,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._intake = intake
        self._names = names
        self._papers = papers
        self._vouched = vouched
        self._clock = clock

    async def take_in(self, folder: Path) -> AsyncIterator[Carried]:
        """Take in what a folder holds, and yield what became of each file.

        Raises:
            TargetNotFound: if it is no such folder.
            MalformedDocument: if what it says of itself cannot be read.
        """
        manifest = await anyio.to_thread.run_sync(read_manifest, folder)
        self._papers.announced(manifest.papers)
        for listing in manifest.projects:
            if listing.source is not None:
                await anyio.to_thread.run_sync(self._keep_listing, listing)
            take = self._take_in_hosted if listing.source is None else self._take_in_file
            # Of earlier releases is asked when a later one is judged: they come first.
            for file in sorted(listing.files, key=_age):
                try:
                    ruling = await take(folder, listing, file)
                except AirlockError as error:
                    yield Carried(filename=file.filename, trouble=error)
                else:
                    yield Carried(filename=file.filename, ruling=ruling)

    def _keep_listing(self, listing: ProjectListing) -> None:
        """Add what the folder lists to what was listed before."""
        before = self._store.listing(listing.source or "", listing.project)
        new = {(file.sha256, file.filename) for file in listing.files}
        old = before.files if before is not None else ()
        kept = tuple(file for file in old if (file.sha256, file.filename) not in new)
        together = msgspec.structs.replace(listing, files=(*kept, *listing.files), etag=None)
        self._store.put_listing(together)

    async def _take_in_file(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> Ruling:
        path = place(folder, listing.project, file)
        await anyio.to_thread.run_sync(self._blobs.put, digest_of(file), path)
        verified = await anyio.to_thread.run_sync(
            self._papers.verified, path, listing.project, file
        )
        name = await anyio.to_thread.run_sync(self._names.ruling, listing.project)
        await anyio.to_thread.run_sync(self._names.note_served, name, listing.source or "")
        offer = await anyio.to_thread.run_sync(self._catalogue.kept, name.holding)
        found = offer.of(digest_of(file), file.filename) if offer is not None else None
        if found is None:
            raise TargetNotFound(
                f"{listing.project} does not come from {listing.source} at this gate",
                hint="Name that upstream with --index, or claim the project for it.",
            )
        await anyio.to_thread.run_sync(self._papers.keep, found[1], verified)
        return await self._intake.ruling(found[1])

    async def _take_in_hosted(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> Ruling:
        path = place(folder, listing.project, file)
        artifact = await anyio.to_thread.run_sync(identify, path)
        ruling, verified = await self._vet_hosted(path, listing, file, artifact)
        if ruling.serves:
            upload = imported(
                listing.project,
                file,
                artifact,
                self._clock(),
                attestations=verified.provenance,
                signature=verified.signature,
            )
            await anyio.to_thread.run_sync(record_hosted, self._store, upload, self._clock())
        return ruling

    async def _vet_hosted(
        self, path: Path, listing: ProjectListing, file: ListedFile, artifact: Artifact
    ) -> tuple[Ruling, Verified]:
        told = msgspec.structs.replace(file, sha256=artifact.sha256)
        verified = await anyio.to_thread.run_sync(
            self._papers.verified, path, listing.project, told
        )
        provenance = await anyio.to_thread.run_sync(
            self._vouched.of_import, file, listing.project, verified.attested
        )
        known = msgspec.structs.replace(provenance, signatures=verified.signatures)
        asked = Asked(artifact.sha256, file.filename, listing.project, None)
        vetted = await self._intake.vet_upload(asked, artifact, path, known)
        return vetted.ruling, verified


def _age(file: ListedFile) -> tuple[bool, float]:
    time = file.upload_time
    return (time is None, time.timestamp() if time is not None else 0)
