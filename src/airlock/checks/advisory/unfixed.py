"""Known vulnerabilities that no later version is known to fix.

As [advisory-vulnerable](advisory-vulnerable.md), for the vulnerabilities of which no record names a
fixed version above this one. Refusing such a release leaves nothing to install: by default they are
told and admitted, whatever their severity; `without-fix` in `[policy.advisories]` says otherwise.

It is skipped where there is no advisory database, and fails where that cannot be trusted to know.
"""

from collections.abc import Iterator

from airlock.checks.advisory._records import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Unfixed(Check):
    """Has the release known vulnerabilities that nobody has fixed?"""

    id = "advisory-unfixed"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each vulnerability without a fix."""
        yield from findings(subject, lambda one: not one.malware and not one.fixed_in)
