"""Takes an upload in: whose the name is, what the door says, and only then is it recorded.

- Nothing of an upload is listed or served before the door let it in; what the door does not let in
  is not recorded as an upload at all, so that its name stays free for a mended file. The verdict on
  it is kept, and after a waiver the same file can be uploaded again.
- A file name stands for the same bytes for ever. The same bytes again are no error, as on PyPI.
- A name that an upstream has, or may have, is not taken from it by an upload (dependency
  confusion); a person claims it first (``airlock name owner claim``).
"""

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
import msgspec

from airlock.errors import (
    FileExists,
    Forbidden,
    InvalidUpload,
    NameTaken,
    ProjectNotFound,
    SourceError,
)
from airlock.evidence.provenance import Candidate
from airlock.gate.door import Asked, Ruling
from airlock.gate.intake import Intake
from airlock.gate.listings import Listings
from airlock.gate.names import Names
from airlock.gate.signed_files import SignedFiles
from airlock.gate.upload import metadata as rules_of_metadata
from airlock.gate.upload.form import UploadForm
from airlock.gate.upload.recording import hosted_claim
from airlock.gate.upload.rules import Announced
from airlock.gate.vouched import Attestations, Vouched
from airlock.model import Artifact, ProjectName, Release, Sha256
from airlock.model.access import Action, Principal
from airlock.model.hosting import ProjectStatus, Remarks, Upload
from airlock.model.ownership import Holding
from airlock.model.provenance import Provenance
from airlock.store import Store
from airlock.trust.developers import Developers

if TYPE_CHECKING:
    from packaging.metadata import Metadata

_CLOSED = {ProjectStatus.ARCHIVED, ProjectStatus.QUARANTINED}


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """An upload that is on the disk whole."""

    announced: Announced
    path: Path
    sha256: Sha256
    size: int
    attestations: str
    signature: str = ""
    by: Principal


class Receiving:
    """Takes uploads in.

    Args:
        store: of uploads and claims.
        names: rules on names.
        listings: say whether an upstream has a project.
        intake: vets.
        vouched: verifies what comes along to show who published it.
        signed: verifies what people signed with keys of their own.
        clock: gives the time in UTC.
        developers: know which projects take signed files only; ``None``: no project does.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port
        self,
        store: Store,
        names: Names,
        listings: Listings,
        intake: Intake,
        vouched: Vouched,
        signed: SignedFiles,
        clock: Callable[[], dt.datetime],
        developers: Developers | None = None,
    ) -> None:
        self._store = store
        self._names = names
        self._listings = listings
        self._intake = intake
        self._vouched = vouched
        self._signed = signed
        self._clock = clock
        self._developers = developers

    def action(self, project: ProjectName) -> Action:
        """Return the right that an upload of a project needs."""
        return Action.UPLOAD if self._store.uploads(project) else Action.CREATE

    async def admit_unsigned(self, project: ProjectName) -> None:
        """Refuse files that come without their developers' signatures, if they have claimed it.

        Raises:
            Forbidden: if they have.
        """
        if self._developers is not None:
            await anyio.to_thread.run_sync(self._developers.require_unclaimed, project)

    async def admit_name(self, project: ProjectName, by: Principal) -> None:
        """Refuse an upload that cannot be, before its file is read.

        Raises:
            NameTaken: if the project belongs to somebody else.
            Forbidden: if the name itself is not let in, or the project is closed.
        """
        held = await anyio.to_thread.run_sync(self._names.holding, project)
        unknown = held.claim is None and not held.owner.here
        has_it = unknown and await self._upstream_has(held)
        ruling = await anyio.to_thread.run_sync(
            lambda: self._names.require_upload(project, by, upstream_has_it=has_it)
        )
        if not ruling.admits:
            hint = "A waiver on the project lets it in."
            raise Forbidden(f"Airlock {ruling.headline}", hint=hint)
        await anyio.to_thread.run_sync(self._refuse_closed, project)

    async def _upstream_has(self, held: Holding) -> bool:
        try:
            await self._listings.of(held.project, self._names.upstreams(held))
        except ProjectNotFound:
            return False
        except SourceError:
            # Who cannot know must not take the name away.
            return True
        return True

    def _refuse_closed(self, project: ProjectName) -> None:
        marked = Remarks(self._store.remarks(project)).status
        if marked is not None and marked.status in _CLOSED:
            reason = f": {marked.reason}" if marked.reason else ""
            raise Forbidden(f"{project} is {marked.status} and takes no uploads{reason}")

    def check_form(self, form: UploadForm) -> None:
        """Hold the metadata in the form to their rules.

        Raises:
            InvalidUpload: naming every field that breaks one.
        """
        rules_of_metadata.of_form(form.fields)

    def known(self, project: ProjectName, filename: str, sha256: Sha256) -> bool:
        """Tell whether the very same file was uploaded before.

        Raises:
            FileExists: if other bytes, or a file of another project, have that name.
        """
        before = self._store.upload_named(filename)
        if before is None:
            return False
        gone = Remarks(self._store.remarks(before.project)).deleted(before.filename)
        if before.sha256 != sha256 or before.project != project or gone:
            raise FileExists(
                f"File already exists ({before.filename}, with SHA-256 {before.sha256})",
                hint="A file name is used once; upload a new version.",
            )
        return True

    async def take(self, arrived: Arrived) -> Ruling:
        """Vet an upload and, if the door lets it in, record it.

        Raises:
            FileExists: if other bytes have that name.
            InvalidUpload: if the metadata in the file break a rule, or differ from the form's, or
                an attestation or a signature does not verify.
        """
        ruling, upload = await self.vet(arrived)
        if upload is not None:
            await anyio.to_thread.run_sync(self._record, upload)
        return ruling

    async def vet(self, arrived: Arrived) -> tuple[Ruling, Upload | None]:
        """Vet an upload; return the ruling, and what is to be recorded if the door lets it in.

        Raises:
            InvalidUpload: if the metadata in the file break a rule, or differ from the form's, or
                an attestation or a signature does not verify.
        """
        came, provenance = await anyio.to_thread.run_sync(self._verified, arrived)
        artifact = _artifact(arrived)
        asked = Asked(arrived.sha256, artifact.name.filename, artifact.release.project, None)
        vetted = await self._intake.vet_upload(asked, artifact, arrived.path, provenance)
        inside = await anyio.to_thread.run_sync(_checked, vetted.core_metadata, arrived.announced)
        upload = self._upload(arrived, inside, came) if vetted.ruling.serves else None
        return vetted.ruling, upload

    def _verified(self, arrived: Arrived) -> tuple[Attestations, Provenance]:
        """Return what came along, verified, and with it what is known of where the file is from."""
        project, filename = arrived.announced.project, arrived.announced.name.filename
        candidate = Candidate(filename, arrived.sha256)
        came = self._vouched.verified(arrived.attestations, candidate, project, arrived.by)
        known = self._vouched.of_upload(filename, project, arrived.by.label, came)
        signatures = self._signed.accepted(arrived.signature, arrived.path, project)
        return came, msgspec.structs.replace(known, signatures=signatures)

    def _upload(self, arrived: Arrived, inside: "Metadata", came: Attestations) -> Upload:
        announced = arrived.announced
        requires = inside.requires_python
        return Upload(
            project=announced.project,
            version=announced.version,
            filename=announced.name.filename,
            sha256=arrived.sha256,
            size=arrived.size,
            uploaded_at=self._clock(),
            by=arrived.by.label,
            requires_python=str(requires) if requires is not None else None,
            attestations=came.provenance,
            signature=arrived.signature,
        )

    def _unclaimed(self, project: ProjectName) -> contextlib.AbstractContextManager[None]:
        """Keep a project unclaimed in a block: claimed meanwhile, its file came too late."""
        if self._developers is None:
            return contextlib.nullcontext()
        return self._developers.unclaimed(project)

    def _record(self, upload: Upload) -> None:
        claim = hosted_claim(upload, upload.uploaded_at)
        with self._unclaimed(upload.project):
            try:
                self._store.add_upload(upload, claim)
            except NameTaken:
                # Somebody else was faster.
                self.known(upload.project, upload.filename, upload.sha256)


def _artifact(arrived: Arrived) -> Artifact:
    announced = arrived.announced
    release = Release(project=announced.project, version=announced.version)
    return Artifact(arrived.sha256, arrived.size, announced.name, release)


def _checked(data: bytes | None, announced: Announced) -> "Metadata":
    filename = announced.name.filename
    if data is None:
        raise InvalidUpload(f"{filename} has no metadata, or more than one file that could be it")
    inside = rules_of_metadata.of_file(data, filename)
    if ProjectName(inside.name) != announced.project:
        raise InvalidUpload(f"the metadata in {filename}: name: {inside.name} is another project")
    if str(inside.version) != announced.version:
        raise InvalidUpload(
            f"the metadata in {filename}: version: {inside.version} is not {announced.version}"
        )
    return inside
