"""Takes in what a folder holds.

- Only plain files that lie in the folder are opened (``folder.plain``).
- What comes in is nobody's word: every file is held to its digest, examined by the checks of the
  gate that takes it in, and judged by its policy. Verdicts do not travel.
- What vouches for a file is verified anew, by the trusted root and the certificates that are here.
  A file beside which something does not verify, or is missing that was carried out, is not taken.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import anyio.to_thread
import msgspec

from airlock.errors import AirlockError, DigestMismatch, TargetNotFound
from airlock.gate.airgap.claims import CarriedClaims
from airlock.gate.airgap.folder import digest_of, named, place, read_manifest
from airlock.gate.airgap.papers import CarriedPapers
from airlock.gate.catalogue import Catalogue
from airlock.gate.door import Asked, Ruling
from airlock.gate.intake import Intake
from airlock.gate.names import Names
from airlock.gate.upload.recording import imported, record_hosted
from airlock.gate.vouched import Vouched
from airlock.model import ListedFile, ProjectListing, ProjectName
from airlock.model.hosting import Upload
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
        claims: verify what developers signed.
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
        claims: CarriedClaims,
        vouched: Vouched,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._intake = intake
        self._names = names
        self._papers = papers
        self._claims = claims
        self._vouched = vouched
        self._clock = clock

    async def take_in(self, folder: Path) -> AsyncIterator[Carried]:
        """Take in what a folder holds, and yield what became of each file.

        Raises:
            TargetNotFound: if it is no such folder.
            MalformedDocument: if what it says of itself cannot be read.
            NotVerified: if it does not show who signs its files, and a root was given.
        """
        manifest = await anyio.to_thread.run_sync(read_manifest, folder)
        self._papers.announced(manifest.papers)
        await anyio.to_thread.run_sync(self._claims.read, folder, manifest.claimed)
        for listing in manifest.projects:
            take = self._take_in_listed if listing.source is not None else self._take_in_hosted
            async for carried in take(folder, listing):
                yield carried

    async def _take_in_listed(
        self, folder: Path, listing: ProjectListing
    ) -> AsyncIterator[Carried]:
        await anyio.to_thread.run_sync(self._keep_listing, listing)
        for file in _oldest_first(listing):
            try:
                ruling = await self._take_in_file(folder, listing, file)
            except AirlockError as error:
                yield Carried(filename=file.filename, trouble=error)
            else:
                yield Carried(filename=file.filename, ruling=ruling)

    def _keep_listing(self, listing: ProjectListing) -> None:
        """Add what the folder lists to what was listed before, but for what no index can list."""
        before = self._store.listing(listing.source or "", listing.project)
        sound = [file for file in listing.files if _can_be_listed(listing.project, file)]
        new = {(file.sha256, file.filename) for file in sound}
        old = before.files if before is not None else ()
        kept = tuple(file for file in old if (file.sha256, file.filename) not in new)
        together = msgspec.structs.replace(listing, files=(*kept, *sound), etag=None)
        self._store.put_listing(together)

    async def _take_in_file(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> Ruling:
        path = await anyio.to_thread.run_sync(place, folder, listing.project, file)
        artifact = await anyio.to_thread.run_sync(identify, path)
        if artifact.sha256 != digest_of(file):
            raise DigestMismatch(f"{file.filename} is not what was carried out")
        verified = await anyio.to_thread.run_sync(
            self._papers.verified, path, listing.project, file
        )
        # Not before: what is kept is served to whoever asks, if the door lets it in.
        await anyio.to_thread.run_sync(self._blobs.put, digest_of(file), path)
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
        self, folder: Path, listing: ProjectListing
    ) -> AsyncIterator[Carried]:
        let_in = list[tuple[Upload, Ruling]]()
        for file in _oldest_first(listing):
            try:
                upload, ruling = await self._vet_hosted(folder, listing, file)
            except AirlockError as error:
                yield Carried(filename=file.filename, trouble=error)
                continue
            if ruling.serves:
                let_in.append((upload, ruling))
            else:
                yield Carried(filename=file.filename, ruling=ruling)
        for upload, ruling, trouble in await anyio.to_thread.run_sync(
            self._record, listing.project, let_in
        ):
            told = None if trouble else ruling
            yield Carried(filename=upload.filename, ruling=told, trouble=trouble)

    async def _vet_hosted(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> tuple[Upload, Ruling]:
        path = await anyio.to_thread.run_sync(place, folder, listing.project, file)
        artifact = await anyio.to_thread.run_sync(identify, path)
        await anyio.to_thread.run_sync(self._claims.check, listing.project, artifact)
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
        upload = imported(
            listing.project,
            file,
            artifact,
            self._clock(),
            attestations=verified.provenance,
            signature=verified.signature,
        )
        return upload, vetted.ruling

    def _record(
        self, project: ProjectName, let_in: Sequence[tuple[Upload, Ruling]]
    ) -> list[tuple[Upload, Ruling, AirlockError | None]]:
        """Record what the door has let in, each with what hindered it, if anything did."""
        try:
            if self._claims.take(project, [upload for upload, _ in let_in]):
                return [(upload, ruling, None) for upload, ruling in let_in]
        except AirlockError as error:
            return [(upload, ruling, error) for upload, ruling in let_in]
        return [(upload, ruling, self._record_one(upload)) for upload, ruling in let_in]

    def _record_one(self, upload: Upload) -> AirlockError | None:
        try:
            record_hosted(self._store, upload, self._clock())
        except AirlockError as error:
            return error
        return None


def _can_be_listed(project: ProjectName, file: ListedFile) -> bool:
    try:
        return bool(named(project, file))
    except AirlockError:
        return False


def _oldest_first(listing: ProjectListing) -> list[ListedFile]:
    """Return the files of a listing: earlier releases are asked for when later ones are judged."""
    return sorted(listing.files, key=_age)


def _age(file: ListedFile) -> tuple[bool, float]:
    time = file.upload_time
    return (time is None, time.timestamp() if time is not None else 0)
