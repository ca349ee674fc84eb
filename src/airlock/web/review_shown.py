"""One file or name under review, as its page shows it: what is so, who may be asked."""

from typing import Any

import msgspec

from airlock.gate.colleagues import users_who_may
from airlock.gate.review import Opened
from airlock.model import Artifact, ProjectName, Verdict
from airlock.model.access import Action, Principal
from airlock.model.review import Held, Step, StepKind, place_of
from airlock.model.waiver import Waiver
from airlock.policy.review import ReviewRules
from airlock.reviewing import may_end, person
from airlock.reviewing.cases import closed
from airlock.store.people import People

_MOST_COLLEAGUES = 200


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One file or name under review, as its page shows it (``decisions.html``)."""

    place: str
    """Where it is, behind ``/review/``."""
    project: ProjectName
    artifact: Artifact | None
    """``None``: it is a name."""
    word: str
    headline: str
    until: Any
    held: Held | None
    waivers: tuple[Waiver, ...]
    steps: tuple[Step, ...]
    """The newest first."""
    undoable: frozenset[str]
    """The ids of the steps that who looks at it can take back."""
    proposal: Step | None
    own_proposal: bool
    checks: tuple[str, ...]
    """Whose findings can be waived."""
    colleagues: tuple[str, ...]
    longest: int
    """Days that a decision may hold."""

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.artifact.name.filename if self.artifact else f"The name {self.project}"

    @property
    def evidence(self) -> str:
        """Where all of the evidence is."""
        return f"/verdicts/{self.artifact.sha256}" if self.artifact else f"/names/{self.project}"


def shown(opened: Opened, principal: Principal, people: People, rules: ReviewRules) -> Shown:
    """Return what a page shows.

    Args:
        opened: what is under review.
        principal: who looks at it.
        people: of whom some may be asked.
        rules: how people may decide.
    """
    case, verdict = opened.case, opened.verdict
    proposal = case.open_proposal
    ended = closed(case.steps)
    kept = {one.id for one in opened.waivers if not may_end(one, principal, rules)}
    return Shown(
        place=place_of(case.subject),
        project=case.project,
        artifact=verdict.artifact if isinstance(verdict, Verdict) else None,
        word=case.decision.word,
        headline=case.headline,
        until=opened.ruling.until,
        held=opened.held,
        waivers=opened.waivers,
        steps=case.steps[::-1],
        undoable=frozenset(
            step.id
            for step in case.steps
            if step.id not in ended and step.kind is not StepKind.UNDO and step.waiver not in kept
        ),
        proposal=proposal,
        own_proposal=proposal is not None and proposal.by == person(principal),
        checks=tuple(sorted(case.checks)),
        colleagues=users_who_may(people, Action.REVIEW, case.project, besides=principal.name)[
            :_MOST_COLLEAGUES
        ],
        longest=rules.longest.days,
    )
