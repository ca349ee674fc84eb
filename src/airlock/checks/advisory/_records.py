"""What the checks of this family share: asking the database, and telling what it knows."""

from collections.abc import Callable, Iterator

from airlock.checks.interface import NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding
from airlock.model.advisory import Advisory

_NOBODY = "no advisory database: known vulnerabilities were not looked for"


def findings(subject: Subject, wanted: Callable[[Advisory], bool]) -> Iterator[Finding]:
    """Yield a finding for each wanted advisory about the release.

    Raises:
        NotApplicable: if nobody ever asked for a database.
        NotExamined: after the findings, if the database is not whole, is stale, or speaks of the
            project in a way that cannot be evaluated: then the rest is not clean.
    """
    advisories, release = subject.facts.advisories, subject.release
    if advisories is None or advisories.absent:
        raise NotApplicable(advisories.absent if advisories else _NOBODY)
    known = advisories.known(release.project, release.version)
    for advisory in known.advisories:
        if wanted(advisory):
            yield Finding(
                severity=advisory.gravity,
                confidence=Confidence.HIGH,
                message=advisory.told(f"{release.project} {release.version}"),
                evidence=_evidence(advisory),
            )
    if trouble := advisories.trouble(subject.facts.now):
        raise NotExamined(f"the advisory database answers for nothing: {trouble}")
    if known.blind:
        raise NotExamined(f"not every record could be evaluated: {known.blind[0]}")


def _evidence(advisory: Advisory) -> str:
    lines = [", ".join(advisory.identifiers), advisory.vector, *advisory.references[:1]]
    return "\n".join(line for line in lines if line)
