"""A version far above all before it.

Installers take the highest version. Who takes a project over and wants the release to stay on top
jumps: from 1.4 to 99.0. Compared are the first numbers of this version and of the highest one that
was there before it.

- **high** for a project that many depend on, else **medium**: at least ten numbers are left out, or
  an epoch is added.
- **low**: at least three numbers are left out.

Dates are no jump, nor is the step to them (`1.9` to `2026.1`, `26.1`), and a version below the
highest one is none either. Honest projects have jumped, once in their life; after three months it
is at most **low**. It is skipped where no earlier release is listed. What nobody counts up to, in
the first release, too, is `metadata-version`.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import before, known, told, weighed
from airlock.model import Confidence, Finding, Severity
from airlock.model.versions import parsed_version

if TYPE_CHECKING:
    from packaging.version import Version as Parsed

_FAR = 10
_NOTABLE = 3
# 2026, 20261125, 202611, 26, 2611: a year, perhaps a month, perhaps a day.
_YEAR = re.compile(r"(?:19|20)\d\d(?:\d\d){0,2}|[12]\d(?:(?:0[1-9]|1[0-2])(?:\d\d)?)?", re.ASCII)


class VersionJump(Check):
    """Does the version leave out numbers?"""

    id = "provenance-version-jump"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        past = before(known(subject))
        own = parsed_version(subject.release.version)
        others = [one for release in past if (one := parsed_version(release.version)) is not None]
        if own is None or not others:
            raise NotApplicable("its version, or that of every release before, is none of PEP 440")
        highest = max(others)
        left_out = _left_out(highest, own)
        if left_out < _NOTABLE:
            return
        finding = Finding(
            severity=Severity.MEDIUM if left_out >= _FAR else Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=f"The version jumps from {highest} to {own}.",
            evidence=told(past),
        )
        yield weighed(subject, finding, popular=Severity.HIGH if left_out >= _FAR else None)


def _left_out(highest: "Parsed", own: "Parsed") -> int:
    """Return how many first numbers lie between two versions; many for an epoch."""
    if own.epoch > highest.epoch:
        return _FAR
    if own <= highest or _YEAR.fullmatch(str(own.release[0])):
        return 0
    return own.release[0] - highest.release[0] - 1
