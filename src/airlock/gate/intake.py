"""Brings one artifact in: fetch, check its digest, examine, judge, keep. Once for all who wait.

- Nothing is handed out that did not pass through here and then through the door.
- The bytes that are examined are the bytes that are served: both are the blob under the digest.
- A blob is kept before its verdict, and a verdict only for a kept blob; being killed in between
  costs one more examination and nothing else.
- What is admitted is what its successors are compared with: its profile is kept, too.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import anyio.to_thread
import msgspec

from airlock.errors import DigestMismatch, TargetNotFound
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.examining import Examining, log_verdict
from airlock.gate.readings import Readings
from airlock.gate.shared_flight import SharedFlight
from airlock.gate.signed_files import SignedFiles
from airlock.gate.single_flight import SingleFlight
from airlock.gate.vouched import Vouched
from airlock.model import (
    Artifact,
    ArtifactName,
    ListedFile,
    Outcome,
    Release,
    Verdict,
)
from airlock.model.provenance import Provenance
from airlock.sources.interface import Index
from airlock.store import Blobs, Store
from airlock.workers import Examination

# For the release before, which can be made to take minutes.
_LONGEST_WAIT_SECONDS = 10.0


class SecondLook(Protocol):
    """Looks again, later, at what is held (``watch.second_look``)."""

    def recalled(self, artifact: Artifact, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of an examination with what was seen of the artifact before."""

    def noted(self, verdict: Verdict) -> None:
        """Take note of a verdict, which may be worth a second look."""


class Vetted(NamedTuple):
    """An upload that was examined and judged."""

    ruling: Ruling
    core_metadata: bytes | None
    """The metadata in the file; ``None`` if there are none, or it is not certain which."""


class Intake:
    """Vets what is asked for and was not vetted yet.

    Args:
        door: rules, and records verdicts.
        indexes: the upstreams, by URL.
        store: what is known.
        blobs: what is kept.
        examining: examines what is kept.
        vouched: knows where artifacts come from.
        signed: knows the signatures of files.
        shared: knows what other processes bring in.
        second_look: looks again at what is held.
        readings: keep what was read of an artifact beside what was found.
        incoming: a folder for files that are on their way in, on the same disk as the blobs.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - it composes the whole way in
        self,
        *,
        door: Door,
        indexes: Mapping[str, Index],
        store: Store,
        blobs: Blobs,
        examining: Examining,
        vouched: Vouched,
        signed: SignedFiles,
        shared: SharedFlight,
        second_look: SecondLook,
        readings: Readings,
        incoming: Path,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._door = door
        self._indexes = indexes
        self._store = store
        self._blobs = blobs
        self._examining = examining
        self._vouched = vouched
        self._signed = signed
        self._shared = shared
        self._second_look = second_look
        self.readings = readings
        self._incoming = incoming
        self._clock = clock
        self._flights: SingleFlight[Ruling] = SingleFlight()
        self._uploads: SingleFlight[Vetted] = SingleFlight()

    async def ruling(self, asked: Asked) -> Ruling:
        """Return the door's ruling by today's checks, bringing the artifact in if need be.

        Raises:
            TargetNotFound: if no listing announces such a file.
            SourceError: if upstream does not give it, or gives other bytes.
        """
        ruling = await anyio.to_thread.run_sync(self._known, asked)
        if ruling is not None:
            return ruling
        return await self._flights.run(asked.key, lambda: self._bring_in(asked))

    async def vet_upload(
        self, asked: Asked, artifact: Artifact, path: Path, provenance: Provenance
    ) -> "Vetted":
        """Examine a file that was uploaded, judge it and keep its bytes under their digest.

        Raises:
            StoreError: if it cannot be kept.
        """
        return await self._uploads.run(
            asked.key, lambda: self._vet_upload(asked, artifact, path, provenance)
        )

    async def _vet_upload(
        self, asked: Asked, artifact: Artifact, path: Path, provenance: Provenance
    ) -> "Vetted":
        await anyio.to_thread.run_sync(self._keep_upload, artifact, path)
        examination = await self._examining.examine(artifact, lambda _path: provenance)
        await anyio.to_thread.run_sync(self._judge, asked, examination)
        ruling = await anyio.to_thread.run_sync(self._door.decide_hosted, asked)
        return Vetted(ruling, examination.core_metadata)

    def _keep_upload(self, artifact: Artifact, path: Path) -> None:
        self._blobs.put(artifact.sha256, path)
        self._store.remember_artifact(artifact, seen_at=self._clock())

    def _known(self, asked: Asked) -> Ruling | None:
        """Return the ruling by today's checks; ``None`` without one, or if its bytes are lost."""
        ruling = self._door.decide(asked)
        lost = ruling.serves and not self._blobs.has(asked.sha256)
        return ruling if ruling.current and not lost else None

    def begin(
        self, asked: Asked, *, after: "asyncio.Task[Ruling] | None" = None
    ) -> "asyncio.Task[Ruling]":
        """Start bringing an artifact in, for the next who asks; nobody has to wait for it.

        Args:
            asked: what.
            after: what it is to be compared with: fetched beside it, it is examined first, unless
                that takes longer than anybody waits.
        """
        return self._flights.start(asked.key, lambda: self._bring_in(asked, after))

    async def expect(self) -> None:
        """Get ready: something will have to be examined soon."""
        await anyio.to_thread.run_sync(self._examining.warm)

    async def _bring_in(self, asked: Asked, after: "asyncio.Task[Ruling] | None" = None) -> Ruling:
        release = await anyio.to_thread.run_sync(self._announced, asked)
        if release is None:
            raise TargetNotFound(f"no listing of {asked.project} announces {asked.filename}")

        async def vet() -> Ruling:
            examination = await self.examined(asked, release, after)
            return await anyio.to_thread.run_sync(self._judge, asked, examination)

        async def done() -> Ruling | None:
            return await anyio.to_thread.run_sync(self._known, asked)

        return await self._shared.run(f"vet {' '.join(map(str, asked.key))}", vet, done)

    async def examined(
        self, asked: Asked, release: Release, after: "asyncio.Task[Ruling] | None" = None
    ) -> Examination:
        """Bring an artifact in and examine it; what comes of that is for the caller to keep.

        Args:
            asked: which it is.
            release: what its index says of it.
            after: what is to be examined before it (``begin``).

        Raises:
            TargetNotFound: if the index announces no such file.
            SourceError: if it does not give it, or gives other bytes.
        """
        if release.listed is None:
            raise TargetNotFound(f"no listing of {asked.project} announces {asked.filename}")
        if not await anyio.to_thread.run_sync(self._blobs.has, asked.sha256):
            await self._fetch(release.listed, asked)
        artifact, there = await anyio.to_thread.run_sync(self._remembered, asked, release)
        if not there:
            # Taken by whoever collects what nobody refers to, a moment before this was referred to.
            await self._fetch(release.listed, asked)
        provenance = await self._vouched.of_release(asked, release)
        signature = await self._signed.came_with(asked, release.listed)

        def known(path: Path) -> Provenance:
            return self._signed.known(provenance, path, asked, signature)

        if after is not None:
            await asyncio.wait({after}, timeout=_LONGEST_WAIT_SECONDS)
        return await self._examining.examine(artifact, known)

    def _announced(self, asked: Asked) -> Release | None:
        of_it = (asked.project, asked.source)
        announced = self._store.announcements(asked.sha256, asked.filename)
        release = next((one for one in announced if (one.project, one.source) == of_it), None)
        if release is None or release.source is None:
            return release
        listing = self._store.listing(release.source, release.project)
        since = listing.first_upload if listing else None
        return msgspec.structs.replace(release, project_since=since)

    async def _fetch(self, file: ListedFile, asked: Asked) -> None:
        with tempfile.TemporaryDirectory(dir=self._incoming) as folder:
            path = Path(folder) / "artifact"
            digest = await self._index_of(asked).fetch(file, path)
            if digest != asked.sha256:
                raise DigestMismatch(f"{file.filename} is not what its listing announced")
            await anyio.to_thread.run_sync(self._blobs.put, asked.sha256, path)

    def _index_of(self, asked: Asked) -> Index:
        index = self._indexes.get(asked.source or "")
        if index is None:
            raise TargetNotFound(f"{asked.filename} comes from where this gate asks nobody")
        return index

    def _remembered(self, asked: Asked, release: Release) -> tuple[Artifact, bool]:
        """Remember an artifact whose bytes are kept; tell whether they still are, then."""
        artifact = Artifact(
            sha256=asked.sha256,
            size=self._blobs.size(asked.sha256),
            name=ArtifactName.parse(asked.filename),
            release=release,
        )
        self._store.remember_artifact(artifact, seen_at=self._clock())
        return artifact, self._blobs.has(asked.sha256)

    def _judge(self, asked: Asked, examination: Examination) -> Ruling:
        self.readings.keep(asked, examination)
        artifact = examination.job.artifact
        outcomes = self._second_look.recalled(artifact, examination.outcomes)
        verdict = self._door.judge(artifact, outcomes, seconds=examination.seconds)
        log_verdict(verdict)
        self._second_look.noted(verdict)
        return self._door.decide(asked)

    async def close(self) -> None:
        """Stop what is under way."""
        await self._flights.close()
        await self._uploads.close()
