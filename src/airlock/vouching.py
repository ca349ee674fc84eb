"""Who vouches for a file: what its index offers, verified, beside what it says of earlier releases.

- The document of a file is asked for once, where the listing names it, and verified before anything
  of it is believed, handed on or kept. What was kept is verified anew, and takes the place of what
  the index does not give.
- Of earlier releases the listing tells when they came and whether they were attested. Who published
  the latest of them is asked for only where there is somebody to compare with; where it was another
  than now, a few more are asked, so that the finding can show the history.
- An index that offers provenance of no file of a project is one that may know of no such thing: its
  silence says nothing about a file.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from airlock.errors import NotVerified, SourceError, UpstreamUnavailable
from airlock.evidence.provenance import Attestor, Candidate
from airlock.evidence.provenance.interface import LARGEST_BYTES
from airlock.model import ListedFile, ProjectListing
from airlock.model.hosting import Upload
from airlock.model.provenance import Attested, PastRelease, Provenance, Signed
from airlock.sources.interface import Index
from airlock.sources.selection import version_of

MOST_ASKED = 3
"""Earlier releases whose publishers are asked for, at most."""
_REMEMBERED = 2_000
_OFFLINE = "there is no network: the provenance of the file is where it came from"
_NO_TIME = "the index does not say when the file was uploaded"


class Documents(Protocol):
    """Keeps provenance objects that were verified, by the index that gave them."""

    def kept(self, source: str, candidate: Candidate) -> bytes | None:
        """Return the one of a file that was kept last; ``None`` if there is none."""

    def keep(self, source: str, candidate: Candidate, document: bytes) -> None:
        """Keep one that was verified."""


class Vouching:
    """Asks indexes who published files, and verifies what they say.

    Args:
        attestor: that verifies.
        documents: keep what was verified; ``None``: nothing does.
    """

    def __init__(self, attestor: Attestor, documents: Documents | None = None) -> None:
        self.attestor = attestor
        self._documents = documents
        self._known: OrderedDict[tuple[str, Candidate], tuple[Attested, ...]] = OrderedDict()

    async def of_file(self, index: Index, listing: ProjectListing, file: ListedFile) -> Provenance:
        """Return what is known of where a listed file comes from.

        Args:
            index: that gave the listing.
            listing: of its project.
            file: one of its files, whose announced digest is that of its bytes.

        Raises:
            SourceError: if the index does not give a document that it announces.
        """
        told = _told(listing, file)
        if file.provenance is None or file.sha256 is None:
            return told
        if absent := self.attestor.absent or await self._out_of_reach(index, file):
            return _with(told, unverified=absent)
        try:
            attested = await self._attested(index, file, fresh=True)
        except NotVerified as error:
            return _with(told, rejected=str(error))
        signed = await self._signers(index, listing, told.past, attested)
        return _with(told, attested=attested, signed=signed)

    async def of_file_or_trouble(
        self, index: Index, listing: ProjectListing, file: ListedFile
    ) -> Provenance:
        """Return what is known, as ``of_file``; what could not be looked up is trouble."""
        try:
            return await self.of_file(index, listing, file)
        except SourceError as error:
            return Provenance(unknown="", trouble=f"its provenance could not be had: {error}")

    async def document(self, index: Index, file: ListedFile) -> bytes:
        """Return the provenance object of a file as its index gave it, after it was verified.

        Raises:
            NotVerified: if it does not verify; nothing of it is to be handed on then.
            SourceError: if the index does not give it, and nothing is kept.
        """
        data, _ = await self._verified(index, file, fresh=False)
        return data

    async def _out_of_reach(self, index: Index, file: ListedFile) -> str:
        """Return why a document is neither to be had nor kept; empty if it may be."""
        if index.reachable or await self._kept(index, _candidate(file)) is not None:
            return ""
        return _OFFLINE

    async def _attested(
        self, index: Index, file: ListedFile, *, fresh: bool = False
    ) -> tuple[Attested, ...]:
        key = (index.url, _candidate(file))
        if (known := self._known.get(key)) is not None:
            return known
        _, found = await self._verified(index, file, fresh=fresh)
        self._known[key] = found
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    async def _verified(
        self, index: Index, file: ListedFile, *, fresh: bool
    ) -> tuple[bytes, tuple[Attested, ...]]:
        """Return the document of a file and what it says.

        Args:
            index: that announces it.
            file: of which.
            fresh: whether the index is asked first, and what is kept counts only where it gives
                nothing; else the other way round.
        """
        candidate = _candidate(file)
        kept = None if fresh else await self._kept(index, candidate)
        if kept is not None:
            try:
                return kept, await self._verify(kept, candidate)
            except NotVerified:
                # Another trusted root than when it was kept: the index may have signed anew.
                if not index.reachable:
                    raise
        try:
            data = await index.document(file.provenance or "", most_bytes=LARGEST_BYTES)
        except UpstreamUnavailable:
            kept = await self._kept(index, candidate)
            if kept is None:
                raise
            return kept, await self._verify(kept, candidate)
        found = await self._verify(data, candidate)
        if self._documents is not None:
            await asyncio.to_thread(self._documents.keep, index.url, candidate, data)
        return data, found

    async def _verify(self, document: bytes, candidate: Candidate) -> tuple[Attested, ...]:
        return await asyncio.to_thread(self.attestor.verify_provenance, document, candidate)

    async def _kept(self, index: Index, candidate: Candidate) -> bytes | None:
        if self._documents is None:
            return None
        return await asyncio.to_thread(self._documents.kept, index.url, candidate)

    async def _signers(
        self,
        index: Index,
        listing: ProjectListing,
        past: Sequence[PastRelease],
        attested: tuple[Attested, ...],
    ) -> tuple[Signed, ...]:
        """Return who published earlier releases, until one was published by the same."""
        found: list[Signed] = []
        for release in [one for one in past if one.attested][:MOST_ASKED]:
            one = await self._signer(index, listing, release)
            if one is None:
                continue
            found.append(one)
            if any(one.identity.is_same_publisher(new.identity) for new in attested):
                break
        return tuple(found)

    async def _signer(
        self, index: Index, listing: ProjectListing, release: PastRelease
    ) -> Signed | None:
        """Return who published an earlier release; ``None`` if what is offered of it is forged."""
        files = _files_of(listing, release.version)
        file = next(one for one in files if one.provenance is not None and one.sha256 is not None)
        try:
            attested = await self._attested(index, file)
        except NotVerified:
            return None
        return Signed(version=release.version, identity=attested[0].identity)


def of_upload(
    uploads: Iterable[Upload],
    version: str,
    by: str,
    attested: tuple[Attested, ...],
    signed: tuple[Signed, ...],
) -> Provenance:
    """Return what is known of a file that is being uploaded here.

    Args:
        uploads: of its project, so far.
        version: of the file, normalised.
        by: who uploads it.
        attested: what came along, verified.
        signed: who published earlier releases.
    """
    releases: dict[str, list[Upload]] = {}
    for upload in uploads:
        releases.setdefault(upload.version, []).append(upload)
    own = releases.pop(version, [])
    past = sorted(map(_of_uploads, releases.values()), key=lambda one: one.uploaded, reverse=True)
    return Provenance(
        unknown="",
        offered=bool(attested),
        offers=True,
        attested=attested,
        by=by,
        release=_of_uploads(own) if own else None,
        past=tuple(past),
        signed=signed,
    )


def _of_uploads(uploads: Sequence[Upload]) -> PastRelease:
    first = min(uploads, key=lambda one: one.uploaded_at)
    return PastRelease(
        version=first.version,
        uploaded=first.uploaded_at,
        files=len(uploads),
        attested=sum(bool(one.attestations) for one in uploads),
        by=first.by,
    )


def _told(listing: ProjectListing, file: ListedFile) -> Provenance:
    """Return what the listing alone tells."""
    offers = any(one.provenance is not None for one in listing.files)
    common = Provenance(
        unknown="",
        offered=file.provenance is not None,
        offers=offers,
        uploaded=file.upload_time,
    )
    if file.upload_time is None:
        return common if common.offered else _with(common, unknown=_NO_TIME)
    releases = {one.version: one for one in _releases(listing)}
    own = releases.pop(version_of(file), None)
    before = [one for one in releases.values() if one.uploaded < file.upload_time]
    before.sort(key=lambda one: one.uploaded, reverse=True)
    return _with(common, release=own, past=tuple(before))


def _releases(listing: ProjectListing) -> Iterator[PastRelease]:
    """Yield the releases of a listing of which it says when they came."""
    groups: dict[str, list[ListedFile]] = {}
    for file in listing.files:
        groups.setdefault(version_of(file), []).append(file)
    for version, files in groups.items():
        times = [file.upload_time for file in files if file.upload_time is not None]
        if times:
            yield PastRelease(
                version=version,
                uploaded=min(times),
                files=len(files),
                attested=sum(file.provenance is not None for file in files),
            )


def _files_of(listing: ProjectListing, version: str) -> list[ListedFile]:
    return [file for file in listing.files if version_of(file) == version]


def _candidate(file: ListedFile) -> Candidate:
    if file.sha256 is None or file.provenance is None:
        raise NotVerified(f"the index announces no digest of {file.filename}, or no provenance")
    return Candidate(file.filename, file.sha256)


def _with(told: Provenance, **changes: object) -> Provenance:
    import msgspec

    return msgspec.structs.replace(told, **changes)
