"""Files of the user that were deleted, moved or overwritten.

The home folder of the sandbox holds documents, pictures and credentials. No package has a reason to
change them at any time.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Destruction(Check):
    """Did it destroy what is not its own?"""

    id = "behaviour-destruction"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "destruction")
