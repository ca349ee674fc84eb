"""What a policy says. Values only; ``decision`` obeys them."""

import datetime as dt
import hashlib

import msgspec

from airlock.model import Confidence, Decision, Finding, PolicyVersion, ProjectName, Severity, wire
from airlock.policy.advisories import AdvisoryRules
from airlock.policy.age import AgeRule
from airlock.policy.openpgp import Pin
from airlock.policy.provenance import Requirement
from airlock.policy.review import ReviewRules
from airlock.policy.suppression import Suppression

# How strongly one finding speaks against an artifact, between 0 and 1: its severity's weight times
# its confidence's. Only the order and the rough distances matter; the thresholds refer to them.
_SEVERITY_WEIGHT = {
    Severity.INFO: 0.0,
    Severity.LOW: 0.05,
    Severity.MEDIUM: 0.30,
    Severity.HIGH: 0.70,
    Severity.CRITICAL: 0.98,
}
_CONFIDENCE_WEIGHT = {Confidence.LOW: 0.35, Confidence.MEDIUM: 0.70, Confidence.HIGH: 1.0}


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least finding that a rule is about: both scales must be reached."""

    severity: Severity
    confidence: Confidence

    def reached_by(self, finding: Finding) -> bool:
        """Return whether the finding is at least this severe and at least this sure."""
        return finding.severity >= self.severity and finding.confidence >= self.confidence


class CheckRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the findings of one check may cause; a failed outcome is the floor's affair."""

    at_least: Decision = Decision.ADMIT
    """What any finding of the check above ``info`` causes."""
    at_most: Decision = Decision.REFUSE
    """What no finding of the check goes beyond, neither alone nor together with others."""


class VetAhead(msgspec.Struct, frozen=True, kw_only=True):
    """How much is vetted when a listing is asked for, before anybody asks for a file."""

    wait: dt.timedelta = dt.timedelta(seconds=3)
    """The longest time that a listing waits for it. What is not done by then goes on."""
    versions: int = 3
    """At most so many of the newest versions, until one is let in; 0 for none."""
    dependencies: bool = True
    """Whether what the release requires is then vetted likewise."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one installation."""

    name: str = "default"
    refuse: Threshold = Threshold(Severity.CRITICAL, Confidence.HIGH)
    """A finding that reaches this refuses the artifact."""
    hold: Threshold = Threshold(Severity.HIGH, Confidence.MEDIUM)
    """A finding that reaches this holds the artifact for a person."""
    hold_score: float = 0.9
    """Findings of several checks that together reach this score hold the artifact."""
    agreement: Decision = Decision.REFUSE
    """What it causes if a finding reaches ``hold`` and another family of checks, which looked at
    something else, reaches ``support``."""
    support: Threshold = Threshold(Severity.MEDIUM, Confidence.HIGH)
    """The least finding of another family that makes a suspicion certain."""
    deny: frozenset[ProjectName] = frozenset()
    """Projects that are refused whatever is in them."""
    checks: dict[str, CheckRule] = {}
    """Rules for single checks, by id."""
    advisories: AdvisoryRules = AdvisoryRules()
    """What comes of known vulnerabilities."""
    suppress: tuple[Suppression, ...] = ()
    """Findings that somebody answers for. ``decision`` takes all of them to be in force."""
    provenance: tuple[Requirement, ...] = ()
    """What is required of where files come from."""
    ask_provenance: bool = True
    """Whether indexes are asked for what they announce of it."""
    openpgp: tuple[Pin, ...] = ()
    """Whose signatures count."""

    age: AgeRule = AgeRule()
    """How old files have to be. Asked at the door, at that moment: no part of a verdict."""
    vet_ahead: VetAhead = VetAhead()
    detonate: bool = False
    """Whether what is held is run in a sandbox, to be judged on that as well."""
    review: ReviewRules = ReviewRules()
    """How people may decide above it: no part of a verdict."""

    def at(self, today: dt.date) -> "Policy":
        """Return the policy as it is on a day, in UTC: without suppressions not in force then.

        It has another version from the day on which a suppression ends, so that what was decided
        under the suppression is decided again.
        """
        if not self.suppress:
            return self
        kept = tuple(one for one in self.suppress if one.in_force(today))
        return msgspec.structs.replace(self, suppress=kept)

    @property
    def version(self) -> PolicyVersion:
        """The name, and the digest of all the rules that verdicts obey: 16 hexadecimal digits."""
        rules = msgspec.structs.replace(
            self,
            deny=frozenset(),
            checks=dict(sorted(self.checks.items())),
            age=AgeRule(),
            vet_ahead=VetAhead(),
            detonate=False,
            review=ReviewRules(),
        )
        text = wire.encode(rules) + "\n".join(sorted(self.deny)).encode()
        return PolicyVersion(self.name, hashlib.sha256(text).hexdigest()[:16])


def weight(finding: Finding) -> float:
    """Return how strongly one finding speaks against its artifact, from 0 to 1."""
    return _SEVERITY_WEIGHT[finding.severity] * _CONFIDENCE_WEIGHT[finding.confidence]
