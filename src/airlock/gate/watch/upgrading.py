"""Looks again at what older checks judged, where newer ones would ask something else.

- A check whose version is the same as before says the same, and a question that did not arise then
  does not arise now, unless it has become wider since (``Check.asks_since``): what a new version of
  a check concerns is what that check looked at.
- When the code that checks share has changed, everything is concerned.
- Workers of older checks go on for a while: what they end meanwhile is looked at, too.
- It goes on in pieces, and can be stopped between any two.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable

import structlog

from airlock.checks import Check, CheckSet
from airlock.errors import StoreError
from airlock.model import Outcome, Status, Verdict
from airlock.model.watching import LIVES
from airlock.store.interface import Store
from airlock.store.works import Works

_log = structlog.get_logger("airlock.watch")
_PIECE = 200
_REST_SECONDS = 30.0


class Upgrading:
    """Queues again what newer checks concern.

    Args:
        works: the queue.
        store: of verdicts.
        checks: the newest set of checks.
        number: of that set.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        works: Works,
        store: Store,
        checks: CheckSet,
        number: int,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._works = works
        self._store = store
        self._checks = checks
        self._number = number
        self._clock = clock
        self._at = 0
        self._older = True
        self.passed = False
        """Whether everything that was there at the beginning was looked at."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look at everything, and again while workers of older checks are at work."""
        while not stop.is_set():
            looked_at = 0
            try:
                if await asyncio.to_thread(self.is_due):
                    looked_at = await asyncio.to_thread(self.step)
            except StoreError as error:
                _log.warning("store-unavailable", error=str(error))
            if not looked_at:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _REST_SECONDS)

    def is_due(self) -> bool:
        """Tell whether something may be outdated that was not looked at."""
        if self._at:
            return True
        # That is longer than it takes to notice that a worker was killed, and to do what it left.
        lived = self._works.workers(self._clock() - LIVES)
        # Once more after their end: the last that they did came after the last look.
        before, self._older = self._older, any(one.checks < self._number for one in lived)
        return before or self._older

    def step(self) -> int:
        """Look at a piece of what is outdated; return how many works were looked at."""
        found = self._works.outdated(self._number, self._at, _PIECE)
        again: list[int] = []
        fine: list[int] = []
        for one in found:
            verdict = self._store.latest_verdict(one.sha256)
            concerned = verdict is None or concerns(verdict, self._checks)
            (again if concerned else fine).append(one.id)
        if found:
            self._works.bring_up(again, fine, self._number, self._clock())
        self._at = found[-1].id if found else 0
        self.passed = self.passed or not found
        return len(found)


def concerns(verdict: Verdict, checks: CheckSet) -> bool:
    """Tell whether checks may say something else than those of a verdict did."""
    if verdict.checks_version == checks.version:
        # A door was quicker.
        return False
    before = {outcome.check: outcome for outcome in verdict.outcomes}
    changed = [
        check
        for check in checks.checks
        if check.id not in before or before[check.id].version != check.version
    ]
    if not changed and set(before) == set(checks.ids):
        # Every version is the same, and yet it is another set: what they share has changed.
        return True
    return any(_may_differ(check, before.get(check.id)) for check in changed)


def _may_differ(check: Check, before: Outcome | None) -> bool:
    if before is None or before.status is not Status.SKIPPED:
        return True
    return not check.asks_since <= before.version <= check.version
