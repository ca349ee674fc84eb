"""Connections that nobody asked for.

Installing a package, starting Python and importing a module are no reasons to look up a name, to
connect, or to send anything. What a package does in a function that is called is context: many
packages exist in order to talk to the network.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings
from airlock.checks.interface import Check, Subject
from airlock.model import Finding


class Network(Check):
    """Did it talk to the network unasked?"""

    id = "behaviour-network"
    version = 2

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything of the kind that was seen."""
        yield from findings(subject, "network")
