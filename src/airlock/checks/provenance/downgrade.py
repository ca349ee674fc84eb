"""A release without attestations after releases that had them.

Who publishes through a trusted publisher needs no secret, and what is published has attestations.
Whoever stole an old token can upload all the same, but not from the workflow: the file has none. So
came the second half of a compromise of `ultralytics` in 2024, after the first had been found.

- **high** for a project that many depend on, else **medium**: the release before, by version, and
  another one among the latest five were attested whole, and this file is not; or a file without an
  attestation was added to a release whose files have some, after releases that were attested whole.
- **low**: only the release before was attested.
- The same on an index of your own, where the account is known: an upload by a token of a person
  after uploads by a trusted publisher.

It is skipped where the index offers provenance of no file of the project, for a mirror may know of
no such thing, and where no earlier release is listed. Releases that were attested in part are no
measure. Files that have stood for three months are at most **low**.
"""

from collections.abc import Iterator, Sequence

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import before, known, told, weighed
from airlock.model import Confidence, Finding, Severity
from airlock.model.provenance import PastRelease, Provenance
from airlock.model.versions import parsed_version

_LATEST = 5


class Downgrade(Check):
    """Did attestations vanish?"""

    id = "provenance-downgrade"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        found = known(subject)
        if not found.offers:
            raise NotApplicable("the index offers no provenance of any file of this project")
        past = before(found)
        if _is_trusted(found):
            return
        last = predecessor(subject.release.version, past)
        if not last.is_trusted:
            return
        often = sum(one.is_trusted for one in past[:_LATEST]) > 1
        finding = Finding(
            severity=Severity.MEDIUM if often else Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=_message(found),
            evidence=_evidence(found, past),
        )
        yield weighed(subject, finding, popular=Severity.HIGH if often else None)


def predecessor(version: str, past: Sequence[PastRelease]) -> PastRelease:
    """Return the release before, by version; the latest, where none of them is lower."""
    own = parsed_version(version)
    older = [
        (parsed, one)
        for one in past
        if own is not None and (parsed := parsed_version(one.version)) is not None and parsed < own
    ]
    return max(older, key=lambda pair: pair[0])[1] if older else past[0]


def _is_trusted(found: Provenance) -> bool:
    if found.by:
        return found.by.startswith("publisher ")
    return found.offered


def _message(found: Provenance) -> str:
    if found.by:
        return "It is uploaded by a token, after releases by a trusted publisher."
    if found.release is not None and found.release.attested:
        return "It has no attestation, and other files of its release have."
    return "It has no attestation, and the releases before had."


def _evidence(found: Provenance, past: Sequence[PastRelease]) -> str:
    now = f"now: by {found.by}" if found.by else "now: not attested"
    return f"{now}\n{told(past)}"
