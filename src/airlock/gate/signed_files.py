"""OpenPGP signatures at the gate: taken in with uploads, verified where somebody's counts, served.

- A signature is kept and handed out as it came, at the address of its file with ``.asc`` (PEP 503):
  whoever installs verifies it by the certificates that they have pinned themselves.
- What an upstream gave is kept once it was verified, or, where nobody's counts, once it is known to
  be a signature: whoever is without that upstream, or behind another gate, verifies it again.
- Where the policy pins certificates for a project, an upload with a signature that does not verify
  is not taken, and what an upstream offers is verified before the file is judged.
"""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio.to_thread
import msgspec

from airlock.errors import InvalidUpload, NotVerified, TargetNotFound, UpstreamUnavailable
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES
from airlock.gate.papers import KeptPapers, signature_of
from airlock.gate.ruling import Asked
from airlock.model import ListedFile, ProjectName
from airlock.model.openpgp import Signatures
from airlock.model.provenance import Provenance
from airlock.pinning import SUFFIX, Pinning
from airlock.sources.interface import Index
from airlock.store import Store


class SignedFiles:
    """Knows the signatures of files.

    Args:
        store: of uploads.
        indexes: the upstreams, by URL.
        pinning: gives what knows whose signatures count at this moment.
        papers: keep what upstreams gave.
    """

    def __init__(
        self,
        store: Store,
        indexes: Mapping[str, Index],
        pinning: Callable[[], Pinning],
        papers: KeptPapers,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._pinning = pinning
        self._papers = papers

    def accepted(self, signature: str, path: Path, project: ProjectName) -> Signatures:
        """Return what the signature of an upload says; empty text if none came.

        Raises:
            InvalidUpload: if it is none, or one of somebody pinned that does not verify.
        """
        pinning = self._pinning()
        if not signature:
            return pinning.of(path, project, None)
        data = signature.encode()
        try:
            pinning.check(data)
        except NotVerified as error:
            raise InvalidUpload(f"gpg_signature: {error}") from error
        found = pinning.of(path, project, data)
        if found.rejected:
            raise InvalidUpload(f"gpg_signature: {found.rejected}")
        return found

    async def came_with(self, asked: Asked, listed: ListedFile) -> bytes | None:
        """Return the signature of a file that is to be examined, if somebody's counts.

        Raises:
            UpstreamUnavailable: if the index that announces one does not give it.
        """
        counts = self._pinning().counts(asked.project)
        if asked.source is None:
            if not counts:
                return None
            upload = await anyio.to_thread.run_sync(self._store.upload_named, asked.filename)
            return upload.signature.encode() if upload and upload.signature else None
        if not listed.signed:
            return None
        if counts:
            return await self._fresh(asked, listed)
        with contextlib.suppress(UpstreamUnavailable):
            # For whoever pins certificates elsewhere; nothing here depends on it.
            await self.document(asked, listed)
        return None

    def known(
        self, provenance: Provenance, path: Path, asked: Asked, data: bytes | None
    ) -> Provenance:
        """Return what is known of where a file is from, with its signatures."""
        signatures = self._pinning().of(path, asked.project, data)
        if data is not None and asked.source is not None and signatures.verified:
            self._papers.keep(signature_of(asked), data)
        return msgspec.structs.replace(provenance, signatures=signatures)

    async def document(self, asked: Asked, listed: ListedFile) -> bytes:
        """Return the signature of a file, to be handed out as it came: as kept, or as given.

        Raises:
            TargetNotFound: if there is none.
            UpstreamUnavailable: if the index that announces one does not give it.
        """
        if asked.source is not None and listed.signed:
            return await self._kept(asked) or await self._given(asked, listed)
        upload = await anyio.to_thread.run_sync(self._store.upload_named, asked.filename)
        if asked.source is not None or upload is None or not upload.signature:
            raise TargetNotFound(f"there is no signature of {asked.filename}")
        return upload.signature.encode()

    async def _fresh(self, asked: Asked, listed: ListedFile) -> bytes:
        """Return what the upstream gives now; what it gave before, if it gives nothing."""
        try:
            return await self._of_upstream(asked, listed)
        except UpstreamUnavailable:
            kept = await self._kept(asked)
            if kept is None:
                raise
            return kept

    async def _given(self, asked: Asked, listed: ListedFile) -> bytes:
        """Return what the upstream gives; keep it where nobody's counts and it is a signature."""
        data = await self._of_upstream(asked, listed)
        if not self._pinning().counts(asked.project):
            with contextlib.suppress(NotVerified):
                self._pinning().check(data)
                await anyio.to_thread.run_sync(self._papers.keep, signature_of(asked), data)
        return data

    async def _kept(self, asked: Asked) -> bytes | None:
        return await anyio.to_thread.run_sync(self._papers.get, signature_of(asked))

    async def _of_upstream(self, asked: Asked, listed: ListedFile) -> bytes:
        index = self._indexes.get(asked.source or "")
        if index is None:
            raise UpstreamUnavailable(f"{asked.source} is not asked any more")
        return await index.document(f"{listed.url}{SUFFIX}", most_bytes=LARGEST_SIGNATURE_BYTES)
