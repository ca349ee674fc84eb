"""Two versions within the hour, of a project that seldom does so.

Who uploads with a stolen token has little time, and mends or strengthens the payload at once: the
takeovers of `litellm` (1.82.7 and 1.82.8, 13 minutes apart), `telnyx` (4.87.1 and 4.87.2) and
`lightning` (2.6.2 and 2.6.3) in 2026 came in pairs.

- **medium**, unsure, for a project that many depend on, else **low**: the version before it came
  less than an hour earlier, and of the latest releases before (at least ten, at most fifty) less
  than one in ten followed another so fast.

Honest projects mend a broken release quickly, too: alone it holds nothing. Release candidates and
versions of several branches that come together (1.9.8 beside 2.0.3) are no haste. It is skipped
where too few earlier releases are listed to know the project's ways.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import before, known, told, uploaded, weighed
from airlock.model import Confidence, Finding, Severity
from airlock.model.provenance import PastRelease

_HOUR = dt.timedelta(hours=1)
_ENOUGH, _RECENT = 10, 50
_SELDOM = 0.1


class Haste(Check):
    """Did two versions come within the hour, for once?"""

    id = "provenance-haste"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        found = known(subject)
        past = before(found)
        if len(past) < _ENOUGH:
            raise NotApplicable(f"fewer than {_ENOUGH} earlier releases are listed")
        apart = uploaded(subject, found) - past[0].uploaded
        hasty = _is_step(past[0].version, subject.release.version)
        if apart >= _HOUR or not hasty or _share(past) >= _SELDOM:
            return
        minutes = int(apart.total_seconds() // 60)
        finding = Finding(
            severity=Severity.LOW,
            confidence=Confidence.LOW,
            message=f"It came {minutes} minutes after {past[0].version}; the project is seldom "
            "in such a hurry.",
            evidence=told(past),
        )
        yield weighed(subject, finding, popular=Severity.MEDIUM)


def _share(past: Sequence[PastRelease]) -> float:
    """Return how large a part of the earlier releases followed another one within the hour."""
    pairs = list(pairwise(past[:_RECENT]))
    fast = sum(
        new.uploaded - old.uploaded < _HOUR and _is_step(old.version, new.version)
        for new, old in pairs
    )
    return fast / len(pairs)


def _is_step(old: str, new: str) -> bool:
    """Tell whether one version is the other with a higher last number, and both are final."""
    from packaging.version import InvalidVersion, Version

    try:
        before, after = Version(old), Version(new)
    except InvalidVersion:
        return False
    if before.is_prerelease or after.is_prerelease or after <= before:
        return False
    return before.release[:2] == after.release[:2]
