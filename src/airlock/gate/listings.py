"""Upstream's listings, kept in the store: fresh where upstream answers, old where it does not.

- A listing is asked for again when it is older than the setting says, once for all who wait.
- While upstream does not answer, the last listing that it gave still holds, and says so in the log;
  the door decides about its files as ever.
- What upstream does not know, we do not know either: no listing is made up, and what it removes is
  gone here, too.
"""

import datetime as dt
from collections.abc import Callable

import anyio.to_thread
import structlog

from airlock.errors import ProjectNotFound, UpstreamUnavailable
from airlock.gate.single_flight import SingleFlight
from airlock.model import ProjectListing, ProjectName
from airlock.sources.interface import Index
from airlock.store import Store

# No marker of PEP 792: upstream had the project and has it no more.
_GONE = "gone"
_log = structlog.get_logger("airlock.gate")


class Listings:
    """Gives the listing of a project.

    Args:
        index: upstream.
        store: where listings are kept.
        age: an older listing is asked for again.
        clock: gives the time in UTC.
    """

    def __init__(
        self, index: Index, store: Store, age: dt.timedelta, clock: Callable[[], dt.datetime]
    ) -> None:
        self._index = index
        self._store = store
        self._age = age
        self._clock = clock
        self._flights: SingleFlight[ProjectListing] = SingleFlight()

    async def of(self, project: ProjectName) -> ProjectListing:
        """Return the listing of a project.

        Raises:
            ProjectNotFound: if upstream has no such project.
            UpstreamUnavailable: if it does not answer and never gave a listing before.
        """
        known = await anyio.to_thread.run_sync(self._store.listing, self._index.url, project)
        if known is None or self._clock() - known.fetched_at >= self._age:
            known = await self._flights.run(project, lambda: self._refresh(project, known))
        if known.status == _GONE:
            raise ProjectNotFound(f"{self._index.url} has no project {project} any more")
        return known

    async def _refresh(self, project: ProjectName, known: ProjectListing | None) -> ProjectListing:
        try:
            fresh = await self._index.listing(project, known)
        except ProjectNotFound:
            if known is None:
                raise
            # Its files are announced by nobody any more, so their addresses end with their page.
            fresh = self._gone(known)
        except UpstreamUnavailable as error:
            if known is None:
                raise
            _log.warning("upstream-unavailable", project=project, error=str(error), served="old")
            return known
        await anyio.to_thread.run_sync(self._store.put_listing, fresh)
        return fresh

    def _gone(self, known: ProjectListing) -> ProjectListing:
        return ProjectListing(
            project=known.project,
            source=known.source,
            files=(),
            fetched_at=self._clock(),
            status=_GONE,
        )

    async def close(self) -> None:
        """Stop asking."""
        await self._flights.close()
