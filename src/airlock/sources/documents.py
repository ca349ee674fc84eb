"""One document that a user names by its path or its URL: a list, a database, an export.

- The size is bounded, the time is bounded, and ``https`` never leads down to ``http``.
- What is read here decides about others later: unencrypted, it comes from this machine only.
- Credentials in the URL go to its origin and to no other, and are in no message (``Transport``).
"""

import asyncio
import datetime as dt
import ipaddress
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from airlock.errors import TargetNotFound, UpstreamUnavailable, UsageError
from airlock.sources.interface import Limits

if TYPE_CHECKING:
    from airlock.sources.transport import Transport

_SCHEMES = {"http", "https"}
_PIECE_BYTES = 64 * 1024
_NOT_MODIFIED = 304
_SUCCESS = range(200, 300)

T = TypeVar("T")


def is_url(source: str) -> bool:
    """Tell whether a source is asked over the network."""
    return source.partition("://")[0].lower() in _SCHEMES


def read_document(
    source: str,
    *,
    most_bytes: int,
    clock: Callable[[], dt.datetime],
    limits: Limits | None = None,
) -> bytes:
    """Return the bytes of a document.

    Args:
        source: a path, or a URL that begins with ``https://`` or ``http://``.
        most_bytes: that it may have, after decompression of the transfer.
        clock: gives the time in UTC.
        limits: of time and number.

    Raises:
        TargetNotFound: if there is no such file or document.
        UpstreamUnavailable: if it cannot be had, is too large or takes too long.
        UsageError: if the URL is none, or is not encrypted.
    """
    if is_url(source):
        return asyncio.run(_fetched(source, most_bytes, clock, limits or Limits()))
    try:
        with Path(source).open("rb") as stream:
            data = stream.read(most_bytes + 1)
    except OSError as error:
        raise TargetNotFound(f"{source} cannot be read: {error.strerror}") from error
    if len(data) > most_bytes:
        raise _too_large(source, most_bytes)
    return data


def download(  # noqa: PLR0913 - what a bounded download is made of
    url: str,
    path: Path,
    *,
    most_bytes: int,
    clock: Callable[[], dt.datetime],
    validator: str = "",
    limits: Limits | None = None,
) -> str | None:
    """Write a document that is too large for the memory to a file, as it is sent.

    Args:
        url: that begins with ``https://`` or ``http://``.
        path: of the file to write.
        most_bytes: that it may have.
        clock: gives the time in UTC.
        validator: the one that the last download returned, to get only what has changed since.
        limits: of time and number.

    Returns:
        The validator of what was written (an ``ETag``; empty if the server gives none), or ``None``
        if nothing has changed.

    Raises:
        TargetNotFound: if there is no such document.
        UpstreamUnavailable: if it cannot be had, is too large or takes too long.
        UsageError: if the URL is none, or is not encrypted.
        OSError: if the file cannot be written.
    """
    wanted = _Wanted(path, most_bytes, validator)
    bounds = limits or Limits()
    return asyncio.run(_within(url, clock, bounds, bounds.file_seconds, wanted.written))


class _Wanted(NamedTuple):
    """A document that is to be written to a file, unless it is known."""

    path: Path
    most_bytes: int
    validator: str

    async def written(self, transport: "Transport", url: str) -> str | None:
        from airlock.sources.transport import ours

        headers = {"Accept-Encoding": "identity"}
        if self.validator:
            headers["If-None-Match"] = self.validator
        left = self.most_bytes
        async with transport.get(url, headers) as response:
            if response.status_code == _NOT_MODIFIED and self.validator:
                return None
            _require_success(url, response.status_code)
            with ours(url), self.path.open("wb") as stream:
                async for piece in response.aiter_raw(_PIECE_BYTES):
                    left -= len(piece)
                    if left < 0:
                        raise _too_large(url, self.most_bytes)
                    stream.write(piece)
            etag = response.headers.get("ETag", "")
        return etag if etag.isascii() and etag.isprintable() else ""


async def _fetched(
    source: str, most_bytes: int, clock: Callable[[], dt.datetime], limits: Limits
) -> bytes:
    async def asked(transport: "Transport", url: str) -> bytes:
        return await _asked(transport, url, most_bytes)

    return await _within(source, clock, limits, limits.page_seconds, asked)


async def _within(
    source: str,
    clock: Callable[[], dt.datetime],
    limits: Limits,
    seconds: float,
    ask: Callable[["Transport", str], Awaitable[T]],
) -> T:
    """Ask for a document, for so many seconds at most."""
    # Imported here: who reads a file needs no HTTP client.
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.transport import Transport
    from airlock.sources.urls import index_url, without_credentials

    _, credentials = index_url(source)
    shown = without_credentials(source)
    _require_encryption(shown)
    transport = Transport(shown, credentials, limits, certificates=certificate_file(), clock=clock)
    try:
        async with asyncio.timeout(seconds):
            return await ask(transport, shown)
    except TimeoutError as error:
        raise UpstreamUnavailable(f"{shown} does not answer in time", retry_after=0) from error
    finally:
        await transport.aclose()


async def _asked(transport: "Transport", url: str, most_bytes: int) -> bytes:
    from airlock.sources.transport import ours

    data = bytearray()
    async with transport.get(url, {"Accept-Encoding": "gzip"}) as response:
        _require_success(url, response.status_code)
        with ours(url):
            async for piece in response.aiter_bytes(_PIECE_BYTES):
                data += piece
                if len(data) > most_bytes:
                    raise _too_large(url, most_bytes)
    return bytes(data)


def _require_success(url: str, status: int) -> None:
    if status not in _SUCCESS:
        raise TargetNotFound(f"{url} is not there: it answered {status}")


def _require_encryption(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        raise UsageError(
            f"{url} is not encrypted: anybody on the way could change what it says",
            hint="Give an https:// address, or the path of a file.",
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _too_large(source: str, most_bytes: int) -> UpstreamUnavailable:
    return UpstreamUnavailable(f"{source} has more than {most_bytes >> 20} MiB")
