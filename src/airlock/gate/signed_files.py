"""OpenPGP signatures at the gate: taken in with uploads, verified where somebody's counts, served.

- A signature is kept and handed out as it came, at the address of its file with ``.asc`` (PEP 503):
  whoever installs verifies it by the certificates that they have pinned themselves.
- Where the policy pins certificates for a project, an upload with a signature that does not verify
  is not taken, and what an upstream offers is verified before the file is judged.
"""

from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
import msgspec

from airlock.errors import InvalidUpload, NotVerified, TargetNotFound, UpstreamUnavailable
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES
from airlock.gate.door import Asked
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
        pinning: knows whose signatures count.
    """

    def __init__(self, store: Store, indexes: Mapping[str, Index], pinning: Pinning) -> None:
        self._store = store
        self._indexes = indexes
        self._pinning = pinning

    def accepted(self, signature: str, path: Path, project: ProjectName) -> Signatures:
        """Return what the signature of an upload says; empty text if none came.

        Raises:
            InvalidUpload: if it is none, or one of somebody pinned that does not verify.
        """
        if not signature:
            return self._pinning.of(path, project, None)
        data = signature.encode()
        try:
            self._pinning.check(data)
        except NotVerified as error:
            raise InvalidUpload(f"gpg_signature: {error}") from error
        found = self._pinning.of(path, project, data)
        if found.rejected:
            raise InvalidUpload(f"gpg_signature: {found.rejected}")
        return found

    async def came_with(self, asked: Asked, listed: ListedFile) -> bytes | None:
        """Return the signature of a file that is to be examined, if somebody's counts.

        Raises:
            UpstreamUnavailable: if the index that announces one does not give it.
        """
        if not self._pinning.counts(asked.project):
            return None
        if asked.source is None:
            upload = await anyio.to_thread.run_sync(self._store.upload_named, asked.filename)
            return upload.signature.encode() if upload and upload.signature else None
        return await self._of_upstream(asked.source, listed) if listed.signed else None

    def known(
        self, provenance: Provenance, path: Path, asked: Asked, data: bytes | None
    ) -> Provenance:
        """Return what is known of where a file is from, with its signatures."""
        signatures = self._pinning.of(path, asked.project, data)
        return msgspec.structs.replace(provenance, signatures=signatures)

    async def document(self, asked: Asked, listed: ListedFile) -> bytes:
        """Return the signature of a file, to be handed out as it came.

        Raises:
            TargetNotFound: if there is none.
            UpstreamUnavailable: if the index that announces one does not give it.
        """
        if asked.source is not None and listed.signed:
            return await self._of_upstream(asked.source, listed)
        upload = await anyio.to_thread.run_sync(self._store.upload_named, asked.filename)
        if asked.source is not None or upload is None or not upload.signature:
            raise TargetNotFound(f"there is no signature of {asked.filename}")
        return upload.signature.encode()

    async def _of_upstream(self, source: str, listed: ListedFile) -> bytes:
        index = self._indexes.get(source)
        if index is None:
            raise UpstreamUnavailable(f"{source} is not asked any more")
        return await index.document(f"{listed.url}{SUFFIX}", most_bytes=LARGEST_SIGNATURE_BYTES)
