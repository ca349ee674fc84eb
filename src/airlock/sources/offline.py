"""An index that is never asked: a gate without a network serves what it has, and says so."""

import contextlib
from collections.abc import AsyncIterator

from airlock.errors import UpstreamUnavailable
from airlock.model import ListedFile, ProjectListing, ProjectName
from airlock.sources.interface import Index
from airlock.sources.urls import index_url

_HINT = "It was never fetched: airlock mirror and airlock import bring things in."


class OfflineIndex(Index):
    """An index at a URL to which there is no way.

    Args:
        url: its base.

    Raises:
        UsageError: if it is no URL of an index.
    """

    reachable = False

    def __init__(self, url: str) -> None:
        super().__init__(index_url(url)[0])

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        """Return what is known; see ``Index.listing``."""
        if known is not None:
            return known
        raise UpstreamUnavailable(f"this gate is offline, and nothing of {project} is here")

    @contextlib.asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        """Give nothing; see ``Index.stream``."""
        raise UpstreamUnavailable(
            f"this gate is offline, and {file.filename} is not here", hint=_HINT
        )
        yield  # an async generator needs one

    async def document(self, url: str, *, most_bytes: int) -> bytes:  # noqa: ARG002 - as the port
        """Give nothing; see ``Index.document``."""
        raise UpstreamUnavailable(f"this gate is offline, and {url} is not here", hint=_HINT)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""
