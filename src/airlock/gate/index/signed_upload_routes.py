"""The routes of signed releases (PEP 480): a document, its files, and the word to publish.

=======================================  =========================================================
``POST /api/signed/{project}``           begin with the document; tells which files are to be sent
``POST /legacy/``                        a file, with ``airlock_transaction`` in its form
``POST /api/signed/{project}/{id}``      publish all of it
``DELETE /api/signed/{project}/{id}``    give it up
=======================================  =========================================================
"""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import AirlockError, InvalidRequest, TargetNotFound, Unauthenticated
from airlock.gate.index import answers
from airlock.gate.index.entrance import asking, of_request, require
from airlock.gate.upload.receiving import Receiving
from airlock.gate.upload.signed import SignedUploads
from airlock.model import ProjectName
from airlock.model.access import Action, Principal
from airlock.trust.checking import LARGEST_BYTES


class SignedUploadRoutes:
    """What these routes do.

    Args:
        receiving: knows whose the names are.
        signed: takes releases in.
    """

    def __init__(self, receiving: Receiving, signed: SignedUploads) -> None:
        self._receiving = receiving
        self._signed = signed

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/api/signed/{project}"
        return [
            Route(base, self.begin, methods=["POST"]),
            Route(f"{base}/{{id}}", self.publish, methods=["POST"]),
            Route(f"{base}/{{id}}", self.give_up, methods=["DELETE"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Begin a release."""
        try:
            project, by = await self._admitted(request)
            data = await _body(request)
            begun = await anyio.to_thread.run_sync(self._signed.begin, project, data, by.label)
        except AirlockError as error:
            return answers.of_upload_error(error)
        return JSONResponse({"transaction": begun[0], "files": begun[1]}, 201)

    async def publish(self, request: Request) -> Response:
        """Publish a release."""
        try:
            project, by = await self._admitted(request)
            id_ = await self._id(request, project)
            snapshot = await anyio.to_thread.run_sync(self._signed.publish, id_)
            await anyio.to_thread.run_sync(of_request(request).created, by, project)
        except AirlockError as error:
            return answers.of_upload_error(error)
        return JSONResponse({"snapshot": snapshot})

    async def give_up(self, request: Request) -> Response:
        """Give a release up."""
        try:
            project, _ = await self._admitted(request)
            id_ = await self._id(request, project)
            await anyio.to_thread.run_sync(self._signed.give_up, id_)
        except AirlockError as error:
            return answers.of_upload_error(error)
        return Response(status_code=204)

    async def _admitted(self, request: Request) -> tuple[ProjectName, Principal]:
        project = ProjectName(request.path_params["project"])
        if not asking(request).is_known:
            raise Unauthenticated("who uploads has to say who they are")
        action = await anyio.to_thread.run_sync(self._receiving.action, project)
        by = await require(request, action, project)
        if action is Action.UPLOAD and not await anyio.to_thread.run_sync(
            self._signed.is_claimed, project
        ):
            # Whose keys count for what is here already is not for everybody who may upload.
            by = await require(request, Action.ADMIN, project)
        await self._receiving.admit_name(project, by)
        return project, by

    async def _id(self, request: Request, project: ProjectName) -> str:
        id_ = str(request.path_params["id"])
        if await anyio.to_thread.run_sync(self._signed.project_of, id_) != project:
            raise TargetNotFound("no such release was begun")
        return id_


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > LARGEST_BYTES:
            raise InvalidRequest(f"the document is larger than {LARGEST_BYTES:,} bytes")
    return bytes(read)
