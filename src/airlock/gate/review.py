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
from airlock.errors import AirlockError, Outdated, TargetNotFound, UsageError
from airlock.gate.catalogue import Catalogue
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.names import Names
from airlock.model import Decision, ProjectName, Sha256, Verdict
from airlock.model.access import Action, Principal
from airlock.model.people import AccountName
from airlock.model.review import Group, Held, Selection, Step
from airlock.model.waiver import Waiver
from airlock.policy.review import ReviewRules
from airlock.reviewing import Case, Wish
from airlock.store import Records
from airlock.store.reviews import Change

_ID_BYTES = 6
_USER = "user "


class Queue(NamedTuple):
    """A page of what waits for people."""

    items: tuple[Held, ...]
    total: int
    """Without limits."""


class Opened(NamedTuple):
    """One file under review."""

    case: Case
    ruling: Ruling
    verdict: Verdict
    held: Held | None
    waivers: tuple[Waiver, ...]
    """In force, that are about it."""


class Reviewing:
    """What people do about what was held.

    Args:
        records: of all this.
        door: that obeys.
        catalogue: knows what is offered.
        names: know whose a project is.
        rules: of the policy.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a decision is made of that many parts
        self,
        records: Records,
        door: Door,
        catalogue: Catalogue,
        names: Names,
        rules: ReviewRules,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._records = records
        self._store = records.store
        self._reviews = records.reviews
        self._door = door
        self._catalogue = catalogue
        self._names = names
        self.rules = rules
        self._clock = clock

    def queue(self, selection: Selection) -> Queue:
        """Return what waits for a decision.

        What the door lets pass because of what was waived is left out of the page.
        """
        now = self._clock()
        found = self._reviews.queue(selection, now)
        total = self._reviews.count(selection, now)
        waivers = self._store.waivers(now)
        spared = [one for one in found if _is_spared(one, waivers)]
        passing = {one.sha256 for one in spared if self._ask(_asked(one), waivers).serves}
        return Queue(tuple(one for one in found if one.sha256 not in passing), total - len(passing))

    def groups(self, selection: Selection) -> tuple[Group, ...]:
        """Return the campaigns in what waits for a decision, the largest first."""
        return self._reviews.groups(selection, self._clock())

    def latest(self, limit: int) -> tuple[Step, ...]:
        """Return the last steps, the newest first."""
        return self._reviews.latest(limit)

    def opened(self, sha256: Sha256) -> Opened:
        """Return a file as it stands.

        Raises:
            TargetNotFound: if nothing with this digest was examined here.
        """
        verdict = self._verdict(sha256)
        artifact = verdict.artifact
        waivers = self._store.waivers(self._clock())
        ruling = self._ask(self._offered(verdict), waivers)
        held, steps = self._reviews.review(sha256)
        case = Case(
            artifact=artifact,
            steps=steps,
            decision=ruling.decision if ruling.decision is not None else Decision.HOLD,
            headline=ruling.headline,
            checks=frozenset(one.check for one in verdict.outcomes if one.findings),
        )
        about = (sha256, artifact.release.project, artifact.name.version)
        mine = tuple(one for one in waivers if one.covers(*about) or one.spares(*about))
        return Opened(case, ruling, verdict, held, mine)

    def project_of(self, sha256: Sha256) -> ProjectName:
        """Return the project whose file it is.

        Raises:
            TargetNotFound: if nothing with this digest was examined here.
        """
        return self._verdict(sha256).artifact.release.project

    def _verdict(self, sha256: Sha256) -> Verdict:
        verdict = self._store.latest_verdict(sha256)
        if verdict is None:
            raise TargetNotFound("nothing with this digest was examined here")
        return verdict

    def file_of(self, step_id: str) -> Sha256:
        """Return the file in whose review a step was taken.

        Raises:
            TargetNotFound: if there is no such step.
        """
        return reviewing.file_of(self._reviews.step(step_id), step_id)

    def decide(self, sha256: Sha256, wish: Wish, by: Principal) -> Step:
        """Decide, or propose to where two persons are needed.

        Raises:
            AirlockError: as ``reviewing.decided`` does, and if an approval would let nothing in.
        """
        opened = self.opened(sha256)
        change = reviewing.decided(
            opened.case, wish, by, self.rules, now=self._clock(), new_id=_new_id()
        )
        return self._take(opened, change)

    def confirm(self, step_id: str, reason: str, by: Principal) -> Step:
        """Agree with a proposal, as the second person.

        Raises:
            AirlockError: as ``reviewing.confirmed`` does.
        """
        opened = self.opened(self.file_of(step_id))
        proposal = opened.case.open_proposal
        if proposal is not None and not self._may_review(proposal.by, opened):
            raise Outdated(f"{proposal.by}, who proposed this, may not review here any more")
        change = reviewing.confirmed(
            opened.case, step_id, reason, by, now=self._clock(), new_id=_new_id()
        )
        return self._take(opened, change)

    def ask(self, sha256: Sha256, to: str, question: str, by: Principal) -> Step:
        """Ask a colleague to look.

        Raises:
            UsageError: if nobody of that name may review this.
        """
        opened, colleague = self.opened(sha256), AccountName(to)
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
        opened = self.opened(self.file_of(step_id))
        change = reviewing.undone(
            opened.case, step_id, reason, by, now=self._clock(), new_id=_new_id()
        )
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
            TargetNotFound: if there is no such waiver.
        """
        self._store.revoke_waiver(
            waiver_id, by=reviewing.person(by), reason=reason, at=self._clock()
        )

    def _take(self, opened: Opened, change: Change) -> Step:
        if change.waiver or change.revocation:
            waivers = reviewing.standing_after(change, self._store.waivers(self._clock()))
            after = self._ask(opened.ruling.asked, waivers)
            _require_effect(change, after)
            change = reviewing.told(change, after.headline)
        self._reviews.take(change, after=len(opened.case.steps))
        return change.step

    def _ask(self, asked: Asked, waivers: tuple[Waiver, ...]) -> Ruling:
        # What was uploaded here and held is recorded nowhere yet: its project may have no owner.
        return self._door.decide_as_if(asked, waivers, hosted=asked.source is None)

    def _offered(self, verdict: Verdict) -> Asked:
        artifact = verdict.artifact
        release = artifact.release
        asked = Asked(artifact.sha256, artifact.name.filename, release.project, release.source)
        if release.source is None:
            return asked
        try:
            offer = self._catalogue.kept(self._names.holding(release.project))
        except AirlockError:
            return asked
        found = offer.of(artifact.sha256, artifact.name.filename) if offer else None
        return found[1] if found and found[1].source == release.source else asked

    def _may_review(self, who: str, opened: Opened) -> bool:
        if not who.startswith(_USER):
            return False
        standing = self._records.people.standing(AccountName(who.removeprefix(_USER)))
        project = opened.case.artifact.release.project
        return standing is not None and any(
            right.allows(Action.REVIEW, project) for right in standing.rights
        )


def _require_effect(change: Change, after: Ruling) -> None:
    lets_in = change.waiver is not None and change.waiver.decision is Decision.ADMIT
    whole = change.waiver is not None and not change.waiver.check
    if lets_in and whole and after.current and not after.serves:
        raise UsageError(
            f"this would let nothing in; the door would say: {after.headline}",
            hint="Decide about this very file, or change what stands above a decision.",
        )


def _is_spared(held: Held, waivers: tuple[Waiver, ...]) -> bool:
    return any(one.spares(held.sha256, held.project, held.version) for one in waivers)


def _asked(held: Held) -> Asked:
    return Asked(held.sha256, held.filename, held.project, held.source)


def _new_id() -> str:
    return secrets.token_hex(_ID_BYTES)
