"""What is decided of an artifact, and why."""

import datetime as dt
import enum

import msgspec

from airlock.model.artifact import Artifact
from airlock.model.outcome import Outcome


class Decision(enum.IntEnum):
    """Ordered, so that ``max`` is the stricter. Its text is its name in lower case."""

    ADMIT = 0
    HOLD = 1
    """A person must look."""
    REFUSE = 2

    @property
    def word(self) -> str:
        """The word that users read: ``admit``, ``hold`` or ``refuse``."""
        return self.name.lower()

    @classmethod
    def of_word(cls, word: str) -> "Decision":
        """Return the decision that a word names.

        Raises:
            KeyError: if it names none.
        """
        return {decision.word: decision for decision in cls}[word]


class Reason(msgspec.Struct, frozen=True):
    """Why a verdict is at least this strict."""

    decision: Decision
    rule: str
    """The rule of the policy or of the floor that spoke."""
    message: str
    """One sentence for a person."""
    check: str = ""
    """The check whose outcome the rule was about; empty if it was about none."""


class PolicyVersion(msgspec.Struct, frozen=True):
    """Which policy decided."""

    name: str
    version: str
    """The digest of its rules, so that two policies never share one."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of an artifact by a policy from the outcomes of checks."""

    artifact: Artifact
    decision: Decision
    score: float
    """From 0 to 1: how strongly the findings taken together speak against the artifact."""
    reasons: tuple[Reason, ...]
    """The strictest first; empty only for an admission without remarks."""
    outcomes: tuple[Outcome, ...]
    policy: PolicyVersion
    checks_version: str
    """The digest of all checks and their versions (``checks.registry``)."""
    decided_at: dt.datetime
    """In UTC."""
    seconds: float = 0.0
    """Wall time of the examination."""

    @property
    def headline(self) -> str:
        """One line for a person: the decision and its first reason."""
        if not self.reasons:
            return self.decision.word
        return f"{self.decision.word}: {self.reasons[0].message}"
