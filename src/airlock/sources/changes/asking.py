"""Requests of those who ask for changes: bounded in size and time, one try, errors of ours."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx

from airlock.errors import UpstreamUnavailable
from airlock.sources.interface import Limits
from airlock.sources.pip_configuration import certificate_file
from airlock.sources.transport import Transport, ours
from airlock.sources.urls import index_url

_NOT_MODIFIED = 304
_NOT_FOUND = {404, 405, 410}
# The list of all projects of the largest index has about 40 MiB.
_LARGEST_BYTES = 256 << 20
_SIMPLE = "simple/"


class Answered(NamedTuple):
    """An answer; of one that says that nothing changed, ``body`` is ``None``."""

    body: bytes | None
    content_type: str = ""
    etag: str = ""


class Asking:
    """Asks one index.

    Args:
        url: of the index, as for pip; may hold a user and a password.
        limits: of time.
        clock: gives the time in UTC.

    Raises:
        UsageError: if the URL is none of an index.
    """

    def __init__(self, url: str, limits: Limits, clock: Callable[[], dt.datetime]) -> None:
        self.url, credentials = index_url(url)
        self.root = self.url.removesuffix(_SIMPLE)
        self._limits = limits
        self._transport = Transport(
            self.url, credentials, limits, certificates=certificate_file(), clock=clock
        )

    async def aclose(self) -> None:
        """Give back connections."""
        await self._transport.aclose()

    async def get(self, url: str, accept: str, etag: str = "") -> Answered:
        """Ask for a document, unless it is the one that is known.

        Raises:
            UpstreamUnavailable: if it does not come.
        """
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        if etag:
            headers["If-None-Match"] = etag
        return await self._bounded(url, self._transport.get(url, headers))

    async def post(self, url: str, content: bytes) -> bytes:
        """Send a question; return the answer.

        Raises:
            UpstreamUnavailable: if it does not come.
        """
        headers: Mapping[str, str] = {"Accept": "text/xml", "Content-Type": "text/xml"}
        answer = await self._bounded(url, self._transport.post(url, headers, content))
        return answer.body or b""

    async def _bounded(
        self, url: str, asked: contextlib.AbstractAsyncContextManager[httpx.Response]
    ) -> Answered:
        try:
            async with asyncio.timeout(self._limits.page_seconds), asked as response:
                return await self._read(url, response)
        except TimeoutError as error:
            raise UpstreamUnavailable(f"{url} came too slowly", retry_after=0) from error

    async def _read(self, url: str, response: httpx.Response) -> Answered:
        etag = response.headers.get("ETag", "")
        if response.status_code == _NOT_MODIFIED:
            return Answered(None, etag=etag)
        if response.status_code in _NOT_FOUND:
            raise UpstreamUnavailable(f"{url} is not there")
        body = bytearray()
        with ours(url):
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _LARGEST_BYTES:
                    raise UpstreamUnavailable(f"{url} is larger than {_LARGEST_BYTES:,} bytes")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answered(bytes(body), kind, etag if etag.isascii() and etag.isprintable() else "")
