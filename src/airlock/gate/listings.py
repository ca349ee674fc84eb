"""Upstream's listings, kept in the store: fresh where upstream answers, old where it does not.

- A listing is asked for again when it is older than the setting says, once for all who wait.
- While upstream does not answer, the last listing that it gave still holds, and says so in the log;
  the door decides about its files as ever.
- What upstream does not know, we do not know either: no listing is made up, and what it removes is
  gone here, too.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import anyio.to_thread
import structlog

from airlock.errors import ProjectNotFound, UpstreamUnavailable
from airlock.gate.single_flight import SingleFlight
from airlock.model import ProjectListing, ProjectName
from airlock.sources.interface import Index
from airlock.store import Store

# No marker of PEP 792: upstream had the project and has it no more.
_GONE = "gone"
# For so long an upstream that gave no answer is not asked for what is kept of it: every client
# would have to wait until it gives none again.
_REST = dt.timedelta(seconds=5)
_log = structlog.get_logger("airlock.gate")


class Listings:
    """Gives the listing of a project.

    Args:
        indexes: the upstreams.
        store: where listings are kept.
        age: an older listing is asked for again.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        indexes: Iterable[Index],
        store: Store,
        age: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._indexes = {index.url: index for index in indexes}
        self._store = store
        self.age = age
        self._clock = clock
        self._flights: SingleFlight[ProjectListing] = SingleFlight()
        self._rests: dict[str, dt.datetime] = {}

    async def of(self, project: ProjectName, sources: Sequence[str]) -> ProjectListing:
        """Return the listing of a project at the first of some upstreams that has it.

        An upstream that gives no answer may have it: then the next one is not asked.

        Raises:
            ProjectNotFound: if none of them has such a project.
            UpstreamUnavailable: if one does not answer and never gave a listing before.
        """
        for source in sources:
            try:
                return await self._of(self._indexes[source], project)
            except ProjectNotFound:
                if source == sources[-1]:
                    raise
        raise ProjectNotFound(f"no upstream that this gate asks has {project}")

    def kept(self, project: ProjectName, sources: Sequence[str]) -> ProjectListing | None:
        """Return the listing that is kept, however old, without asking any upstream."""
        for source in sources:
            known = self._store.listing(source, project)
            if known is not None and known.status != _GONE:
                return known
        return None

    async def _of(self, index: Index, project: ProjectName) -> ProjectListing:
        known = await anyio.to_thread.run_sync(self._store.listing, index.url, project)
        if known is None or (self._is_old(known) and not self._rests_now(index)):
            key = (index.url, project)
            known = await self._flights.run(key, lambda: self._refresh(index, project, known))
        if known.status == _GONE:
            raise ProjectNotFound(f"{index.url} has no project {project} any more")
        return known

    def _is_old(self, known: ProjectListing) -> bool:
        return self._clock() - known.fetched_at >= self.age

    def _rests_now(self, index: Index) -> bool:
        until = self._rests.get(index.url)
        return until is not None and self._clock() < until

    async def _refresh(
        self, index: Index, project: ProjectName, known: ProjectListing | None
    ) -> ProjectListing:
        try:
            fresh = await index.listing(project, known)
        except ProjectNotFound:
            if known is None:
                raise
            # Its files are announced by nobody any more, so their addresses end with their page.
            fresh = gone(index.url, project, self._clock())
        except UpstreamUnavailable as error:
            if known is None:
                raise
            self._rests[index.url] = self._clock() + _REST
            _log.warning("upstream-unavailable", project=project, error=str(error), served="old")
            return known
        await anyio.to_thread.run_sync(self._store.put_listing, fresh)
        return fresh

    async def close(self) -> None:
        """Stop asking."""
        await self._flights.close()


def gone(source: str, project: ProjectName, at: dt.datetime) -> ProjectListing:
    """Return the listing of a project that its index has no more."""
    return ProjectListing(project=project, source=source, files=(), fetched_at=at, status=_GONE)
