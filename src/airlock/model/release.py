"""What an index says of a project: its listing, its files, a release (PEP 503, 691, 700, 792)."""

import datetime as dt

import msgspec

from airlock.model.identity import ProjectName, Sha256


class ListedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file, as its index announces it; nothing of this was verified."""

    filename: str
    url: str
    """Absolute."""
    sha256: Sha256 | None = None
    """What the index announces; ``None`` where it announces no SHA-256."""
    size: int | None = None
    """In bytes (PEP 700)."""
    upload_time: dt.datetime | None = None
    """In UTC (PEP 700); ``None`` where the index does not say."""
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, perhaps empty, if the file is yanked (PEP 592); ``None`` if it is not."""
    metadata_sha256: Sha256 | None = None
    """The digest of the file's core metadata (PEP 658), where the index offers it."""
    provenance: str | None = None
    """Where the index has the file's provenance (PEP 740); ``None`` if it offers none."""
    signed: bool = False
    """Whether the index has an OpenPGP signature at the file's URL with ``.asc`` (PEP 503)."""


class ProjectListing(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a project at one index."""

    project: ProjectName
    source: str | None
    """The base URL of the index, without credentials; ``None``: this index hosts the project."""
    files: tuple[ListedFile, ...]
    """In the index's order."""
    fetched_at: dt.datetime
    """When the index gave this answer, in UTC."""
    status: str = "active"
    """The project's status marker (PEP 792)."""
    status_reason: str = ""
    last_serial: int | None = None
    etag: str | None = None
    malformed: int = 0
    """How many entries of the page made no sense and were left out of ``files``."""

    @property
    def first_upload(self) -> dt.datetime | None:
        """When the index received the first of these files; ``None`` if it does not say of all."""
        times = [file.upload_time for file in self.files]
        known = [time for time in times if time is not None]
        return min(known) if known and len(known) == len(times) else None


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A project at a version, as its index describes it."""

    project: ProjectName
    version: str
    source: str | None = None
    """The base URL of the index; ``None`` for a file that no index announced."""
    listed: ListedFile | None = None
    """What the index announces of the file in question; ``None`` for a local file."""
    status: str = "active"
    """The project's status marker (PEP 792)."""
    project_since: dt.datetime | None = None
    """When the index received the first file of the project that it still has, in UTC; ``None``
    where nobody says."""

    @property
    def upload_time(self) -> dt.datetime | None:
        """When the index received the file in question, in UTC; ``None`` where nobody says."""
        return self.listed.upload_time if self.listed else None
