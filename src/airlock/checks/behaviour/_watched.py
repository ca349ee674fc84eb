"""What the checks of behaviour share: the judgement, and findings made of its signals."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from airlock.checks.interface import NotApplicable, Subject
from airlock.model import Finding

if TYPE_CHECKING:
    from airlock.behaviour import Judgement

_WHEN = {
    "install": "when it is built or installed",
    "startup": "when Python starts",
    "import": "when it is imported",
    "execute": "when its functions are called",
}


def judgement_of(subject: Subject) -> "Judgement":
    """Return what the artifact did.

    Raises:
        NotApplicable: if nobody watched it.
    """
    judgement = subject.facts.behaviour.judgement()
    if judgement is None:
        raise NotApplicable(subject.facts.behaviour.unwatched)
    return judgement


def findings(subject: Subject, *kinds: str) -> Iterator[Finding]:
    """Yield a finding for every signal of some kinds.

    Raises:
        NotApplicable: if nobody watched it.
    """
    for signal in judgement_of(subject).signals:
        if signal.kind in kinds:
            severity, confidence = signal.tier.weight
            when = _WHEN.get(signal.phase, signal.phase)
            yield Finding(
                severity=severity,
                confidence=confidence,
                message=f"Seen in the sandbox {when}: {signal.message}",
                evidence=signal.evidence,
            )
