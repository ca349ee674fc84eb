"""Looks again at what older checks judged, where newer ones would ask something else.

- A check whose version is the same as before says the same, and a question that did not arise then
  does not arise now, unless it has become wider since (``Check.asks_since``): what a new version of
  a check concerns is what that check looked at.
- When the code that checks share has changed, everything is concerned.
- It goes on in pieces, and can be stopped between any two.
"""

import datetime as dt
from collections.abc import Callable

from airlock.checks import Check, CheckSet
from airlock.model import Outcome, Status, Verdict
from airlock.store.interface import Store
from airlock.store.works import Works

_PIECE = 200


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
            self._at = found[-1].id
        return len(found)


def concerns(verdict: Verdict, checks: CheckSet) -> bool:
    """Tell whether checks may say something else than those of a verdict did."""
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
