"""Turns differences into findings.

What is only context is told only beside something that is more than context: a release that merely
grew has no findings.
"""

from collections.abc import Iterable, Iterator

from airlock.checks.interface import Subject
from airlock.errors import NotExamined
from airlock.model import Finding, Severity
from airlock.profiles import Difference


def findings(differences: Iterable[Difference]) -> Iterator[Finding]:
    """Yield a finding for each difference, the context last; nothing if all of it is context."""
    told = list(differences)
    if any(one.severity > Severity.INFO for one in told):
        yield from (_finding(one) for one in told)


def require_whole(subject: Subject) -> None:
    """Make sure that everything of an artifact could be read.

    Raises:
        NotExamined: if not: what was not read may be what is new.
    """
    if not subject.reading.whole:
        raise NotExamined("not everything of the artifact could be read")


def _finding(difference: Difference) -> Finding:
    return Finding(
        severity=difference.severity,
        confidence=difference.confidence,
        message=difference.message,
        path=difference.path,
        line=difference.line,
        evidence=difference.evidence,
    )
