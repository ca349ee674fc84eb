"""The guard in front of a server: hands out what the server's metadata vouch for, and nothing else.

- A page holds the files of the signed page, with its digests; a file has the length and the digest
  that were signed for its own path. What the server says beside that is not used.
- The server is asked for a page or a file so that it vets and signs it; its answer only tells why
  something is missing. What is not signed yet is waited for, for some seconds.
- Core metadata have the digest that the signed page gives them.
- Of a claimed project only what its developers signed is handed out, whatever the page says: files
  as well as the core metadata by which resolvers choose what else to fetch.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from airlock.errors import (
    AirlockError,
    NotSigned,
    NotVerified,
    SourceError,
    TargetNotFound,
    UsageError,
)
from airlock.gate.index import pages
from airlock.gate.index.negotiation import choose
from airlock.gate.index.reason import HEADER
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Sha256
from airlock.report import reason_phrase
from airlock.sources.page_json import read_json
from airlock.trust import roles
from airlock.trust.client import TrustClient

if TYPE_CHECKING:
    from airlock.trust.walking import Claim

_METADATA = ".metadata"
_JSON = "application/vnd.pypi.simple.v1+json"
_SIGNED_SECONDS = 20.0
_NEWER_SECONDS = 5.0
_PAUSE_SECONDS = 0.15
_VETTED_SECONDS = 600.0
_REFUSED = 403
_UNVERIFIED = 403
_GONE = 502
_AN_ERROR = 400


class Verified:
    """Verifies what a server hands out.

    Args:
        index: the URL of the server's simple API.
        client: verifies.
        clock: gives the time in UTC.
        certificates: a file of certificate authorities to trust.
        closing: lets go of connections.
        headers: that the server is sent: who asks.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        index: str,
        client: TrustClient,
        clock: Callable[[], dt.datetime],
        certificates: str | None = None,
        closing: Callable[[], None] = lambda: None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._headers = {"accept": _JSON, **(headers or {})}
        self.close = closing
        self.upstream = index
        self._base = index.rstrip("/").removesuffix("/simple") + "/"
        self._client = client
        self._clock = clock
        self._certificates = certificates
        self._files: dict[Sha256, Path] = {}
        self._metadata: dict[tuple[Sha256, str], Sha256] = {}
        self._turn = asyncio.Lock()

    def app(self, url: str) -> ASGIApp:  # noqa: ARG002 - pages are relative
        """Return the application."""
        return Starlette(
            routes=[
                Route("/simple/{project}/", self.project),
                Route("/simple/{project}", self.without_slash),
                Route("/files/{sha256}/{filename}", self.file),
            ],
            exception_handlers={AirlockError: _of_error},
        )

    def path_of(self, sha256: Sha256) -> Path | None:
        """Return where the bytes with a digest are."""
        return self._files.get(sha256)

    def kept_out(self, projects: Iterable[ProjectName]) -> list[str]:  # noqa: ARG002
        """Return nothing: what the server leaves out of its pages, it does not tell."""
        return []

    def origin(self, sha256: str, filename: str) -> str | None:
        """Return the server's address of a file."""
        return f"{self._base}files/{sha256}/{quote(filename)}"

    async def without_slash(self, request: Request) -> Response:
        """Send to the page's one address."""
        return RedirectResponse(f"/simple/{ProjectName(request.path_params['project'])}/", 301)

    async def project(self, request: Request) -> Response:
        """Hand out the signed page."""
        project = ProjectName(request.path_params["project"])
        form = choose(request.headers.get("accept"))
        if project != request.path_params["project"]:
            return RedirectResponse(f"/simple/{project}/", 301)
        if form is None:
            return PlainTextResponse("PEP 691 JSON or PEP 503 HTML.\n", 406)
        asked = await self._ask("GET", f"simple/{project}/")
        if asked.status_code >= _AN_ERROR:
            return _passed(asked)
        path = roles.page_target(project)
        # What the server shows is only a hint that there is something newer to wait for.
        shown = Sha256(hashlib.sha256(asked.content).hexdigest())
        if await self._look(path) != shown:
            await self._wait(path, shown, _NEWER_SECONDS)
        body = await asyncio.to_thread(lambda: self._client.fetch(path).read_bytes())
        url = f"{self._base}simple/{project}/"
        page = read_json(body, url, project)
        claim = await asyncio.to_thread(self._client.claim, project)
        files = [file for file in page.files if file.sha256 is not None]
        if claim is not None:
            files = _of_developers(files, claim)
        self._metadata |= {
            (file.sha256, file.filename): file.metadata_sha256
            for file in files
            if file.sha256 is not None and file.metadata_sha256 is not None
        }
        listing = ProjectListing(
            project=project,
            source=self.upstream,
            files=tuple(files),
            fetched_at=self._clock(),
            status=page.status,
            status_reason=page.status_reason,
        )
        return Response(pages.project_page(listing, files, form), media_type=form.content_type)

    async def file(self, request: Request) -> Response:
        """Hand out verified bytes."""
        sha256 = Sha256(request.path_params["sha256"])
        filename = request.path_params["filename"]
        if filename.endswith(_METADATA):
            return await self._core_metadata(sha256, filename)
        project = ArtifactName.parse(filename).project
        path = roles.file_target(project, filename)
        signed = await self._look(path) == sha256
        if not signed and not await self._developers_sign(project, path, sha256):
            asked = await self._ask("HEAD", f"files/{sha256}/{quote(filename)}")
            if asked.status_code >= _AN_ERROR:
                return _passed(asked)
            if await self._wait(path, sha256, _SIGNED_SECONDS) != sha256:
                raise NotSigned(f"{filename} is not signed by {self._base}, or not as these bytes")
        found = await asyncio.to_thread(self._client.fetch, path)
        self._files[sha256] = found
        return FileResponse(found, media_type="application/octet-stream")

    async def _developers_sign(self, project: ProjectName, path: str, sha256: Sha256) -> bool:
        """Tell whether a file is signed by its developers; nobody else can, for a claimed project.

        Raises:
            NotSigned: if the project is claimed, and they have not.
        """
        await self._refresh()
        if await asyncio.to_thread(self._client.claim, project) is None:
            return False
        if await self._look(path) != sha256:
            filename = path.rpartition("/")[2]
            raise NotSigned(f"{filename} is not signed by the developers of {project}")
        return True

    async def _refresh(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._client.refresh)

    async def _core_metadata(self, sha256: Sha256, filename: str) -> Response:
        signed = self._metadata.get((sha256, filename.removesuffix(_METADATA)))
        if signed is None:
            raise TargetNotFound(f"the signed page announces no {filename}")
        asked = await self._ask("GET", f"files/{sha256}/{quote(filename)}")
        if asked.status_code >= _AN_ERROR:
            return _passed(asked)
        if hashlib.sha256(asked.content).hexdigest() != signed:
            raise NotVerified(f"{filename} is not what the signed page announces")
        return Response(asked.content, media_type="application/octet-stream")

    async def _look(self, path: str) -> Sha256 | None:
        found = await asyncio.to_thread(self._client.target, path)
        return found.sha256 if found else None

    async def _wait(self, path: str, wanted: Sha256, seconds: float) -> Sha256 | None:
        """Wait until a path is signed as these bytes; return as what it is signed in the end."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            await self._refresh()
            found = await self._look(path)
            if found == wanted or asyncio.get_running_loop().time() > deadline:
                return found
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _ask(self, method: str, path: str) -> httpx.Response:
        verify = self._certificates or True
        timeout = httpx.Timeout(30.0, read=_VETTED_SECONDS)
        try:
            async with httpx.AsyncClient(timeout=timeout, verify=verify) as client:
                return await client.request(method, self._base + path, headers=self._headers)
        except httpx.HTTPError as error:
            raise SourceError(f"{self._base} does not answer: {error}") from error


def _of_developers(files: Iterable[ListedFile], claim: "Claim") -> list[ListedFile]:
    """Return the files of a page that the developers of the project have signed."""
    signed, kept = claim.document.targets, []
    for file in files:
        path = roles.file_target(claim.project, file.filename)
        target, metadata = signed.get(path), signed.get(path + _METADATA)
        if target is not None and target.sha256 == file.sha256:
            digest = metadata.sha256 if metadata else None
            kept.append(msgspec.structs.replace(file, metadata_sha256=digest))
    return kept


def _passed(asked: httpx.Response) -> Response:
    reason = asked.headers.get(HEADER) or asked.reason_phrase
    headers = {HEADER: reason_phrase(reason)}
    return PlainTextResponse(f"{reason}\n", asked.status_code, headers)


async def _of_error(_request: Request, error: Exception) -> Response:
    if isinstance(error, UsageError):
        return PlainTextResponse(f"{error}\n", 404, {HEADER: reason_phrase(str(error))})
    status = _GONE if isinstance(error, SourceError) else _UNVERIFIED
    reason = reason_phrase(f"Airlock refuse: {error}")
    return PlainTextResponse(f"{error}\n", status, {HEADER: reason})
