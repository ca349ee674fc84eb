"""Another publisher than before.

Attestations name the workflow that published a file. A project is published by the same workflow of
the same repository for years; when it is suddenly another, somebody may have put their own in its
place: a stolen session is enough to name another publisher at the index.

- **high** for a project that many depend on, else **medium**: the repository belongs to somebody
  else than that of every earlier release that was asked for, or another issuer vouches for it.
- **low**: another repository of the same owner, another workflow, or a publisher that published an
  earlier release, though not the latest.

Compared are verified identities only: of the latest attested release, and if it was another, of two
more. A project that moves to an organisation changes its owner honestly; a person looks once, and a
policy can pin the new one. Files that have stood for three months are at most **low**. Where no
earlier release was published by anybody that is verified, this one is the first, and there is
nothing to say; it is skipped where one was, and nothing verified says who published this file.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import known, weighed
from airlock.model import Confidence, Finding, Severity
from airlock.model.provenance import Identity, Provenance


class Publisher(Check):
    """Is the publisher the one of the releases before?"""

    id = "provenance-publisher"
    version = 2

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        found = known(subject)
        if not found.signed:
            return
        if not found.attested:
            raise NotApplicable("nothing verified says who published this file")
        last = found.signed[0].identity
        if any(one.identity.is_same_publisher(last) for one in found.attested):
            return
        new = found.attested[0].identity
        finding, popular = _judged(new, found)
        yield weighed(subject, finding, popular=popular)


def _judged(new: Identity, found: Provenance) -> tuple[Finding, Severity | None]:
    earlier = [signed.identity for signed in found.signed]
    lines = [f"{signed.version}: {signed.identity.label}" for signed in found.signed]
    evidence = "\n".join([f"now: {new.label}", *lines])
    if any(new.is_same_publisher(one) for one in earlier):
        return _low("The publisher is not that of the latest release before.", evidence), None
    if any(_is_same_owner(new, one) for one in earlier):
        message = "Another workflow or repository of the same owner published it than before."
        return _low(message, evidence), None
    finding = Finding(
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        message="It was published from a repository of somebody else than the releases before.",
        evidence=evidence,
    )
    return finding, Severity.HIGH


def _is_same_owner(new: Identity, old: Identity) -> bool:
    """Tell whether two repositories have one owner: one that made a freed name its own is none."""
    known = new.owner_id and old.owner_id
    same_name = (new.issuer, new.owner) == (old.issuer, old.owner)
    return new.issuer == old.issuer and new.owner_id == old.owner_id if known else same_name


def _low(message: str, evidence: str) -> Finding:
    return Finding(
        severity=Severity.LOW, confidence=Confidence.MEDIUM, message=message, evidence=evidence
    )
