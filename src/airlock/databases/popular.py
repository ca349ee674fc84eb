"""The list of popular names, as a part of the database."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from airlock.databases.interface import Part
from airlock.errors import AirlockError, UsageError
from airlock.evidence.popularity import updating as popular
from airlock.model.database import Condition, PartStatus
from airlock.sources.documents import is_url, read_document
from airlock.sources.urls import without_credentials

# Names change slowly; a list of half a year ago misses the projects that became popular since.
_POPULAR_AGE = dt.timedelta(days=180)


class PopularNames(Part):
    """The list of popular names with their downloads.

    Args:
        folder: of evidence.
        clock: gives the time in UTC.
    """

    name = "popular"

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def update(self, sources: Sequence[str]) -> PartStatus:
        """Take a list over: that of one source, or the public one.

        Raises:
            UsageError: if there are several sources.
        """
        if len(sources) > 1:
            raise UsageError("the list of popular names has one source")
        chosen = sources[0] if sources else popular.PUBLIC_LIST
        data = read_document(chosen, most_bytes=popular.MOST_BYTES_FETCHED, clock=self._clock)
        shown = without_credentials(chosen) if is_url(chosen) else str(Path(chosen).absolute())
        popular.keep(self._folder, data, source=shown, at=self._clock())
        return self.status()

    def status(self) -> PartStatus:
        """Tell how many names there are, from where, and how old the list is."""
        try:
            kept = popular.status(self._folder)
        except AirlockError as error:
            return PartStatus(
                part=self.name, condition=Condition.BROKEN, message=str(error), cure=error.hint
            )
        if kept is None:
            return PartStatus(
                part=self.name,
                condition=Condition.ABSENT,
                message="none was fetched; the short built-in list is in use",
                cure="airlock db update popular",
            )
        stale = self._clock() - kept.updated_at > _POPULAR_AGE
        dropped = f", {kept.dropped:,} entries left out" if kept.dropped else ""
        return PartStatus(
            part=self.name,
            condition=Condition.STALE if stale else Condition.CURRENT,
            message=f"{kept.names:,} names{dropped}",
            source=kept.source,
            updated_at=kept.updated_at,
            cure="airlock db update popular" if stale else "",
        )
