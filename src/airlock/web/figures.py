"""The figures of the first page: counted at most every few seconds, however many people look.

What other pages show is asked anew each time; a trend of thirty days may be some seconds old.
"""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from airlock.model.database import PartStatus
from airlock.report.frame.drawing import Bars, bars_by_day
from airlock.store.browsing import Browsing, Totals

_DAYS = 30
_KINDS = ("admit", "hold", "refuse")
_FRESH = dt.timedelta(seconds=10)
_FEEDS_FRESH = dt.timedelta(minutes=1)

Feeds = Callable[[], Sequence[PartStatus]]


class Ages(NamedTuple):
    """How long things have waited, for one row of a list."""

    words: str
    number: int
    percent: int
    """Of all that waits."""


class Figures(NamedTuple):
    """What is counted."""

    totals: Totals
    waiting: int
    oldest: dt.datetime | None
    """Since when the oldest has waited, in UTC."""
    ages: tuple[Ages, ...]
    days: Bars
    feeds: tuple[PartStatus, ...]


class Counted:
    """Counts, and remembers.

    Args:
        browsing: counts.
        feeds: tells how what Airlock knows from elsewhere is.
        clock: gives the time in UTC.
    """

    def __init__(self, browsing: Browsing, feeds: Feeds, clock: Callable[[], dt.datetime]) -> None:
        self._browsing = browsing
        self._feeds = feeds
        self._clock = clock
        self._turn = threading.Lock()
        self._known: tuple[dt.datetime, Figures] | None = None
        self._fed: tuple[dt.datetime, tuple[PartStatus, ...]] | None = None

    def figures(self) -> Figures:
        """Return the figures, at most ten seconds old; one counts, others wait for it."""
        with self._turn:
            now = self._clock()
            if self._known is None or not _is_fresh(self._known[0], now, _FRESH):
                self._known = (now, self._count(now))
            return self._known[1]

    def _count(self, now: dt.datetime) -> Figures:
        days = [now.date() - dt.timedelta(days=ago) for ago in range(_DAYS - 1, -1, -1)]
        counts: dict[dt.date, dict[str, int]] = {}
        for one in self._browsing.judged(days[0]):
            counts.setdefault(one.day, {})[one.decision.word] = one.number
        since = self._browsing.waiting(now).since
        return Figures(
            totals=self._browsing.totals(),
            waiting=len(since),
            oldest=since[0] if since else None,
            ages=_ages(since, now),
            days=bars_by_day(counts, days, _KINDS),
            feeds=self._states(now),
        )

    def _states(self, now: dt.datetime) -> tuple[PartStatus, ...]:
        if self._fed is None or not _is_fresh(self._fed[0], now, _FEEDS_FRESH):
            self._fed = (now, tuple(self._feeds()))
        return self._fed[1]


def _is_fresh(at: dt.datetime, now: dt.datetime, age: dt.timedelta) -> bool:
    return dt.timedelta(0) <= now - at < age


_BOUNDS = (
    ("less than a day", dt.timedelta(days=1)),
    ("one to three days", dt.timedelta(days=3)),
    ("three days to a week", dt.timedelta(days=7)),
    ("more than a week", dt.timedelta.max),
)


def _ages(since: Sequence[dt.datetime], now: dt.datetime) -> tuple[Ages, ...]:
    found = []
    least = dt.timedelta.min
    for words, most in _BOUNDS:
        number = sum(least <= now - one < most for one in since)
        found.append(Ages(words, number, round(100 * number / max(1, len(since)))))
        least = most
    return tuple(found)
