"""What is under review, a file or a name: what was done so far, and what waits for somebody."""

from collections.abc import Iterable

import msgspec

from airlock.errors import TargetNotFound
from airlock.model import Decision, ProjectName
from airlock.model.access import Principal
from airlock.model.review import Step, StepKind, Subject


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A file or a name under review, as it stands."""

    subject: Subject
    project: ProjectName
    version: str = ""
    """Of the file; a name has none."""
    steps: tuple[Step, ...]
    decision: Decision
    """What the door says of it."""
    headline: str
    """That, in one line."""
    otherwise: Decision = Decision.ADMIT
    """What it would say if nobody had let it in."""
    checks: frozenset[str] = frozenset()
    """That found anything in it."""

    @property
    def of_name(self) -> bool:
        """Whether it is about a name."""
        return isinstance(self.subject, ProjectName)

    @property
    def open_proposal(self) -> Step | None:
        """The step that waits for a second person, whether its time is over or not."""
        over = closed(self.steps)
        for step in reversed(self.steps):
            if step.kind.decides and not step.waiver and step.id not in over:
                return step
        return None

    @property
    def open_question(self) -> Step | None:
        """The question that nobody answered by a decision yet."""
        over = closed(self.steps)
        for step in reversed(self.steps):
            if step.id in over:
                continue
            if step.kind.decides or step.kind is StepKind.CONFIRM:
                return None
            if step.kind is StepKind.ASK:
                return step
        return None


def closed(steps: Iterable[Step]) -> set[str]:
    """Return the ids of the steps that were confirmed or undone."""
    return {step.of for step in steps if step.of}


def person(principal: Principal) -> str:
    """Return who somebody is, whatever token or session they ask by."""
    return f"{principal.kind} {principal.name}".strip()


def subject_of(step: Step | None, step_id: str) -> Subject:
    """Return what the review is about in which a step was taken.

    Raises:
        TargetNotFound: if there is no such step.
    """
    if step is None:
        raise TargetNotFound(f"there is no step {step_id[:80]}")
    return step.subject
