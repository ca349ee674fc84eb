"""One document that a user names by its path or its URL: a list, a database, an export.

- The size is bounded, the time is bounded, and ``https`` never leads down to ``http``.
- What is read here decides about others later: unencrypted, it comes from this machine only.
- Credentials in the URL go to its origin and to no other, and are in no message (``Transport``).
"""

import asyncio
import datetime as dt
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airlock.errors import TargetNotFound, UpstreamUnavailable, UsageError
from airlock.sources.interface import Limits

if TYPE_CHECKING:
    from airlock.sources.transport import Transport

_SCHEMES = {"http", "https"}
_PIECE_BYTES = 64 * 1024


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


async def _fetched(
    source: str, most_bytes: int, clock: Callable[[], dt.datetime], limits: Limits
) -> bytes:
    # Imported here: who reads a file needs no HTTP client.
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.transport import Transport
    from airlock.sources.urls import index_url, without_credentials

    _, credentials = index_url(source)
    shown = without_credentials(source)
    _require_encryption(shown)
    transport = Transport(shown, credentials, limits, certificates=certificate_file(), clock=clock)
    try:
        async with asyncio.timeout(limits.page_seconds):
            return await _asked(transport, shown, most_bytes)
    except TimeoutError as error:
        raise UpstreamUnavailable(f"{shown} does not answer in time", retry_after=0) from error
    finally:
        await transport.aclose()


async def _asked(transport: "Transport", url: str, most_bytes: int) -> bytes:
    from airlock.sources.transport import ours

    data = bytearray()
    async with transport.get(url, {"Accept-Encoding": "gzip"}) as response:
        if not response.is_success:
            raise TargetNotFound(f"{url} is not there: it answered {response.status_code}")
        with ours(url):
            async for piece in response.aiter_bytes(_PIECE_BYTES):
                data += piece
                if len(data) > most_bytes:
                    raise _too_large(url, most_bytes)
    return bytes(data)


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
