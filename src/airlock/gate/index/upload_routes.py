"""The route of uploads: ``POST /legacy/``, as twine, uv, flit, poetry and hatch send them.

Answers are plain text, with their first line in the reason phrase: that is what these tools show.
"""

import tempfile
from pathlib import Path
from typing import IO

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import AirlockError, InvalidUpload, Unauthenticated
from airlock.gate.index import answers
from airlock.gate.index.entrance import asking, of_request, require
from airlock.gate.upload.form import UploadForm
from airlock.gate.upload.receiving import Arrived, Receiving
from airlock.gate.upload.rules import Announced, announced, attestations, check_digests, signature
from airlock.gate.upload.signed import SignedUploads
from airlock.model import Sha256
from airlock.model.access import Principal

_TRANSACTION = "airlock_transaction"
_DRAINED_BYTES = 32 * 1024**2


class UploadRoutes:
    """What the route of uploads does.

    Args:
        receiving: takes uploads in.
        incoming: a folder for files on their way in, on the same disk as the blobs.
        most_bytes: that a file may have.
        signed: takes in files of signed releases; ``None``: there are none.
    """

    def __init__(
        self,
        receiving: Receiving,
        incoming: Path,
        most_bytes: int,
        signed: SignedUploads | None = None,
    ) -> None:
        self._receiving = receiving
        self._incoming = incoming
        self._most_bytes = most_bytes
        self._signed = signed

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/legacy/", self.upload, methods=["POST"]),
            Route("/legacy", self.upload, methods=["POST"]),
        ]

    async def upload(self, request: Request) -> Response:
        """Take an upload in."""
        try:
            with tempfile.NamedTemporaryFile(dir=self._incoming, prefix="upload-") as file:
                return await self._upload(request, file.file, Path(file.name))
        except ClientDisconnect:
            return Response(status_code=400)
        except AirlockError as error:
            await _drain(request)
            return answers.of_upload_error(error)

    async def _upload(self, request: Request, file: IO[bytes], path: Path) -> Response:
        form, said, by = await self._receive(request, file)
        check_digests(form)
        sha256 = Sha256(form.digests()["sha256_digest"])
        filename = said.name.filename
        if await anyio.to_thread.run_sync(self._receiving.known, said.project, filename, sha256):
            return answers.uploaded(f"{filename} was uploaded before.")
        await anyio.to_thread.run_sync(file.flush)
        arrived = Arrived(
            announced=said,
            path=path,
            sha256=sha256,
            size=form.size,
            attestations=attestations(form),
            signature=signature(form),
            by=by,
        )
        if transaction := form.one(_TRANSACTION):
            return await self._stage(request, transaction, arrived)
        ruling = await self._receiving.take(arrived)
        if not ruling.serves:
            return answers.upload_refused(request, ruling)
        await anyio.to_thread.run_sync(of_request(request).created, by, said.project)
        return answers.uploaded(f"{filename} is in.")

    async def _stage(self, request: Request, transaction: str, arrived: Arrived) -> Response:
        """Take in a file of a signed release, which is published later, as a whole."""
        if self._signed is None:
            raise InvalidUpload("this index takes no signed releases")
        said = arrived.announced
        await anyio.to_thread.run_sync(
            self._signed.expected, transaction, said.project, said.name.filename, arrived.sha256
        )
        ruling, upload = await self._receiving.vet(arrived)
        if upload is None:
            return answers.upload_refused(request, ruling)
        await anyio.to_thread.run_sync(self._signed.stage, transaction, upload)
        return answers.uploaded(f"{said.name.filename} waits for the rest of its release.")

    async def _receive(
        self, request: Request, file: IO[bytes]
    ) -> tuple[UploadForm, Announced, Principal]:
        """Read the form; who may not upload is told before the file is read."""
        form = UploadForm(
            request.headers.get("content-type", ""), file, most_bytes=self._most_bytes
        )
        admitted: tuple[Announced, Principal] | None = None
        async for piece in request.stream():
            # Writing to the disk must not hold up who only asks for a page.
            await anyio.to_thread.run_sync(form.feed, piece)
            if admitted is None and form.begun:
                admitted = await self._admit(request, form)
        if not form.ended:
            raise InvalidUpload("the form did not arrive whole")
        # Tools differ in whether the file comes last: what it is held to is the whole form.
        said, by = admitted or await self._admit(request, form)
        if announced(form) != said:
            raise InvalidUpload("the form says what it is twice")
        self._receiving.check_form(form)
        return form, said, by

    async def _admit(self, request: Request, form: UploadForm) -> tuple[Announced, Principal]:
        if not asking(request).is_known:
            raise Unauthenticated("who uploads has to say who they are")
        said = announced(form)
        action = await anyio.to_thread.run_sync(self._receiving.action, said.project)
        by = await require(request, action, said.project)
        await self._receiving.admit_name(said.project, by)
        if not form.one(_TRANSACTION):
            await self._receiving.admit_unsigned(said.project)
        return said, by


async def _drain(request: Request) -> None:
    """Read some of what a client still sends: many show an answer only after they have sent all."""
    drained = 0
    try:
        async for piece in request.stream():
            drained += len(piece)
            if drained > _DRAINED_BYTES:
                return
    except (ClientDisconnect, RuntimeError):
        # Gone, or read to its end before.
        return
