"""A store and blobs in memory: the same ports, held to the same tests as the real adapters."""

import datetime as dt
import hashlib
import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from airlock.errors import DigestMismatch, InvalidFilename, StoreError, TargetNotFound
from airlock.model import (
    Artifact,
    ArtifactName,
    Decision,
    ListedFile,
    ProjectListing,
    ProjectName,
    Release,
    Sha256,
    Verdict,
)
from airlock.model.hosting import Upload
from airlock.model.waiver import Revocation, Waiver
from airlock.model.wire import decode, encode
from airlock.store import Blobs, OpenBlob, Standing, Store, StoredArtifact
from airlock.store.interface import StoredBlob
from airlock.store.readings import Reading
from tests.simulators.memory_hosting import MemoryHosting
from tests.simulators.memory_profiles import MemoryProfiles
from tests.simulators.memory_servings import MemoryServings


class MemoryStore(MemoryHosting, MemoryProfiles, MemoryServings, Store):
    """Everything in dictionaries and lists; documents make the round trip that they make in SQL."""

    def __init__(self) -> None:
        MemoryHosting.__init__(self)
        MemoryProfiles.__init__(self)
        MemoryServings.__init__(self)
        self._lock = threading.RLock()
        self._artifacts: dict[tuple[Sha256, ProjectName, str], StoredArtifact] = {}
        self._verdicts: list[bytes] = []
        self._standings: list[Standing] = []
        self._waivers: dict[str, Waiver] = {}
        self._revocations: dict[str, Revocation] = {}
        self._listings: dict[tuple[str, ProjectName], ProjectListing] = {}

    def close(self) -> None:
        pass

    def keep_reading(self, reading: Reading) -> None:
        if reading.profile is not None:
            self.put_profile(reading.project, reading.profile)
        if reading.core_metadata is not None:
            self.put_core_metadata(reading.project, reading.file, reading.core_metadata)

    def remember_artifact(self, artifact: Artifact, *, seen_at: dt.datetime) -> None:
        key = (artifact.sha256, artifact.release.project, artifact.name.filename)
        with self._lock:
            self._artifacts.setdefault(key, StoredArtifact(artifact, _utc(seen_at)))

    def artifact(self, sha256: Sha256) -> StoredArtifact | None:
        with self._lock:
            return next((a for (key, *_), a in self._artifacts.items() if key == sha256), None)

    def artifacts_of(self, project: ProjectName) -> tuple[StoredArtifact, ...]:
        with self._lock:
            return tuple(a for (_, key, _), a in self._artifacts.items() if key == project)

    def projects(self) -> tuple[ProjectName, ...]:
        with self._lock:
            return tuple(sorted({project for _, project, _ in self._artifacts}))

    def append_verdict(self, verdict: Verdict) -> None:
        decided_at = _utc(verdict.decided_at)
        try:
            document = encode(verdict)
        except (UnicodeEncodeError, OverflowError, msgspec.MsgspecError) as error:
            raise StoreError(f"this value cannot be stored: {error}") from error
        with self._lock:
            self._verdicts.append(document)
            standing = Standing.of(verdict)
            self._standings.append(msgspec.structs.replace(standing, decided_at=decided_at))
            self.note_change(standing.project)

    def latest_verdict(self, sha256: Sha256) -> Verdict | None:
        return next(reversed(self.verdicts(sha256)), None)

    def latest_verdicts(self, digests: Iterable[Sha256]) -> dict[Sha256, Standing]:
        wanted = set(digests)
        with self._lock:
            return {s.sha256: s for s in self._standings if s.sha256 in wanted}

    def verdicts(self, sha256: Sha256) -> tuple[Verdict, ...]:
        with self._lock:
            found = [decode(document, Verdict) for document in self._verdicts]
        return tuple(verdict for verdict in found if verdict.artifact.sha256 == sha256)

    def recent_verdicts(self, *, decision: Decision | None, limit: int) -> tuple[Standing, ...]:
        newest: dict[Sha256, Standing] = {}
        with self._lock:
            for standing in reversed(self._standings):
                newest.setdefault(standing.sha256, standing)
        found = [s for s in newest.values() if decision is None or s.decision is decision]
        return tuple(found[: max(limit, 0)])

    def add_waiver(self, waiver: Waiver) -> None:
        with self._lock:
            if waiver.id in self._waivers or waiver.revoked is not None:
                raise StoreError(f"waiver {waiver.id} cannot be added")
            self._waivers[waiver.id] = waiver
            self.note_change(waiver.project)

    def revoke_waiver(self, waiver_id: str, *, by: str, reason: str, at: dt.datetime) -> None:
        revocation = Revocation(waiver=waiver_id, by=by, reason=reason, at=at)
        with self._lock:
            if waiver_id not in self._waivers:
                raise TargetNotFound(f"there is no waiver {waiver_id}")
            self._revocations.setdefault(waiver_id, revocation)
            self.note_change(None)

    def waiver(self, waiver_id: str) -> Waiver | None:
        return next((waiver for waiver in self._all_waivers() if waiver.id == waiver_id), None)

    def waivers(self, now: dt.datetime) -> tuple[Waiver, ...]:
        return tuple(waiver for waiver in self._all_waivers() if waiver.active(now))

    def waivers_for(
        self, sha256: Sha256, project: ProjectName, now: dt.datetime
    ) -> tuple[Waiver, ...]:
        found = [waiver for waiver in self.waivers(now) if waiver.scope in {sha256, project}]
        return tuple(sorted(found, key=lambda waiver: waiver.sha256 is None))

    def _all_waivers(self) -> list[Waiver]:
        with self._lock:
            newest_first = reversed(self._waivers.values())
            return [
                msgspec.structs.replace(waiver, revoked=self._revocations.get(waiver.id))
                for waiver in newest_first
            ]

    def put_listing(self, listing: ProjectListing) -> None:
        _utc(listing.fetched_at)
        with self._lock:
            if listing.source is None:
                raise StoreError("what is hosted here is no listing of an upstream")
            before = self._listings.get((listing.source, listing.project))
            if before is None or _without_time(before) != _without_time(listing):
                self.note_sights(listing)
                self.note_change(listing.project)
            self._listings[listing.source, listing.project] = listing

    def listing(self, source: str, project: ProjectName) -> ProjectListing | None:
        with self._lock:
            return self._listings.get((source, project))

    def confirm_listing(self, source: str, project: ProjectName, at: dt.datetime) -> bool:
        with self._lock:
            kept = self._listings.get((source, project))
            if kept is not None:
                self.put_listing(msgspec.structs.replace(kept, fetched_at=at))
            return kept is not None

    def announcements(self, sha256: Sha256, filename: str) -> tuple[Release, ...]:
        try:
            version = ArtifactName.parse(filename).version
        except InvalidFilename:
            return ()
        found: dict[tuple[str, ProjectName], Release] = {}
        with self._lock:
            for (source, project), listing in self._listings.items():
                for file in sorted(listing.files, key=_file_credit):
                    if (file.sha256, file.filename) == (sha256, filename):
                        release = Release(
                            project=project, version=version, source=source, listed=file
                        )
                        found.setdefault((source, project), release)
        uploaded = self.upload_named(filename)
        releases = list(found.values())
        if uploaded is not None and uploaded.sha256 == sha256:
            releases.append(_uploaded(uploaded))
        return tuple(sorted(releases, key=_credit))


_ANY_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _without_time(listing: ProjectListing) -> ProjectListing:
    return msgspec.structs.replace(listing, fetched_at=_ANY_TIME, etag=None)


def _uploaded(upload: Upload) -> Release:
    file = ListedFile(
        filename=upload.filename,
        url="",
        sha256=upload.sha256,
        size=upload.size,
        upload_time=upload.uploaded_at,
        requires_python=upload.requires_python,
    )
    return Release(project=upload.project, version=upload.version, listed=file)


class MemoryBlobs(Blobs):
    """Bytes in a dictionary."""

    def __init__(self) -> None:
        self._blobs: dict[Sha256, bytes] = {}

    def close(self) -> None:
        pass

    def has(self, sha256: Sha256) -> bool:
        return sha256 in self._blobs

    def put(self, sha256: Sha256, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path} cannot be read") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DigestMismatch(f"{path.name} is not {sha256}")
        self._blobs[sha256] = data

    @contextmanager
    def open(self, sha256: Sha256) -> Iterator[OpenBlob]:
        data = self._get(sha256)
        yield OpenBlob(io.BytesIO(data), len(data))

    def stream(self, sha256: Sha256, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        data = self._get(sha256)
        stop = len(data) if end is None else end
        if not 0 <= start <= stop <= len(data):
            raise StoreError(f"{sha256} has no bytes {start} to {stop}")
        return (data[at : min(at + 1024, stop)] for at in range(start, stop, 1024))

    def local_path(self, sha256: Sha256) -> Path | None:
        return None

    def size(self, sha256: Sha256) -> int:
        return len(self._get(sha256))

    def stored(self) -> Iterator[StoredBlob]:
        now = dt.datetime.now(dt.UTC)
        return (StoredBlob(sha256, len(data), now) for sha256, data in list(self._blobs.items()))

    def remove(self, sha256: Sha256) -> None:
        self._blobs.pop(sha256, None)

    def _get(self, sha256: Sha256) -> bytes:
        if sha256 not in self._blobs:
            raise StoreError(f"{sha256} is not in the store")
        return self._blobs[sha256]


def _utc(time: dt.datetime) -> dt.datetime:
    if time.utcoffset() is None:
        raise StoreError("a time without a zone cannot be stored")
    return time.astimezone(dt.UTC)


def _credit(release: Release) -> tuple[bool, float, str, str]:
    said = _file_credit(release.listed) if release.listed else (False, 0.0)
    return (*said, release.source or "", release.project)


def _file_credit(file: ListedFile) -> tuple[bool, float]:
    seconds = -file.upload_time.timestamp() if file.upload_time else 0.0
    return (file.upload_time is not None, seconds)
