"""The decisions above verdicts, wherever they were made: in a review, or at the machine.

- One that came of a review is ended by undoing its step, so that the review says so; any other is
  revoked in the store, whatever made it. Doors obey at once, and the log has what it said before.
- Whoever reviews some projects sees and ends the waivers of those.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from airlock.gate.review import Reviewing
from airlock.model import ProjectName, Sha256
from airlock.model.access import Action, Principal
from airlock.model.review import Step
from airlock.model.waiver import Waiver
from airlock.reviewing.cases import closed
from airlock.store import Records, Standing

_MOST_ENDED = 500


class Kept(NamedTuple):
    """A waiver, and what is known of it."""

    waiver: Waiver
    project: ProjectName | None
    """``None``: nothing is known of its file here."""
    title: str
    """What it is about, for a person."""
    step: Step | None
    """Of the review that it came of; ``None``: it was made at the machine."""


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
        self._store = records.store
        self._reviews = records.reviews
        self._reviewing = reviewing
        self._clock = clock

    def found(self, by: Principal, *, ended: bool = False, text: str = "") -> tuple[Waiver, ...]:
        """Return the waivers that somebody may see, the newest first.

        Args:
            by: who asks.
            ended: those that ended or were revoked, in place of those in force.
            text: part of what they are about, of who made them or of their reason.
        """
        now, sought = self._clock(), text.lower()
        all_ = self._reviews.ended(now, _MOST_ENDED) if ended else self._store.waivers(now)
        known = self._known(all_)
        return tuple(
            one
            for one in all_
            if by.may(Action.REVIEW, _project(one, known))
            and sought in f"{one.about} {one.by} {one.reason} {_title(one, known)}".lower()
        )

    def kept(self, waivers: Sequence[Waiver]) -> list[Kept]:
        """Return what is known of waivers, in their order."""
        known = self._known(waivers)
        return [
            Kept(one, _project(one, known), _title(one, known), self._reviews.step(one.id))
            for one in waivers
        ]

    def _known(self, waivers: Sequence[Waiver]) -> Mapping[Sha256, Standing]:
        return self._store.latest_verdicts([one.sha256 for one in waivers if one.sha256])

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


def _project(waiver: Waiver, known: Mapping[Sha256, Standing]) -> ProjectName | None:
    if waiver.sha256 is None:
        return waiver.project
    standing = known.get(waiver.sha256)
    return standing.project if standing else None


def _title(waiver: Waiver, known: Mapping[Sha256, Standing]) -> str:
    standing = known.get(waiver.sha256) if waiver.sha256 else None
    findings = f"what {waiver.check} finds in " if waiver.check else ""
    return f"{findings}{standing.filename}" if standing else waiver.about
