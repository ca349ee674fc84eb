"""What is decided of a bare name, before anything under it is fetched."""

import datetime as dt

import msgspec

from airlock.model.identity import ProjectName
from airlock.model.outcome import Outcome
from airlock.model.verdict import Decision, PolicyVersion, Reason


class NameVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of a name by a policy from the outcomes of the checks of names."""

    project: ProjectName
    decision: Decision
    score: float
    """From 0 to 1: how strongly the findings taken together speak against the name."""
    reasons: tuple[Reason, ...]
    """The strictest first."""
    outcomes: tuple[Outcome, ...]
    policy: PolicyVersion
    checks_version: str
    """The digest of the checks of names and their versions."""
    decided_at: dt.datetime
    """In UTC."""

    @property
    def headline(self) -> str:
        """One line for a person: the decision and its first reason."""
        if not self.reasons:
            return self.decision.word
        return f"{self.decision.word}: {self.reasons[0].message}"

    @property
    def denied(self) -> bool:
        """Whether the policy denies the project, which no waiver overrides."""
        return any(reason.rule == "deny" for reason in self.reasons)

    def says_the_same_as(self, other: "NameVerdict") -> bool:
        """Tell whether the other differs in nothing but its time."""
        return msgspec.structs.replace(other, decided_at=self.decided_at) == self
