"""Looks again at what older checks judged, where newer ones would ask something else.

- A check whose version is the same as before says the same, and one whose question did not arise
  then does not arise now: what a new version of a check concerns is what that check looked at.
- When the code that checks share has changed, everything is concerned.
- It goes on in pieces, and can be stopped between any two.
"""

import datetime as dt
from collections.abc import Callable, Mapping

from airlock.model import Status, Verdict
from airlock.store.interface import Store
from airlock.store.works import Works

_PIECE = 200


class Upgrading:
    """Queues again what newer checks concern.

    Args:
        works: the queue.
        store: of verdicts.
        checks: the number of the newest set of checks.
        clock: gives the time in UTC.
    """

    def __init__(
        self, works: Works, store: Store, checks: int, clock: Callable[[], dt.datetime]
    ) -> None:
        self._works = works
        self._store = store
        self._checks = checks
        self._clock = clock
        self._versions = works.checks_of(checks)
        self._at = 0

    def step(self) -> int:
        """Look at a piece of what is outdated; return how many works were looked at."""
        found = self._works.outdated(self._checks, self._at, _PIECE)
        again: list[int] = []
        fine: list[int] = []
        for one in found:
            verdict = self._store.latest_verdict(one.sha256)
            concerned = verdict is None or concerns(verdict, self._versions)
            (again if concerned else fine).append(one.id)
        if found:
            self._works.bring_up(again, fine, self._checks, self._clock())
            self._at = found[-1].id
        return len(found)


def concerns(verdict: Verdict, versions: Mapping[str, int]) -> bool:
    """Tell whether checks of these versions may say something else than a verdict's did."""
    before = {outcome.check: outcome for outcome in verdict.outcomes}
    changed = [
        check
        for check, version in versions.items()
        if check not in before or before[check].version != version
    ]
    if not changed and set(before) == set(versions):
        # Every version is the same, and yet it is another set: what they share has changed.
        return True
    return any(
        check not in before or before[check].status is not Status.SKIPPED for check in changed
    )
