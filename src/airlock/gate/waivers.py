"""The decisions above verdicts, wherever they were made: in a review, or at the machine.

- One that came of a review is ended by undoing its step, so that the review says so; any other is
  revoked in the store, whatever made it. Doors obey at once, and the log has what it said before.
- Whoever reviews some projects sees and ends the waivers of those.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from airlock.gate.review import Reviewing
from airlock.model.access import Action, Principal
from airlock.model.waiver import Waiver
from airlock.reviewing.cases import closed
from airlock.store import Records
from airlock.store.reviews import Kept, Sought


class Page(NamedTuple):
    """A page of decisions."""

    items: tuple[Kept, ...]
    """The newest first."""
    total: int
    """Without limits."""


class Waivers:
    """Finds and ends decisions above verdicts.

    Args:
        records: of them.
        reviewing: undoes steps.
        clock: gives the time in UTC.
    """

    def __init__(
        self, records: Records, reviewing: Reviewing, clock: Callable[[], dt.datetime]
    ) -> None:
        self._reviews = records.reviews
        self._reviewing = reviewing
        self._clock = clock

    def found(self, sought: Sought, by: Principal) -> Page:
        """Return a page of the decisions that somebody may see.

        Args:
            sought: which; what they may see is added here.
            by: who asks.
        """
        own = sought._replace(within=by.scopes(Action.REVIEW), text=sought.text.replace("\0", ""))
        return Page(*self._reviews.kept(own, self._clock()))

    def end(self, waiver: Waiver, reason: str, by: Principal) -> None:
        """End one before its time, however it was made.

        Raises:
            Forbidden: if two are needed to let in what somebody else keeps out by it.
            UsageError: if it makes no sense.
        """
        step = self._reviews.step(waiver.id)
        if step is not None:
            steps = self._reviews.review(step.subject).steps
            if step.id not in closed(steps):
                self._reviewing.undo(step.id, reason, by)
                return
        self._reviewing.revoke(waiver.id, reason, by)
