"""Writes what the door serves into a folder, with what came along to show whose it is."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from airlock.errors import StoreError, UsageError
from airlock.evidence.provenance import Candidate
from airlock.gate.airgap.folder import (
    FORM,
    MANIFEST,
    TRUST,
    CarriedPaper,
    Manifest,
    beside,
    digest_of,
    write_page,
)
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.door import Asked, Door
from airlock.gate.names import Names
from airlock.gate.papers import KeptPapers, provenance_of, signature_of
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256, wire
from airlock.store import Blobs, Store
from airlock.store.papers import PaperKind
from airlock.trust.roles import project_role

Claims = Callable[[Sequence[ProjectName]], Mapping[str, bytes]]
"""Returns what shows who signs for projects, by the names of its documents."""


class TakingOut:
    """Takes things out.

    Args:
        store: what is known.
        blobs: what is kept.
        catalogue: what is offered.
        door: that rules.
        names: know whose a project is.
        papers: that came with files.
        claims: of developers.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        door: Door,
        names: Names,
        papers: KeptPapers,
        claims: Claims,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._door = door
        self._names = names
        self._papers = papers
        self._claims = claims
        self._clock = clock

    def take_out(self, folder: Path) -> Iterator[str]:
        """Write everything that the door serves into a new folder; yield the names of the files.

        Raises:
            UsageError: if there is something in the folder.
            StoreError: if it cannot be written.
        """
        try:
            if folder.exists() and any(folder.iterdir()):
                raise UsageError(f"{folder} is not empty", hint="Name a folder that is not there.")
            folder.mkdir(parents=True, exist_ok=True)
            listings, papers = list[ProjectListing](), list[CarriedPaper]()
            for offer in self._offers():
                kept = self._served(offer)
                if kept:
                    listings.append(msgspec.structs.replace(offer.listing, files=tuple(kept)))
                    for file in kept:
                        yield self._copy(folder, file)
                        papers += self._copy_papers(folder, offer.listing, file)
                    signed = {one.filename for one in papers if one.kind is PaperKind.SIGNATURE}
                    write_page(folder, offer.listing.project, kept, signed)
            made = Manifest(
                form=FORM,
                made_at=self._clock(),
                projects=tuple(listings),
                papers=tuple(papers),
                claimed=self._copy_claims(folder, listings),
            )
            (folder / MANIFEST).write_bytes(wire.encode(made))
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error}") from error

    def _offers(self) -> Iterator[Offer]:
        for project in sorted({*self._store.projects(), *self._store.hosted_projects()}):
            offer = self._catalogue.kept(self._names.holding(project))
            if offer is not None:
                yield offer

    def _served(self, offer: Offer) -> list[ListedFile]:
        rulings = self._door.decide_all(offer.asked)
        pairs = zip(offer.listing.files, rulings, strict=True)
        return [f for f, ruling in pairs if ruling.serves and self._blobs.has(ruling.asked.sha256)]

    def _copy(self, folder: Path, file: ListedFile) -> str:
        place = _place(folder, file)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as out, self._blobs.open(digest_of(file)) as blob:
            shutil.copyfileobj(blob.stream, out)
        return file.filename

    def _copy_claims(
        self, folder: Path, listings: Sequence[ProjectListing]
    ) -> tuple[ProjectName, ...]:
        """Write what shows who signs for projects; return those that somebody signs for."""
        hosted = [one.project for one in listings if one.source is None]
        documents = self._claims(hosted)
        for name, data in documents.items():
            place = folder / TRUST / name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        return tuple(one for one in hosted if f"{project_role(one)}.json" in documents)

    def _copy_papers(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> Iterator[CarriedPaper]:
        digest = digest_of(file)
        for kind, data in self._papers_of(listing, file, digest):
            beside(_place(folder, file), kind).write_bytes(data)
            yield CarriedPaper(
                kind=kind, sha256=digest, filename=file.filename, document=Sha256.of(data)
            )

    def _papers_of(
        self, listing: ProjectListing, file: ListedFile, digest: Sha256
    ) -> Iterator[tuple[PaperKind, bytes]]:
        if listing.source is None:
            upload = self._store.upload_named(file.filename)
            provenance = upload.attestations if upload else ""
            signature = upload.signature if upload else ""
            # Before attestations were verified they were kept as a list, as they had come.
            if provenance.startswith("{"):
                yield PaperKind.PROVENANCE, provenance.encode()
            if signature:
                yield PaperKind.SIGNATURE, signature.encode()
            return
        asked = Asked(digest, file.filename, listing.project, listing.source)
        candidate = Candidate(file.filename, digest)
        # What the index does not announce any more vouches for nothing.
        if file.provenance is not None:
            provenance_kept = self._papers.get(provenance_of(listing.source, candidate))
            if provenance_kept is not None:
                yield PaperKind.PROVENANCE, provenance_kept
        if file.signed and (signature_kept := self._papers.get(signature_of(asked))) is not None:
            yield PaperKind.SIGNATURE, signature_kept


def _place(folder: Path, file: ListedFile) -> Path:
    return folder / "files" / digest_of(file) / file.filename
