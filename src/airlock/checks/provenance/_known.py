"""What the checks of this family share: what is known of a file, and how much it weighs.

- What nobody could look at fails the check; where there is nothing to look at, it is skipped.
- A change counts for more where many depend on the project, and for little once the file has stood
  for months: what was taken over is found out within days or weeks.
"""

import datetime as dt
from collections.abc import Iterable

from airlock.checks.interface import NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import Finding, Severity
from airlock.model.provenance import PastRelease, Provenance

SETTLED = dt.timedelta(days=90)
"""The longest-lived takeover of a well-known project that is on record was found within weeks."""
_SHOWN = 8


def known(subject: Subject) -> Provenance:
    """Return what is known of where a file comes from.

    Raises:
        NotExamined: if it could not be looked up.
        NotApplicable: if nobody had anything to look up.
    """
    found = subject.facts.provenance
    if found.trouble:
        raise NotExamined(found.trouble)
    if found.unknown:
        raise NotApplicable(found.unknown)
    return found


def before(found: Provenance) -> tuple[PastRelease, ...]:
    """Return the earlier releases, the latest first.

    Raises:
        NotApplicable: if there are none.
    """
    if not found.past:
        raise NotApplicable("no earlier release is listed")
    return found.past


def uploaded(subject: Subject, found: Provenance) -> dt.datetime:
    """Return when a file was received: as its index says, or now, for one that is being uploaded.

    Of a release that had files before, it is the time of the first.
    """
    own = [found.release.uploaded] if found.release else []
    return min([found.uploaded or subject.facts.now, *own])


def is_popular(subject: Subject) -> bool:
    """Tell whether many depend on the project."""
    popularity = subject.facts.popularity
    return popularity is not None and popularity.rank(subject.release.project) is not None


def weighed(subject: Subject, finding: Finding, *, popular: Severity | None = None) -> Finding:
    """Return a finding with the severity that it has here and now.

    Args:
        subject: of the examination.
        finding: as it is for a project like any other, just uploaded.
        popular: its severity where many depend on the project.
    """
    import msgspec

    severity = finding.severity
    if popular is not None and is_popular(subject):
        severity = popular
    at = subject.facts.provenance.uploaded
    if at is not None and subject.facts.now - at > SETTLED:
        severity = min(severity, Severity.LOW)
    return msgspec.structs.replace(finding, severity=severity)


def told(releases: Iterable[PastRelease]) -> str:
    """Return a history as lines, the latest first."""
    history = list(releases)
    # Where nothing is attested, the index may know of no such thing.
    attested = any(release.attested for release in history)
    lines = [_line(release, attested=attested) for release in history]
    more = [f"… {len(lines) - _SHOWN} earlier"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])


def _line(release: PastRelease, *, attested: bool) -> str:
    how = f"  {release.attested} of {release.files} files attested" if attested else ""
    by = f"  by {release.by}" if release.by else ""
    return f"{release.version}  {release.uploaded:%Y-%m-%d %H:%M}Z{how}{by}"
