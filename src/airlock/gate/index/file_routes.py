"""The routes that hand out bytes: files, their core metadata, their provenance.

- Every path to a byte of a file leads through ``Intake.ruling``.
- What a listing leaves out is not handed out: a file has to be offered, and the door has to let it.
- The core metadata of a file that was not vetted yet are the upstream's, held to the digest that
  its listing announces: they tell a resolver about a file that it may be refused afterwards. Those
  of a vetted file come from its bytes, and those of a refused one are refused. What is announced is
  handed out only if it is core metadata of that project: its digest may be that of any kept bytes.
- Provenance is verified before it is handed out, whoever it comes from.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from airlock.archive.offered_metadata import LARGEST_BYTES
from airlock.errors import DigestMismatch, TargetNotFound, UpstreamUnavailable
from airlock.gate.catalogue import Catalogue
from airlock.gate.changes import Changes
from airlock.gate.core_metadata import are_of, bounded
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.index import answers
from airlock.gate.index.entrance import require
from airlock.gate.index.ranges import stream_range
from airlock.gate.index.rendered import Rendered, Served
from airlock.gate.index.swift import matches
from airlock.gate.intake import Intake
from airlock.gate.names import Names
from airlock.gate.signed_files import SignedFiles
from airlock.gate.vouched import Vouched
from airlock.model import ArtifactName, ListedFile, ProjectName, Release, Sha256
from airlock.model.access import Action
from airlock.pinning import SUFFIX
from airlock.sources.interface import Index
from airlock.sources.selection import version_of
from airlock.store import Blobs, Store

# Every use is ruled on anew: a waiver ends, a check learns. The digest makes that a 304.
_RULED_EACH_TIME = "private, no-cache"
_METADATA = ".metadata"
_METADATA_TYPE = b"text/plain; charset=utf-8"
_PROVENANCE_TYPE = "application/vnd.pypi.integrity.v1+json"
# What no event tells is noticed after this time.
_LONGEST = dt.timedelta(minutes=5)


class FileRoutes:
    """What these routes do.

    Args:
        store: what is known.
        blobs: what is kept.
        catalogue: what is offered.
        door: that rules.
        intake: that vets.
        names: know whose a project is.
        vouched: knows where files come from.
        signed: has the signatures of files.
        indexes: the upstreams, by URL.
        rendered: keeps what is ready to be sent.
        changes: tell whether it still is.
        incoming: a folder for what is on its way in.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        door: Door,
        intake: Intake,
        names: Names,
        vouched: Vouched,
        signed: SignedFiles,
        indexes: Mapping[str, Index],
        rendered: Rendered,
        changes: Changes,
        incoming: Path,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._door = door
        self._intake = intake
        self._names = names
        self._vouched = vouched
        self._signed = signed
        self._indexes = indexes
        self._rendered = rendered
        self._changes = changes
        self._incoming = incoming
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/files/{sha256}/{filename}", self.file),
            Route("/packages/{sha256}/{filename}", _to_file),
            Route("/integrity/{project}/{version}/{filename}/provenance", self.provenance),
        ]

    async def file(self, request: Request) -> Response:
        """Hand out vetted bytes, or the metadata beside them; say why not, where not."""
        sha256, filename = Sha256(request.path_params["sha256"]), request.path_params["filename"]
        if filename.endswith(_METADATA):
            return await self._metadata(request, sha256, filename.removesuffix(_METADATA))
        if filename.endswith(SUFFIX):
            return await self._signature(request, sha256, filename.removesuffix(SUFFIX))
        state = await self._state()
        ruling = await self._let_out(request, sha256, filename)
        if (later := await self._state()) != state and isinstance(ruling, Ruling):
            # What people decided while it was fetched and examined counts, too.
            state, ruling = later, await self._let_out(request, sha256, filename)
        if isinstance(ruling, Response):
            return ruling
        if not ruling.serves:
            return answers.refused(request, ruling)
        return await anyio.to_thread.run_sync(self._hand_out, request, ruling, state)

    async def _state(self) -> tuple[int, str]:
        """Return what stands for everything that a ruling may depend on."""
        await self._changes.catch_up()
        return self._changes.serial, self._rendered.mark()

    async def _let_out(self, request: Request, sha256: Sha256, filename: str) -> Ruling | Response:
        """Return the ruling on a file, bringing it in if need be; or why it is not offered."""
        found = await anyio.to_thread.run_sync(self._offered, sha256, filename)
        if found is None:
            return await self._not_offered(request, sha256, filename)
        _, asked = found
        await require(request, Action.READ, asked.project)
        return await self._intake.ruling(asked)

    def _hand_out(self, request: Request, ruling: Ruling, state: tuple[int, str]) -> Response:
        asked = ruling.asked
        headers = {"cache-control": _RULED_EACH_TIME, "etag": f'"{asked.sha256}"'}
        match = request.headers.get("if-none-match", "").encode("latin-1")
        if match and matches(match, headers["etag"].encode()):
            return Response(status_code=304, headers=headers)
        path = self._blobs.local_path(asked.sha256)
        if path is None:
            return stream_range(request, self._blobs, asked.sha256, headers)
        size = self._blobs.size(asked.sha256)
        until = self._until(ruling)
        served = Served(asked.project, *state, until, path, size, asked.sha256)
        self._rendered.put_file(asked.sha256, asked.filename, served)
        return FileResponse(path, headers=headers, media_type="application/octet-stream")

    def _until(self, ruling: Ruling) -> float:
        ends = [self._clock() + _LONGEST, *([ruling.until] if ruling.until else [])]
        return min(ends).timestamp()

    def _offered(self, sha256: Sha256, filename: str) -> tuple[ListedFile, Asked] | None:
        project = ArtifactName.parse(filename).project
        offer = self._catalogue.kept(self._names.holding(project))
        return offer.of(sha256, filename) if offer is not None else None

    async def _not_offered(self, request: Request, sha256: Sha256, filename: str) -> Response:
        """Say why a file that some listing announces is not offered, if the door knows."""
        announced = await anyio.to_thread.run_sync(self._store.announcements, sha256, filename)
        if not announced:
            raise TargetNotFound(
                f"no listing announces {filename} with this digest",
                hint="Ask for the page of its project first.",
            )
        release: Release = announced[0]
        await require(request, Action.READ, release.project)
        asked = Asked(sha256, filename, release.project, release.source)
        ruling = await anyio.to_thread.run_sync(self._door.decide, asked)
        if ruling.current and not ruling.serves:
            return answers.refused(request, ruling)
        raise TargetNotFound(f"{filename} is not offered any more")

    async def _ruled(
        self, request: Request, sha256: Sha256, filename: str
    ) -> tuple[ListedFile, Ruling] | Response:
        """Return a file beside which something is asked for, or why nothing is handed out."""
        found = await anyio.to_thread.run_sync(self._offered, sha256, filename)
        if found is None:
            return await self._not_offered(request, sha256, filename)
        file, asked = found
        await require(request, Action.READ, asked.project)
        ruling = await anyio.to_thread.run_sync(self._door.decide, asked)
        if ruling.current and not ruling.serves:
            return answers.refused(request, ruling)
        return file, ruling

    async def _metadata(self, request: Request, sha256: Sha256, filename: str) -> Response:
        """Hand out the core metadata of a file (PEP 658)."""
        state = await self._state()
        found = await self._ruled(request, sha256, filename)
        if isinstance(found, Response):
            return found
        file, ruling = found
        asked, digest = ruling.asked, file.metadata_sha256
        if digest is None:
            raise TargetNotFound(f"the core metadata of {filename} is not known")
        body = await self._metadata_body(file, asked, digest)
        path = self._blobs.local_path(digest)
        if ruling.serves and path is not None:
            until = self._until(ruling)
            served = Served(asked.project, *state, until, path, len(body), digest, _METADATA_TYPE)
            self._rendered.put_file(sha256, f"{filename}{_METADATA}", served)
        headers = {"cache-control": _RULED_EACH_TIME, "etag": f'"{digest}"'}
        match = request.headers.get("if-none-match", "").encode("latin-1")
        if match and matches(match, headers["etag"].encode()):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=_METADATA_TYPE.decode())

    async def _signature(self, request: Request, sha256: Sha256, filename: str) -> Response:
        """Hand out the OpenPGP signature of a file (PEP 503), as it came."""
        await self._changes.catch_up()
        found = await self._ruled(request, sha256, filename)
        if isinstance(found, Response):
            return found
        file, ruling = found
        body = await self._signed.document(ruling.asked, file)
        headers = {"cache-control": _RULED_EACH_TIME}
        return Response(body, headers=headers, media_type="application/pgp-signature")

    async def _metadata_body(self, file: ListedFile, asked: Asked, digest: Sha256) -> bytes:
        """Return core metadata: as read from the vetted bytes, or as the upstream announces them.

        Raises:
            UpstreamUnavailable: if what has that digest is something else.
        """
        if not await anyio.to_thread.run_sync(self._blobs.has, digest):
            await self._fetch_metadata(file, asked, digest)
        body = await anyio.to_thread.run_sync(bounded, self._blobs, digest)
        read = await anyio.to_thread.run_sync(self._store.core_metadata, asked.project)
        own = read.get((asked.sha256, asked.filename)) == digest
        if body is None or not (own or await anyio.to_thread.run_sync(are_of, body, asked.project)):
            raise UpstreamUnavailable(
                f"what {asked.source} announces beside {file.filename} is not its core metadata"
            )
        return body

    async def _fetch_metadata(self, file: ListedFile, asked: Asked, digest: Sha256) -> None:
        index = self._indexes.get(asked.source or "")
        if index is None:
            raise TargetNotFound(f"the core metadata of {file.filename} is not kept any more")
        data = await index.document(f"{file.url}{_METADATA}", most_bytes=LARGEST_BYTES)
        if Sha256.of(data) != digest:
            raise DigestMismatch(f"the core metadata of {file.filename} is not what was announced")
        await anyio.to_thread.run_sync(self._blobs.put_bytes, data, self._incoming)

    async def provenance(self, request: Request) -> Response:
        """Hand out what came with a file to show who published it, verified (PEP 740)."""
        project = ProjectName(request.path_params["project"])
        filename, version = request.path_params["filename"], request.path_params["version"]
        await require(request, Action.READ, project)
        holding = await anyio.to_thread.run_sync(self._names.holding, project)
        offer = await anyio.to_thread.run_sync(self._catalogue.kept, holding)
        files = [f for f in (offer.listing.files if offer else ()) if f.filename == filename]
        if not files or version_of(files[0]) != version or files[0].provenance is None:
            raise TargetNotFound(f"there is no provenance of {filename} {version}")
        if offer is None or offer.listing.source is None:
            body = await anyio.to_thread.run_sync(self._vouched.own_document, filename)
        else:
            body = await self._vouched.upstream_document(offer.listing.source, files[0])
        return Response(body, media_type=_PROVENANCE_TYPE)


async def _to_file(request: Request) -> Response:
    """Send to the one address at which a file is handed out."""
    sha256, filename = Sha256(request.path_params["sha256"]), request.path_params["filename"]
    return RedirectResponse(f"/files/{sha256}/{quote(filename)}", status_code=302)
