"""Known vulnerabilities that a later version fixes.

The advisory database (`airlock db update`) is asked what it knows of the release. One finding for
each vulnerability, however many records and identifiers it has; withdrawn records say nothing.

- **Severity** is computed from the CVSS vector (of CVSS 4 before 3 before 2), else it is the
  database's own word; what nobody rated is medium, what is known to be exploited (KEV) critical.
- **What comes of it** is up to `[policy.advisories]` in the policy, not to its general thresholds:
  by default critical ones refuse the release, others are told. A vulnerability is no sign of
  malice, and has no part in the score.

It is skipped where there is no advisory database, and says so. It fails, which holds the artifact,
where the database is stale, damaged or partly unreadable, where the version is none by PEP 440, and
where a record about the project cannot be evaluated.
"""

from collections.abc import Iterator

from airlock.checks.advisory._records import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Vulnerable(Check):
    """Has the release known vulnerabilities that a later one does not have?"""

    id = "advisory-vulnerable"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each vulnerability with a fix."""
        yield from findings(subject, lambda one: not one.malware and bool(one.fixed_in))
