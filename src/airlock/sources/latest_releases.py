"""What an index itself says of the latest release of a project: its version, its vulnerabilities.

PyPI's JSON API beside the simple API, ``<root>/pypi/<project>/json``: of its answers only
``info.version`` and ``vulnerabilities`` are read.

- Asked one project at a time, a few at once; when the index does not answer one, no more are asked.
- What cannot be had or read is a reason, never an answer without vulnerabilities: an index that
  has no field ``vulnerabilities`` says nothing.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from airlock.errors import UpstreamUnavailable
from airlock.model import ProjectName
from airlock.sources.interface import Limits
from airlock.sources.pip_configuration import certificate_file
from airlock.sources.transport import Transport, ours
from airlock.sources.urls import index_url

_AT_ONCE = 8
_SIMPLE = "simple/"
_LARGEST_BYTES = 32 << 20
_NOT_FOUND = {404, 410}


class IndexVulnerability(msgspec.Struct, frozen=True):
    """One vulnerability, as the index tells it."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str | None = None
    details: str | None = None
    fixed_in: tuple[str, ...] = ()
    link: str | None = None
    withdrawn: str | None = None


class _Info(msgspec.Struct, frozen=True):
    version: str


class LatestRelease(msgspec.Struct, frozen=True):
    """What the index says of the latest release of a project."""

    info: _Info
    vulnerabilities: tuple[IndexVulnerability, ...]
    """Required: an index that leaves it out knows nothing."""


_DECODER = msgspec.json.Decoder(LatestRelease)


def latest_releases(
    url: str,
    projects: Iterable[ProjectName],
    clock: Callable[[], dt.datetime],
    limits: Limits | None = None,
) -> dict[ProjectName, LatestRelease | str]:
    """Return what the index says of each project, or why it does not.

    Args:
        url: of the index, as for pip; may hold a user and a password.
        projects: to be asked about.
        clock: gives the time in UTC.
        limits: of time and size.

    Raises:
        UsageError: if the URL is none of an index.
    """
    return asyncio.run(_Asking(url, clock, limits or Limits()).all(list(projects)))


class _Asking:
    """Asks one index."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime], limits: Limits) -> None:
        shown, credentials = index_url(url)
        self._root = shown.removesuffix(_SIMPLE)
        self._transport = Transport(
            shown, credentials, limits, certificates=certificate_file(), clock=clock
        )
        self._seconds = limits.page_seconds
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._trouble = ""

    async def all(self, projects: list[ProjectName]) -> dict[ProjectName, LatestRelease | str]:
        try:
            found = await asyncio.gather(*map(self._one, projects))
        finally:
            await self._transport.aclose()
        return dict(zip(projects, found, strict=True))

    async def _one(self, project: ProjectName) -> LatestRelease | str:
        async with self._places:
            if self._trouble:
                return self._trouble
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._asked(f"{self._root}pypi/{project}/json")
            except TimeoutError:
                self._trouble = f"{self._root} does not answer in time"
            except UpstreamUnavailable as error:
                self._trouble = str(error)
            return self._trouble

    async def _asked(self, url: str) -> LatestRelease | str:
        body = bytearray()
        async with self._transport.get(url, {"Accept": "application/json"}) as response:
            if response.status_code in _NOT_FOUND:
                return f"the index has no record at {url}"
            with ours(url):
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > _LARGEST_BYTES:
                        return f"the record at {url} is too large"
        try:
            return _DECODER.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return f"the record at {url} says nothing of vulnerabilities: {error}"
