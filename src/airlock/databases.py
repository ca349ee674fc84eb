"""What Airlock knows from elsewhere and keeps up to date: ``airlock db``.

- Each part is kept, looked at and replaced by itself: one that cannot be had takes nothing from the
  others, and the one before stays.
- They lie in one folder of the user's, from which every command and the gate read.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from airlock.errors import AirlockError, UsageError
from airlock.evidence.popularity import updating as popular
from airlock.model.database import Condition, PartStatus
from airlock.sources.documents import is_url, read_document
from airlock.sources.urls import without_credentials

# Names change slowly; a list of half a year ago misses the projects that became popular since.
_POPULAR_AGE = dt.timedelta(days=180)


class Part(ABC):
    """One part of the database."""

    name: ClassVar[str]
    public_source: ClassVar[str]
    """Where it comes from if nobody says otherwise."""

    @abstractmethod
    def update(self, source: str | None) -> PartStatus:
        """Fetch it from a source, a path or a URL, and keep it instead of the one before.

        Raises:
            AirlockError: if it cannot be had or makes no sense; the one before is kept.
        """

    @abstractmethod
    def status(self) -> PartStatus:
        """Return what is known of it; never raises for what is broken."""


class PopularNames(Part):
    """The list of popular names with their downloads.

    Args:
        folder: of evidence.
        clock: gives the time in UTC.
    """

    name = "popular"
    public_source = popular.PUBLIC_LIST

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def update(self, source: str | None) -> PartStatus:
        """Take a list over."""
        chosen = source or self.public_source
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


def chosen_parts(parts: Sequence[Part], names: Sequence[str]) -> list[Part]:
    """Return the parts of some names, or all.

    Raises:
        UsageError: if there is no such part.
    """
    known = [part.name for part in parts]
    for name in names:
        if name not in known:
            raise UsageError(
                f"the database has no part {name!r}", hint=f"Its parts: {', '.join(known)}."
            )
    return [part for part in parts if not names or part.name in names]
