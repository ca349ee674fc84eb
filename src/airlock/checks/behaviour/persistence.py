"""Things that were put where they run again.

Start-up files of shells, desktops, systemd, cron, SSH, git and Python are nobody's business while a
package is installed or imported. What an installer puts into place because the archive declares it
is a question to the archive (`code-startup-pth`), not to this check.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Persistence(Check):
    """Did it put something where it runs again?"""

    id = "behaviour-persistence"
    version = 2

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "persistence")
