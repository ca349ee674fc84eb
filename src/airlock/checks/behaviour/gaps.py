"""Whether the sandbox saw everything that it was to see.

A phase that did not take place, was ended by a limit, or did more than could be kept is a gap: what
happened in it is not known, and what is not known is held. Long waits are worth a remark: they are
meant to outlast whoever watches, and here they return at once.

Skipped where the artifact was not run. `airlock detonate` runs it.
"""

from collections.abc import Iterator

from airlock.checks.behaviour._watched import findings, judgement_of
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Finding


class Gaps(Check):
    """Was everything seen that it does?"""

    id = "behaviour-gaps"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for long waits; fail where there are gaps."""
        yield from findings(subject, "time")
        gaps = judgement_of(subject).gaps
        if gaps:
            raise NotExamined(" ".join(gaps))
