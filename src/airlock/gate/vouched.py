"""Where a gate's files come from: asked of upstreams, and verified for uploads.

- Attestations that come with an upload are signed by a trusted publisher of its project, by the one
  that uploads if one does, or the upload is refused (PEP 740, "Upload endpoint changes").
- What is kept of them is a provenance object that names that publisher; what was never verified is
  not handed out.
- An upstream that gives no answer for now is asked again by whoever asks next; one that does not
  give what it announces holds the file, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import anyio.to_thread
import msgspec

from airlock.errors import (
    InvalidUpload,
    NotVerified,
    ProjectNotFound,
    TargetNotFound,
    UpstreamUnavailable,
)
from airlock.evidence.provenance import Attestor, Candidate
from airlock.gate.ruling import Asked
from airlock.gate.upload.recording import IMPORT
from airlock.hosting import version_of_file
from airlock.model import ListedFile, ProjectListing, ProjectName, Release
from airlock.model.access import Kind, Principal
from airlock.model.hosting import Upload
from airlock.model.provenance import Attested, Identity, Provenance, Signed
from airlock.model.publishing import Provider, Publisher
from airlock.sources.interface import Index
from airlock.store import Store
from airlock.store.publishers import Publishers
from airlock.vouching import MOST_ASKED, Vouching, of_upload


class Attestations(msgspec.Struct, frozen=True):
    """What came with an upload, verified."""

    attested: tuple[Attested, ...] = ()
    provenance: str = ""
    """The provenance object that is kept, as JSON; empty if nothing came."""


class Vouched:
    """Knows where files come from.

    Args:
        store: of listings and uploads.
        publishers: that may upload to projects.
        indexes: the upstreams, by URL.
        vouching: gives what asks and verifies at this moment.
    """

    def __init__(
        self,
        store: Store,
        publishers: Publishers,
        indexes: Mapping[str, Index],
        vouching: Callable[[], Vouching],
    ) -> None:
        self._store = store
        self._publishers = publishers
        self._indexes = indexes
        self._vouching = vouching

    @property
    def attestor(self) -> Attestor:
        """What verifies."""
        return self._vouching().attestor

    async def of_release(self, asked: Asked, release: Release) -> Provenance:
        """Return what is known of a file that is being brought in.

        Raises:
            UpstreamUnavailable: if its upstream does not answer for now.
        """
        if asked.source is None:
            return await anyio.to_thread.run_sync(self._of_hosted, asked)
        index = self._indexes.get(asked.source)
        if index is None or release.listed is None:
            return Provenance()
        try:
            listing = await self._listing(index, asked.project)
            if listing is None:
                return Provenance()
            return await self._vouching().of_file(index, listing, release.listed)
        except UpstreamUnavailable as error:
            if error.retry_after is not None:
                raise
            return Provenance(unknown="", trouble=f"its provenance could not be had: {error}")

    async def _listing(self, index: Index, project: ProjectName) -> ProjectListing | None:
        """Return the page of a project: as it is kept, or asked for where nobody kept it."""
        kept = await anyio.to_thread.run_sync(self._store.listing, index.url, project)
        if kept is not None or not index.reachable:
            return kept
        try:
            listing = await index.listing(project)
        except ProjectNotFound:
            return None
        await anyio.to_thread.run_sync(self._store.put_listing, listing)
        return listing

    async def upstream_document(self, source: str, file: ListedFile) -> bytes:
        """Return the provenance object of an upstream's file, verified.

        Raises:
            TargetNotFound: if nothing here verifies, or nobody can be asked.
            UpstreamUnavailable: if the upstream does not give one that verifies.
        """
        if absent := self._vouching().attestor.absent:
            raise TargetNotFound(f"no provenance is handed out that was not verified: {absent}")
        try:
            return await self._vouching().document(self._indexes[source], file)
        except NotVerified as error:
            raise UpstreamUnavailable(
                f"the provenance that {source} gives of {file.filename} does not verify: {error}"
            ) from error

    def own_document(self, filename: str) -> bytes:
        """Return the provenance object of an upload.

        Raises:
            TargetNotFound: if there is none, or it was never verified.
        """
        upload = self._store.upload_named(filename)
        # Before attestations were verified they were kept as a list, as they had come.
        if upload is None or not upload.attestations.startswith("{"):
            raise TargetNotFound(f"there is no provenance of {filename}")
        return upload.attestations.encode()

    def verified(
        self, document: str, candidate: Candidate, project: ProjectName, by: Principal
    ) -> Attestations:
        """Return what came with an upload, if all of it verifies.

        Args:
            document: a list of attestation objects; empty if nothing came.
            candidate: the file.
            project: whose file it is.
            by: who uploads it.

        Raises:
            InvalidUpload: saying which rule is broken.
        """
        if not document:
            return Attestations()
        publishers = self._of_upload(project, by)
        signers: list[Publisher] = []

        def accepts(identity: Identity) -> str:
            found = next((one for one in publishers if one.signs(identity)), None)
            if found is None:
                return _nobody(identity, project, publishers)
            signers.append(found)
            return ""

        try:
            attested = self._vouching().attestor.verify_attestations(
                document.encode(), candidate, accepts
            )
        except NotVerified as error:
            raise InvalidUpload(f"attestations: {error}", hint=error.hint) from error
        if any(one != signers[0] for one in signers):
            raise InvalidUpload("attestations: they are signed by several publishers")
        provenance = _provenance(signers[0], attested[0].identity, document)
        environment = signers[0].environment
        return Attestations(tuple(_placed(one, environment) for one in attested), provenance)

    def _of_upload(self, project: ProjectName, by: Principal) -> Sequence[Publisher]:
        """Return the publishers that may have signed: the uploading one, or all of the project."""
        every = self._publishers.every(project)
        if by.kind is not Kind.PUBLISHER:
            return every
        uploading = by.name.partition(" ")[0]
        own = next((one for one in self._publishers.every() if one.id == uploading), None)
        return [one for one in every if own is not None and own.is_same_workflow(one)]

    def of_upload(
        self, filename: str, project: ProjectName, by: str, came: Attestations
    ) -> Provenance:
        """Return what is known of a file that is being uploaded."""
        uploads = self._store.uploads(project)
        version = version_of_file(filename)
        return of_upload(uploads, version, by, came.attested, self._signed(uploads, version))

    def of_import(
        self, file: ListedFile, project: ProjectName, attested: tuple[Attested, ...]
    ) -> Provenance:
        """Return what is known of a file that another gate hosted.

        Args:
            file: as that gate listed it.
            project: whose file it is.
            attested: what came along, verified.
        """
        before = file.upload_time
        earlier = [
            one
            for one in self._store.uploads(project)
            if one.filename != file.filename and (before is None or one.uploaded_at < before)
        ]
        version = version_of_file(file.filename)
        found = of_upload(earlier, version, IMPORT, attested, self._signed(earlier, version))
        return msgspec.structs.replace(found, uploaded=before)

    def _of_hosted(self, asked: Asked) -> Provenance:
        """Return what is known of a file that was uploaded before."""
        upload = self._store.upload_named(asked.filename)
        if upload is None:
            return Provenance(unknown="it is no upload")
        earlier = [
            one
            for one in self._store.uploads(asked.project)
            if one.uploaded_at < upload.uploaded_at
        ]
        attested = self._attested(upload)
        signed = self._signed(earlier, upload.version)
        found = of_upload(earlier, upload.version, upload.by, attested, signed)
        return msgspec.structs.replace(found, uploaded=upload.uploaded_at)

    def _signed(self, uploads: Iterable[Upload], version: str) -> tuple[Signed, ...]:
        """Return who published the latest earlier releases."""
        latest: dict[str, Upload] = {}
        for upload in uploads:
            if upload.attestations and upload.version != version:
                latest[upload.version] = upload
        newest = sorted(latest.values(), key=lambda one: one.uploaded_at, reverse=True)
        known = ((one.version, self._attested(one)) for one in newest[:MOST_ASKED])
        return tuple(
            Signed(version=version, identity=attested[0].identity)
            for version, attested in known
            if attested
        )

    def _attested(self, upload: Upload) -> tuple[Attested, ...]:
        """Return what came with an upload; nothing if it does not verify any more."""
        if not upload.attestations.startswith("{") or self._vouching().attestor.absent:
            return ()
        bundles = msgspec.json.decode(upload.attestations)["attestation_bundles"]
        candidate = Candidate(upload.filename, upload.sha256)
        try:
            return tuple(
                _placed(one, str(bundle["publisher"].get("environment") or ""))
                for bundle in bundles
                for one in self._vouching().attestor.verify_attestations(
                    msgspec.json.encode(bundle["attestations"]),
                    candidate,
                    _Kept(bundle["publisher"]).accepts,
                )
            )
        except NotVerified:
            return ()


class _Kept:
    """A publisher whose attestations were kept, by what was kept of it."""

    def __init__(self, publisher: Mapping[str, str | None]) -> None:
        workflow = publisher.get("workflow") or publisher.get("workflow_filepath")
        self._known = ((publisher.get("repository") or "").lower(), workflow)

    def accepts(self, identity: Identity) -> str:
        """Return why an identity is another one; empty if it is not."""
        if (identity.repository.lower(), identity.workflow) == self._known:
            return ""
        return f"{identity.label} is not whom it was uploaded with"


def _nobody(identity: Identity, project: ProjectName, publishers: Sequence[Publisher]) -> str:
    expected = "; ".join(one.label for one in publishers) or "nobody: it has no trusted publisher"
    return f"signed by {identity.label}, and {project} is published by {expected}"


def _placed(attested: Attested, environment: str) -> Attested:
    identity = msgspec.structs.replace(attested.identity, environment=environment)
    return msgspec.structs.replace(attested, identity=identity)


def _provenance(publisher: Publisher, identity: Identity, document: str) -> str:
    """Return a provenance object (PEP 740) as the public index writes it.

    The repository is spelled as in the certificate: verifiers compare letter by letter.
    """
    named: dict[str, str | None] = {"repository": identity.repository}
    if publisher.provider is Provider.GITHUB:
        named |= {"kind": "GitHub", "workflow": publisher.workflow}
    else:
        named |= {"kind": "GitLab", "workflow_filepath": publisher.workflow}
    named["environment"] = publisher.environment or None
    bundle = {"publisher": named, "attestations": msgspec.json.decode(document)}
    return msgspec.json.encode({"version": 1, "attestation_bundles": [bundle]}).decode()
