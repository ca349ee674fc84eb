"""A project that sleeps for years, and then has a new release.

The domain of a maintainer's address runs out, somebody else registers it, asks for a new password
and owns a project that others still install. So was `ctx` taken over in 2022, eight years after its
last release. Nobody of the old days is left to object.

- **high** for a project that many depend on, else **medium**: at least four years between the
  release and the latest one before it.
- **low**: at least two years.

Stable projects have honest releases after years; what is new in one is worth a look, and once it
has stood for three months it is at most **low**. Files that are added to an old release are not
looked at here. It is skipped where no earlier release is listed, or the index tells no times.
"""

import datetime as dt
from collections.abc import Iterator

from airlock.checks.interface import Check, Subject
from airlock.checks.provenance._known import before, known, told, uploaded, weighed
from airlock.model import Confidence, Finding, Severity

_LONG = dt.timedelta(days=4 * 365)
_NOTABLE = dt.timedelta(days=2 * 365)
_DAYS_A_YEAR = 365.25


class Revival(Check):
    """Was the project asleep for years?"""

    id = "provenance-revival"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        found = known(subject)
        past = before(found)
        gap = uploaded(subject, found) - past[0].uploaded
        if gap < _NOTABLE:
            return
        years = gap.days / _DAYS_A_YEAR
        finding = Finding(
            severity=Severity.MEDIUM if gap >= _LONG else Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=f"It is the first release after {years:.1f} years.",
            evidence=told(past),
        )
        yield weighed(subject, finding, popular=Severity.HIGH if gap >= _LONG else None)
