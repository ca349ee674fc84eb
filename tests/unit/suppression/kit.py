"""A check that takes offence at every ``setup.py``, for scans and for a door."""

from collections.abc import Iterator

from airlock.archive import Member
from airlock.checks import Check, CheckSet, Subject
from airlock.evidence import Facts
from airlock.model import Confidence, Finding, Severity
from airlock.workers import FactsLoader

LOADER = "tests.unit.suppression.kit:kit"


class Touchy(Check):
    """Finds every setup.py critical."""

    id = "code-example"
    version = 1

    def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for a file of that name, and forge a mark on it."""
        if member.name == "setup.py":
            yield Finding(
                severity=Severity.CRITICAL,
                confidence=Confidence.HIGH,
                message="is a setup.py",
                path=member.path,
                digest="0" * 64,
                suppressed="says the check itself",
            )


def kit() -> tuple[CheckSet, FactsLoader]:
    """Return the check, and facts without evidence."""
    return CheckSet([Touchy()]), lambda now: Facts(now=now)
