"""Keeps what was read of an artifact beside what was found: its profile, its metadata."""

from pathlib import Path

from airlock.archive.offered_metadata import binds_builders
from airlock.gate.core_metadata import raw_metadata
from airlock.gate.ruling import Asked
from airlock.model import ArtifactKind, ArtifactName, Sha256
from airlock.model.description import Description
from airlock.store import Blobs, Store
from airlock.store.readings import Reading
from airlock.workers import Examination


class Readings:
    """Keeps readings.

    Args:
        store: of what was read.
        blobs: of metadata.
        incoming: a folder for files that are on their way in, on the same disk as the blobs.
    """

    def __init__(self, store: Store, blobs: Blobs, incoming: Path) -> None:
        self._store = store
        self._blobs = blobs
        self._incoming = incoming

    def keep(self, asked: Asked, examination: Examination) -> None:
        """Keep what an examination read.

        Raises:
            StoreError: if it cannot be kept.
        """
        self._store.keep_reading(self.of(asked, examination))

    def of(self, asked: Asked, examination: Examination) -> Reading:
        """Return what an examination read, to be kept soon; the blob of its metadata is kept.

        Raises:
            StoreError: if that cannot be kept.
        """
        release, metadata = examination.job.artifact.release, examination.core_metadata
        raw = raw_metadata(metadata) if metadata is not None else None
        return Reading(
            release.project,
            (asked.sha256, asked.filename),
            examination.profile,
            self._kept(asked, metadata) if metadata is not None else None,
            Description.of(release.version, raw) if raw is not None else None,
        )

    def _kept(self, asked: Asked, metadata: bytes) -> Sha256 | None:
        """Keep the core metadata, unless whoever builds the file may come to others (PEP 658)."""
        kind = ArtifactName.parse(asked.filename).kind
        if kind is ArtifactKind.SDIST and not binds_builders(metadata):
            return None
        return self._blobs.put_bytes(metadata, self._incoming)
