"""What is remembered: two ports, one for what is known (``Store``), one for bytes (``Blobs``).

Promises of every adapter:

- What a method has returned from is kept: it survives ``kill -9`` at any later moment.
- A method has its whole effect or none.
- Verdicts, waivers and the first sight of an artifact are only ever added; there is no method that
  changes or deletes one.
- A blob under its digest is whole and has that digest.
- All methods may be called from several threads at once, and several processes may share a store.
- Nothing but the errors of ``airlock.errors`` is raised. Times go in with a zone, come out in UTC.
"""

import datetime as dt
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import msgspec

from airlock.model import (
    Artifact,
    Decision,
    PolicyVersion,
    ProjectListing,
    ProjectName,
    Release,
    Sha256,
    Verdict,
)
from airlock.model.waiver import Waiver
from airlock.store.hosting import HostingRecords
from airlock.store.names import NameRecords
from airlock.store.profiles import ProfileRecords
from airlock.store.readings import ReadingRecords
from airlock.store.servings import ServingRecords


class StoredArtifact(msgspec.Struct, frozen=True):
    """An artifact, and when it was first seen here."""

    artifact: Artifact
    first_seen: dt.datetime
    """In UTC, by our clock. Upstream's upload time is another thing: upstream may rewrite it."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The newest verdict on a digest, without its outcomes: what a listing needs to know."""

    sha256: Sha256
    filename: str
    """The name under which the bytes were judged. A door compares it: checks of names and metadata
    say nothing of the same bytes under another name."""
    project: ProjectName
    """The project with which the bytes were judged."""
    decision: Decision
    score: float
    headline: str
    checks_version: str
    policy: PolicyVersion
    decided_at: dt.datetime
    """In UTC."""
    seconds: float

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Return what a verdict comes down to."""
        artifact = verdict.artifact
        return cls(
            sha256=artifact.sha256,
            filename=artifact.name.filename,
            project=artifact.release.project,
            decision=verdict.decision,
            score=verdict.score,
            headline=verdict.headline,
            checks_version=verdict.checks_version,
            policy=verdict.policy,
            decided_at=verdict.decided_at,
            seconds=verdict.seconds,
        )


class _Closing(ABC):
    """A context manager that closes."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; nothing is lost without it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Store(NameRecords, ProfileRecords, ReadingRecords, HostingRecords, ServingRecords, _Closing):
    """What is known: artifacts, verdicts, waivers, listings, names, profiles, uploads.

    Every method raises ``StoreError`` if the store refuses, and ``MalformedDocument`` if a stored
    value cannot be read back.
    """

    @abstractmethod
    def remember_artifact(self, artifact: Artifact, *, seen_at: dt.datetime) -> None:
        """Remember an artifact; what is known already, with its first sight, stays as it is."""

    @abstractmethod
    def artifact(self, sha256: Sha256) -> StoredArtifact | None:
        """Return the artifact with a digest; if it has several names, the one seen first."""

    @abstractmethod
    def artifacts_of(self, project: ProjectName) -> tuple[StoredArtifact, ...]:
        """Return the artifacts of a project, in the order in which they were first seen."""

    @abstractmethod
    def projects(self) -> tuple[ProjectName, ...]:
        """Return the projects of all artifacts, sorted."""

    @abstractmethod
    def append_verdict(self, verdict: Verdict) -> None:
        """Add a verdict; it is the latest on its digest from now on, whatever its time says."""

    @abstractmethod
    def latest_verdict(self, sha256: Sha256) -> Verdict | None:
        """Return the verdict that was added last."""

    @abstractmethod
    def latest_verdicts(self, digests: Iterable[Sha256]) -> dict[Sha256, Standing]:
        """Return where each of many digests stands; those without a verdict are left out."""

    @abstractmethod
    def verdicts(self, sha256: Sha256) -> tuple[Verdict, ...]:
        """Return every verdict on a digest, the oldest first."""

    @abstractmethod
    def recent_verdicts(self, *, decision: Decision | None, limit: int) -> tuple[Standing, ...]:
        """Return where digests stand now, the newest first; with a decision, only those."""

    @abstractmethod
    def add_waiver(self, waiver: Waiver) -> None:
        """Add a waiver.

        Raises:
            StoreError: if its id is taken, or if it is revoked already.
        """

    @abstractmethod
    def revoke_waiver(self, waiver_id: str, *, by: str, reason: str, at: dt.datetime) -> None:
        """End a waiver before its time; if it was revoked before, that revocation stays.

        Raises:
            TargetNotFound: if there is no such waiver.
            UsageError: if the person or the reason is missing.
        """

    @abstractmethod
    def waiver(self, waiver_id: str) -> Waiver | None:
        """Return a waiver, whether it is active, expired or revoked."""

    @abstractmethod
    def waivers(self, now: dt.datetime) -> tuple[Waiver, ...]:
        """Return the active waivers, the newest first."""

    @abstractmethod
    def waivers_for(
        self, sha256: Sha256, project: ProjectName, now: dt.datetime
    ) -> tuple[Waiver, ...]:
        """Return the active waivers on an artifact, or on something of its project.

        Those on its digest come before those on its project, and the newer before the older. Which
        of them decides, ``Waiver.covers`` tells.
        """

    @abstractmethod
    def put_listing(self, listing: ProjectListing) -> None:
        """Keep the listing of a project at an index instead of the one before."""

    @abstractmethod
    def listing(self, source: str, project: ProjectName) -> ProjectListing | None:
        """Return the listing that was kept last.

        ``None`` also if it cannot be read back: the index can be asked for it again.
        """

    @abstractmethod
    def confirm_listing(self, source: str, project: ProjectName, at: dt.datetime) -> bool:
        """Note that the index says that the kept listing still holds (HTTP 304).

        Returns:
            False if no listing is kept: then the index has to be asked for all of it.
        """

    @abstractmethod
    def announcements(self, sha256: Sha256, filename: str) -> tuple[Release, ...]:
        """Return the release of a file as each kept listing tells it that announces this digest.

        The one that speaks least for it comes first: without an upload time, else with the latest.
        Nothing for a name that is neither a wheel's nor an sdist's.
        """

    def listed_file(self, sha256: Sha256, filename: str) -> Release | None:
        """Return the first of the announcements of a file, or ``None``."""
        return next(iter(self.announcements(sha256, filename)), None)


class OpenBlob(NamedTuple):
    """A blob that is open for reading."""

    stream: BinaryIO
    """Seekable, read-only."""
    size: int
    """In bytes."""


class StoredBlob(NamedTuple):
    """A blob, as its storage knows it."""

    sha256: Sha256
    size: int
    """In bytes."""
    stored_at: dt.datetime
    """In UTC, by the clock of the storage."""


class Blobs(_Closing):
    """Bytes, each known by its SHA-256.

    Every method raises ``StoreError`` if the storage refuses, or lacks the blob that is asked for.
    """

    @abstractmethod
    def has(self, sha256: Sha256) -> bool:
        """Tell whether a blob is there, whole."""

    @abstractmethod
    def put(self, sha256: Sha256, path: Path) -> None:
        """Copy a file into the store, at once or not at all; the file stays where it is.

        Raises:
            DigestMismatch: if the file has another digest; nothing is stored then.
        """

    def put_bytes(self, data: bytes, folder: Path) -> Sha256:
        """Keep bytes under their digest, and return it.

        Args:
            data: small enough to be in memory.
            folder: for what is on its way in.
        """
        digest = Sha256.of(data)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(data)
            file.flush()
            self.put(digest, Path(file.name))
        return digest

    def whole(self, sha256: Sha256) -> bytes:
        """Return all bytes of a blob that is small enough to be in memory."""
        return b"".join(self.stream(sha256))

    @abstractmethod
    def open(self, sha256: Sha256) -> AbstractContextManager[OpenBlob]:
        """Open a blob for reading."""

    @abstractmethod
    def stream(self, sha256: Sha256, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from ``start`` up to, not including, ``end``, in pieces.

        Raises:
            StoreError: at once, if the blob is missing or the range does not lie within it.
        """

    @abstractmethod
    def local_path(self, sha256: Sha256) -> Path | None:
        """Return where the blob lies on this machine, only to be read; ``None`` if elsewhere."""

    @abstractmethod
    def size(self, sha256: Sha256) -> int:
        """Return the size of a blob in bytes."""

    @abstractmethod
    def stored(self) -> Iterator[StoredBlob]:
        """Yield every blob that is there, in any order."""

    @abstractmethod
    def remove(self, sha256: Sha256) -> None:
        """Remove a blob; nothing happens if it is not there.

        Only what nobody refers to is removed, and only ``collecting`` knows that.
        """
