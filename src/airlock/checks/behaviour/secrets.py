"""Files with secrets that were read.

Keys, credentials, browser profiles, wallets and chat sessions lie where they lie on a developer's
machine. A package that opens one of them while it is installed or imported, without having been
asked to, prepares a theft; whether the theft succeeded is `behaviour-leaks`.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Secrets(Check):
    """Did it read what is none of its business?"""

    id = "behaviour-secrets"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "secret")
