"""Values about names to store: small, and different where a test says so."""

import msgspec

from airlock.model import (
    Confidence,
    Decision,
    Finding,
    Outcome,
    PolicyVersion,
    ProjectName,
    Reason,
    Severity,
    Status,
)
from airlock.model.name_patterns import NamePattern
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim, Origin, Owner
from airlock.model.phantom import Sighting
from tests.unit.store.examples import NOW, SOURCE


def claim(
    pattern: str,
    origin: Origin = Origin.CLAIMED,
    upstream: str | None = None,
    *,
    reason: str = "ours",
) -> Claim:
    return Claim(
        pattern=NamePattern(pattern),
        origin=origin,
        owner=Owner(upstream),
        organisation="Acme Inc",
        by="Ada Example",
        reason=reason,
        at=NOW,
    )


def seen(pattern: str, upstream: str = SOURCE) -> Claim:
    return claim(pattern, Origin.FIRST_SEEN, upstream)


def name_verdict(
    name: str, decision: Decision = Decision.ADMIT, *, message: str = "looks like another"
) -> NameVerdict:
    finding = Finding(severity=Severity.HIGH, confidence=Confidence.HIGH, message=message)
    outcome = Outcome(check="name-example", version=1, status=Status.SAW, findings=(finding,))
    return NameVerdict(
        project=ProjectName(name),
        decision=decision,
        score=0.5,
        reasons=(Reason(decision, "finding", message),),
        outcomes=(outcome,),
        policy=PolicyVersion("default", "policy-1"),
        checks_version="checks-1",
        decided_at=NOW,
    )


def sighting(name: str, count: int = 1, **changes: object) -> Sighting:
    made = Sighting(
        project=ProjectName(name),
        network="198.51.100.0/24",
        client="pip",
        count=count,
        first_asked=NOW,
        last_asked=NOW,
    )
    return msgspec.structs.replace(made, **changes)
