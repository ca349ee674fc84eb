"""The review at the gate: what waits for a person, and what the door says once they decided.

Who may do what, the routes have asked before; the rules are those of ``airlock.reviewing``.

- Before a step is recorded, the door is asked what it will say: an approval that would let nothing
  in (the policy denies the project, the name belongs to somebody else) is refused, and says why.
- A proposal counts as long as who made it may still review.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import NamedTuple

from airlock import reviewing
from airlock.errors import Outdated, TargetNotFound, UsageError
from airlock.gate.catalogue import Catalogue
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.names import NameRuling, Names
from airlock.gate.review_cases import Cases, Opened
from airlock.model import Decision, ProjectName
from airlock.model.access import Action, Principal
from airlock.model.people import AccountName
from airlock.model.review import Group, Held, Selection, Step, Subject
from airlock.model.waiver import NAMES, Waiver
from airlock.policy.in_force import InForce
from airlock.policy.review import ReviewRules
from airlock.reviewing import Wish
from airlock.store import Records
from airlock.store.reviews import Change

__all__ = ["Opened", "Queue", "Reviewing"]

_ID_BYTES = 6
_USER = "user "


class Queue(NamedTuple):
    """A page of what waits for people."""

    items: tuple[Held, ...]
    total: int
    """Without limits."""


class Reviewing:
    """What people do about what was held.

    Args:
        records: of all this.
        door: that obeys.
        catalogue: knows what is offered.
        names: rule on names.
        in_force: the policy.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a decision is made of that many parts
        self,
        records: Records,
        door: Door,
        catalogue: Catalogue,
        names: Names,
        in_force: InForce,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._records = records
        self._store = records.store
        self._reviews = records.reviews
        self._cases = Cases(records, door, catalogue, names, clock)
        self._in_force = in_force
        self._clock = clock

    @property
    def rules(self) -> ReviewRules:
        """How people may decide, by the policy in force."""
        return self._in_force.policy.review

    def queue(self, selection: Selection) -> Queue:
        """Return what waits for a decision.

        What the door lets pass because of what was waived is left out of the page, unless somebody
        was asked about it.
        """
        now = self._clock()
        found = self._reviews.queue(selection, now)
        total = self._reviews.count(selection, now)
        if selection.waits_for_people:
            return Queue(found, total)
        waivers = self._store.waivers(now)
        passing = {one.subject for one in found if self._passes(one, waivers)}
        left = tuple(one for one in found if one.subject not in passing)
        return Queue(left, total - len(passing))

    def _passes(self, held: Held, waivers: tuple[Waiver, ...]) -> bool:
        """Tell whether the door lets a file pass because of what was waived."""
        if held.sha256 is None:
            return False
        about = (held.sha256, held.project, held.version)
        if not any(one.spares(*about) for one in waivers):
            return False
        asked = Asked(held.sha256, held.filename, held.project, held.source)
        return self._cases.ask(asked, waivers).serves

    def groups(self, selection: Selection) -> tuple[Group, ...]:
        """Return the campaigns in what waits for a decision, the largest first."""
        return self._reviews.groups(selection, self._clock())

    def latest(self, limit: int) -> tuple[Step, ...]:
        """Return the last steps, the newest first."""
        return self._reviews.latest(limit)

    def opened(self, subject: Subject) -> Opened:
        """Return a file or a name as it stands.

        Raises:
            TargetNotFound: if it was never judged here.
        """
        return self._cases.opened(subject)

    def project_of(self, subject: Subject) -> ProjectName:
        """Return the project whose file or name it is.

        Raises:
            TargetNotFound: if no file with this digest was examined here.
        """
        if isinstance(subject, ProjectName):
            return subject
        return self._cases.verdict(subject).artifact.release.project

    def title_of(self, subject: Subject) -> str:
        """Return what a person calls a file or a name; what it raises, as ``project_of``."""
        if isinstance(subject, ProjectName):
            return f"the name {subject}"
        return self._cases.verdict(subject).artifact.name.filename

    def project_of_waiver(self, waiver: Waiver) -> ProjectName | None:
        """Return the project that a decision is about; ``None`` if nothing is known of its file."""
        if waiver.sha256 is None:
            return waiver.project
        try:
            return self.project_of(waiver.sha256)
        except TargetNotFound:
            return None

    def subject_of(self, step_id: str) -> Subject:
        """Return what the review is about in which a step was taken.

        Raises:
            TargetNotFound: if there is no such step.
        """
        return reviewing.subject_of(self._reviews.step(step_id), step_id)

    def decide(self, subject: Subject, wish: Wish, by: Principal) -> Step:
        """Decide, or propose to where two persons are needed.

        Raises:
            AirlockError: as ``reviewing.decided`` does, and if an approval would let nothing in.
        """
        opened = self.opened(subject)
        change = reviewing.decided(
            opened.case, wish, by, self.rules, now=self._clock(), new_id=_new_id()
        )
        return self._take(opened, change)

    def confirm(self, step_id: str, reason: str, by: Principal) -> Step:
        """Agree with a proposal, as the second person.

        Raises:
            AirlockError: as ``reviewing.confirmed`` does.
        """
        opened = self.opened(self.subject_of(step_id))
        proposal = opened.case.open_proposal
        if proposal is not None and not self._may_review(proposal.by, opened):
            raise Outdated(f"{proposal.by}, who proposed this, may not review here any more")
        change = reviewing.confirmed(
            opened.case, step_id, reason, by, now=self._clock(), new_id=_new_id()
        )
        return self._take(opened, change)

    def ask(self, subject: Subject, to: str, question: str, by: Principal) -> Step:
        """Ask a colleague to look.

        Raises:
            UsageError: if nobody of that name may review this.
        """
        opened, colleague = self.opened(subject), AccountName(to)
        if not self._may_review(f"{_USER}{colleague}", opened):
            raise UsageError(f"there is no user {colleague} who may review this")
        change = reviewing.asked(
            opened.case, str(colleague), question, by, now=self._clock(), new_id=_new_id()
        )
        return self._take(opened, change)

    def undo(self, step_id: str, reason: str, by: Principal) -> Step:
        """Take a step back.

        Raises:
            AirlockError: as ``reviewing.undone`` does.
        """
        opened = self.opened(self.subject_of(step_id))
        change = reviewing.undone(
            opened.case, step_id, reason, by, now=self._clock(), new_id=_new_id()
        )
        if change.revocation is not None:
            self._check_end(self.waiver(change.revocation.waiver), by)
        return self._take(opened, change)

    def waivers(self) -> tuple[Waiver, ...]:
        """Return the decisions in force, the newest first."""
        return self._store.waivers(self._clock())

    def waiver(self, waiver_id: str) -> Waiver:
        """Return a decision.

        Raises:
            TargetNotFound: if there is no such one.
        """
        found = self._store.waiver(waiver_id)
        if found is None:
            raise TargetNotFound(f"there is no waiver {waiver_id[:80]}")
        return found

    def revoke(self, waiver_id: str, reason: str, by: Principal) -> None:
        """End a decision before its time, whoever made it and however.

        Raises:
            Forbidden: if two are needed to let in what somebody else keeps out by it.
            TargetNotFound: if there is no such waiver.
        """
        self._check_end(self.waiver(waiver_id), by)
        self._store.revoke_waiver(
            waiver_id, by=reviewing.person(by), reason=reason, at=self._clock()
        )

    def may_end(self, waiver: Waiver, by: Principal) -> bool:
        """Tell whether one person may end a decision before its time."""
        return reviewing.may_end(waiver, by, self.rules)

    def _check_end(self, waiver: Waiver, by: Principal) -> None:
        if waiver.active(self._clock()):
            reviewing.check_end(waiver, by, self.rules)

    def _take(self, opened: Opened, change: Change) -> Step:
        if _lets_in(change) and (trouble := self._in_force.trouble):
            # Nor does anybody know how many persons that needs.
            raise UsageError(f"nothing is let in now: {trouble}")
        if change.waiver or change.revocation:
            waivers = reviewing.standing_after(change, self._store.waivers(self._clock()))
            after = self._cases.ask_again(opened, waivers)
            _require_effect(change, after)
            change = reviewing.told(change, after.headline)
        self._reviews.take(change, after=len(opened.case.steps))
        return change.step

    def _may_review(self, who: str, opened: Opened) -> bool:
        if not who.startswith(_USER):
            return False
        standing = self._records.people.standing(AccountName(who.removeprefix(_USER)))
        project = opened.case.project
        return standing is not None and any(
            right.allows(Action.REVIEW, project) for right in standing.rights
        )


def _require_effect(change: Change, after: Ruling | NameRuling) -> None:
    whole = change.waiver is not None and change.waiver.check in {"", NAMES}
    if isinstance(after, NameRuling):
        useless = not after.admits
    else:
        useless = after.current and not after.serves
    if _lets_in(change) and whole and useless:
        raise UsageError(
            f"this would let nothing in; the door would say: {after.headline}",
            hint="Decide about the very file, or change what stands above a decision.",
        )


def _lets_in(change: Change) -> bool:
    return change.waiver is not None and change.waiver.decision is Decision.ADMIT


def _new_id() -> str:
    return secrets.token_hex(_ID_BYTES)
