"""A program that was downloaded and run in a sandbox.

The sinkhole answers everybody who fetches a file with a harmless program, valid for shells and for
Python, which asks for a file that nobody else knows of. That it was asked for proves that what
comes from the network is run.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Downloads(Check):
    """Was something downloaded and run?"""

    id = "behaviour-downloads"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "download-run")
