"""An index over HTTP that speaks the simple API (PEP 503, 691 and what came after them).

The JSON form is asked for and the HTML form is taken. What the HTML form cannot say, sizes and
times of upload, stays unknown; it is the policy that holds a file whose age nobody knows.

Importing this module brings httpx with it (0.15 s of CPU): import it where the network is used.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from email.message import Message

import httpx
import msgspec

from airlock.errors import ProjectNotFound, UpstreamUnavailable
from airlock.model import ListedFile, ProjectListing, ProjectName
from airlock.sources.interface import Index, Limits
from airlock.sources.page import Page
from airlock.sources.page_html import read_html
from airlock.sources.page_json import read_json
from airlock.sources.pip_configuration import certificate_file, default_index_url
from airlock.sources.transport import Transport
from airlock.sources.urls import followed, index_url, refuse_loop

__all__ = ["SimpleIndex", "default_index_url"]

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = ("application/vnd.pypi.simple.v1+html", "text/html")
_ACCEPT = f"{_JSON}, {_HTML[0]};q=0.2, {_HTML[1]};q=0.01"
_NOT_MODIFIED = 304
_NOT_FOUND = {404, 410}
# Indexes send artifacts as they are; a .tar.gz "decoded" on the way would have another digest.
_AS_IT_IS = {"Accept": "*/*", "Accept-Encoding": "identity"}

_log = logging.getLogger(__name__)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class SimpleIndex(Index):
    """An index at a URL.

    Args:
        url: its base, as for pip's ``--index-url``; may hold a user and a password.
        limits: how much it may ask of us.
        own: the URLs of the gate that asks, which must not be its own upstream.
        certificates: a file of certificate authorities; what the environment names by default.
        clock: gives the time in UTC.

    Raises:
        UsageError: if the URL is none of an index or the gate's own, or if the certificates,
            proxies or pip's configuration of this environment cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        own: Iterable[str] = (),
        certificates: str | None = None,
        clock: Callable[[], dt.datetime] = _now,
    ) -> None:
        clean, credentials = index_url(url)
        refuse_loop(clean, own)
        super().__init__(clean, limits)
        self._clock = clock
        self._transport = Transport(
            clean,
            credentials,
            self.limits,
            certificates=certificates or certificate_file(),
            clock=clock,
        )

    async def aclose(self) -> None:
        """Give back all connections; the index cannot be asked any more."""
        await self._transport.aclose()

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        """Return the page of a project; see ``Index.listing``."""
        try:
            async with asyncio.timeout(self.limits.page_seconds):
                return await self.persist(lambda: self._listing_once(project, known))
        except TimeoutError as error:
            raise UpstreamUnavailable(
                f"{self.url} gave no page of {project} within {self.limits.page_seconds:g} seconds"
            ) from error

    @contextlib.asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        """Ask once for the bytes of a file; see ``Index.stream``."""
        url = followed(self.url, file.url)
        async with self._transport.get(url, _AS_IT_IS) as response:
            if not response.is_success:
                raise UpstreamUnavailable(f"{file.filename} is listed and not there any more")
            yield response.aiter_raw()

    async def document(self, url: str, *, most_bytes: int) -> bytes:
        """Return a small document that the index refers to; see ``Index.document``."""
        try:
            async with asyncio.timeout(self.limits.page_seconds):
                return await self.persist(lambda: self._document_once(url, most_bytes))
        except TimeoutError as error:
            raise UpstreamUnavailable(f"{self.url} gave a document too slowly") from error

    async def _document_once(self, url: str, most_bytes: int) -> bytes:
        async with self._transport.get(followed(self.url, url), {"Accept": "*/*"}) as response:
            if not response.is_success:
                raise UpstreamUnavailable(f"{self.url} refers to a document that is not there")
            return await self._body(response, most_bytes)

    async def _listing_once(
        self, project: ProjectName, known: ProjectListing | None
    ) -> ProjectListing:
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        if known and known.etag and known.source == self.url:
            headers["If-None-Match"] = known.etag
        async with self._transport.get(f"{self.url}{project}/", headers) as response:
            if response.status_code in _NOT_FOUND:
                raise ProjectNotFound(f"{self.url} has no project {project}")
            if response.status_code == _NOT_MODIFIED:
                return self._unchanged(project, known)
            body = await self._body(response, self.limits.page_bytes)
        page = await asyncio.to_thread(_page, body, response, project)
        return self._listing(project, page, response)

    def _unchanged(self, project: ProjectName, known: ProjectListing | None) -> ProjectListing:
        if known is None:
            raise UpstreamUnavailable(f"{self.url} calls a page of {project} known that is not")
        return msgspec.structs.replace(known, fetched_at=self._clock())

    async def _body(self, response: httpx.Response, most_bytes: int) -> bytes:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > most_bytes:
                raise UpstreamUnavailable(
                    f"a page of {self.url} is larger than the limit of {most_bytes:,} bytes"
                )
        return bytes(body)

    def _listing(
        self, project: ProjectName, page: Page, response: httpx.Response
    ) -> ProjectListing:
        if page.malformed:
            _log.warning("%s lists %d malformed files of %s", self.url, page.malformed, project)
        return ProjectListing(
            project=project,
            source=self.url,
            files=page.files,
            fetched_at=self._clock(),
            status=page.status,
            status_reason=page.status_reason,
            last_serial=page.last_serial,
            etag=_etag(response),
            malformed=page.malformed,
        )


def _page(body: bytes, response: httpx.Response, project: ProjectName) -> Page:
    """Read a page in whichever form it came."""
    header = Message()
    header["Content-Type"] = response.headers.get("Content-Type", "text/html")
    url = str(response.url)
    match header.get_content_type():
        case "application/vnd.pypi.simple.v1+json":
            return read_json(body, url, project)
        case "application/vnd.pypi.simple.v1+html" | "text/html":
            return read_html(body, url, project, header.get_content_charset())
    raise UpstreamUnavailable(
        f"{url} answered with {header.get_content_type()}, which is no page of an index",
        hint="The URL of an index often ends in /simple/.",
    )


def _etag(response: httpx.Response) -> str | None:
    """Return the tag if it can be sent back (RFC 9110, 8.8.3)."""
    etag = response.headers.get("ETag", "")
    return etag if etag.isascii() and etag.isprintable() and etag else None
