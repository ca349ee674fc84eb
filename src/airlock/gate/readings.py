"""Keeps what was read of an artifact beside what was found: its profile, its metadata."""

from pathlib import Path

from airlock.archive.offered_metadata import binds_builders
from airlock.gate.core_metadata import raw_metadata
from airlock.gate.ruling import Asked
from airlock.model import ArtifactKind, ArtifactName, ProjectName
from airlock.model.description import Description
from airlock.store import Blobs, Store
from airlock.store.browsing import Browsing
from airlock.workers import Examination


class Readings:
    """Keeps readings.

    Args:
        store: of profiles and of digests of metadata.
        blobs: of metadata.
        browsing: keeps what projects say of themselves.
        incoming: a folder for files that are on their way in, on the same disk as the blobs.
    """

    def __init__(self, store: Store, blobs: Blobs, browsing: Browsing, incoming: Path) -> None:
        self._store = store
        self._blobs = blobs
        self._browsing = browsing
        self._incoming = incoming

    def keep(self, asked: Asked, examination: Examination) -> None:
        """Keep what an examination read.

        Raises:
            StoreError: if it cannot be kept.
        """
        project = examination.job.artifact.release.project
        if examination.profile is not None:
            self._store.put_profile(project, examination.profile)
        if examination.core_metadata is not None:
            self._keep_metadata(project, asked, examination.core_metadata)
            self._describe(project, examination)

    def _keep_metadata(self, project: ProjectName, asked: Asked, data: bytes) -> None:
        """Keep the core metadata, to be offered beside the file (PEP 658)."""
        kind = ArtifactName.parse(asked.filename).kind
        if kind is ArtifactKind.SDIST and not binds_builders(data):
            return
        digest = self._blobs.put_bytes(data, self._incoming)
        self._store.put_core_metadata(project, (asked.sha256, asked.filename), digest)

    def _describe(self, project: ProjectName, examination: Examination) -> None:
        raw = raw_metadata(examination.core_metadata or b"")
        if raw is not None:
            version = examination.job.artifact.release.version
            self._browsing.put_description(project, Description.of(version, raw))
