"""What the person who starts a watch or a worker decides."""

import datetime as dt

import msgspec

from airlock.gate.settings import MailServer
from airlock.model import Severity

SECOND = dt.timedelta(seconds=1)


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How sources are followed."""

    every: dt.timedelta = 60 * SECOND
    """Between two questions of what changed."""
    compare_every: dt.timedelta = 3600 * SECOND
    """Between two comparisons of everything, where an index has serials."""
    rate: float = 10.0
    """Requests to an index in a second, of all who watch and work together."""
    backlog: int = 5_000
    """While more works wait, no pages are read."""
    per_project: int = 50
    """Works of one project; further ones wait behind all others."""
    everything: bool = False
    """Take what was published before, too."""
    since: dt.datetime | None = None
    """Take what was published since; in UTC."""

    @property
    def spacing(self) -> dt.timedelta:
        """Between two requests."""
        return SECOND / self.rate


class WorkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How works are done."""

    examinations: int = 1
    """At once."""
    ahead: int = 3
    """Works that are fetched meanwhile."""
    hold: dt.timedelta = 20 * SECOND
    """After which the works of a killed worker go to another; the half minute that is promised less
    the time in which somebody asks for more."""
    idle: dt.timedelta = SECOND / 2
    """Between two questions for works where there are none."""
    rate: float = 10.0
    """As of ``WatchSettings``."""
    examines: bool = True
    """Whether it reads what was not looked at yet."""
    detonations: bool = False
    """Whether it detonates what is suspicious."""

    @property
    def spacing(self) -> dt.timedelta:
        """Between two requests."""
        return SECOND / self.rate


class MailSettings(MailServer, frozen=True, kw_only=True):
    """Where e-mail goes."""

    to: tuple[str, ...]
    lowest: Severity = Severity.HIGH
    """Less severe alerts are not sent."""
