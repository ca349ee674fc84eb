"""Something private that left the machine while the package ran in a sandbox.

The sandbox is furnished with credentials that belong to nobody: keys, tokens, passwords of a
browser, a wallet, secrets of the environment. Each is random for every run. Where one of them
arrives at the sinkhole, in whatever coding and however many layers deep, it was stolen; there is no
innocent reading. The names of the machine and of its user are random as well, and count alike when
they leave without anybody having called a function.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Leaks(Check):
    """Did something private leave the machine?"""

    id = "behaviour-leaks"
    version = 2

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "leak", "identity")
