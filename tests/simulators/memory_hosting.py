"""What is hosted, in memory: a part of the store, held to the same tests as the tables."""

import threading
from collections.abc import Sequence

from airlock.errors import NameTaken
from airlock.model import ProjectListing, ProjectName, Sha256
from airlock.model.hosting import Remark, Upload
from airlock.model.ownership import Claim, Origin
from airlock.store.hosting import Change, FileKey, HostingRecords, Sight
from tests.simulators.memory_names import MemoryNames


class MemoryHosting(MemoryNames, HostingRecords):
    """Lists of uploads and remarks; everything else by its key."""

    def __init__(self) -> None:
        MemoryNames.__init__(self)
        self._hosting_lock = threading.RLock()
        self._uploads: list[Upload] = []
        self._remarks: list[Remark] = []
        self._core_metadata: dict[tuple[ProjectName, FileKey], Sha256] = {}
        self._sights: dict[tuple[ProjectName, FileKey], Sight] = {}
        self._changes: dict[ProjectName | None, int] = {}
        self._serial = 0

    def note_change(self, project: ProjectName | None) -> None:
        with self._hosting_lock:
            self._serial += 1
            self._changes[project] = self._serial

    def note_sights(self, listing: ProjectListing) -> None:
        with self._hosting_lock:
            known = self.first_sights(listing.project)
            for file in listing.files:
                if file.sha256 is not None:
                    key = (listing.project, (file.sha256, file.filename))
                    self._sights.setdefault(key, Sight(listing.fetched_at, not known))

    def add_upload(self, upload: Upload, claim: Claim) -> None:
        with self._hosting_lock:
            if self.upload_named(upload.filename):
                raise NameTaken(f"{upload.filename} was uploaded before")
            self._uploads.append(upload)
            if not any(c.origin is Origin.HOSTED for c in self.claims_on(upload.project)):
                self.add_claims([claim])
            self.note_change(upload.project)

    def add_release(
        self, uploads: Sequence[tuple[Upload, Claim]], remarks: Sequence[Remark]
    ) -> None:
        with self._hosting_lock:
            for upload, _ in uploads:
                if self.upload_named(upload.filename):
                    raise NameTaken(f"{upload.filename} was uploaded before")
            for upload, claim in uploads:
                self.add_upload(upload, claim)
            for remark in remarks:
                self.add_remark(remark)

    def uploads(self, project: ProjectName) -> tuple[Upload, ...]:
        with self._hosting_lock:
            return tuple(one for one in self._uploads if one.project == project)

    def upload_named(self, filename: str) -> Upload | None:
        with self._hosting_lock:
            return next((one for one in self._uploads if one.filename == filename), None)

    def hosted_projects(self) -> tuple[ProjectName, ...]:
        with self._hosting_lock:
            return tuple(sorted({one.project for one in self._uploads}))

    def add_remark(self, remark: Remark) -> None:
        with self._hosting_lock:
            self._remarks.append(remark)
            self.note_change(remark.project)

    def remarks(self, project: ProjectName) -> tuple[Remark, ...]:
        with self._hosting_lock:
            return tuple(one for one in self._remarks if one.project == project)

    def put_core_metadata(self, project: ProjectName, file: FileKey, metadata: Sha256) -> None:
        """Keep a part of what was read (``MemoryStore.keep_reading``)."""
        with self._hosting_lock:
            self._core_metadata[project, file] = metadata
            self.note_change(project)

    def core_metadata(self, project: ProjectName) -> dict[FileKey, Sha256]:
        with self._hosting_lock:
            return {file: m for (known, file), m in self._core_metadata.items() if known == project}

    def first_sights(self, project: ProjectName) -> dict[FileKey, Sight]:
        with self._hosting_lock:
            return {file: s for (known, file), s in self._sights.items() if known == project}

    def changes(self, after: int) -> tuple[Change, ...]:
        with self._hosting_lock:
            return tuple(Change(n, p) for p, n in self._changes.items() if n > after)

    def serials(self) -> dict[ProjectName, int]:
        with self._hosting_lock:
            return {project: n for project, n in self._changes.items() if project is not None}

    def fingerprint(self) -> int | None:
        return self._serial
