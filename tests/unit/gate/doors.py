"""Doors in front of a store in memory, with the time in the test's hand."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from airlock import vetting
from airlock.checks import Check, CheckSet, Subject
from airlock.gate.door import Asked, Door
from airlock.model import Decision, Finding, Outcome, ProjectName, Sha256, Verdict
from airlock.model.waiver import Waiver
from airlock.policy import Policy
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import DIGEST, FILENAME, NOW, artifact, failed, finding, outcome

DAY = dt.timedelta(days=1)
ASKED = Asked(DIGEST, FILENAME, ProjectName("example"))


class Example(Check):
    """A check that nobody asks here: what it saw is given."""

    id, version = "code-example", 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        return ()


class NewerExample(Example):
    """The same, after a change."""

    version = 2

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        return ()


CHECKS = CheckSet([Example()])
NEWER_CHECKS = CheckSet([NewerExample()])

CLEAN = (outcome("code-example"),)
BAD = (outcome("code-example", finding()),)
UNREAD = (failed("code-example"),)


class Building:
    """A store, a clock, and the doors in front of them."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now = NOW

    def door(self, policy: Policy | None = None, checks: CheckSet = CHECKS) -> Door:
        return Door(self.store, policy or Policy(), checks, lambda: self.now)

    def judged(
        self,
        outcomes: Iterable[Outcome],
        *,
        filename: str = FILENAME,
        sha256: Sha256 = DIGEST,
        project: str = "",
        policy: Policy | None = None,
    ) -> Verdict:
        """Record the verdict that a door of that policy gave."""
        verdict = vetting.judge(
            artifact(filename, sha256=sha256, project=project),
            tuple(outcomes),
            policy or Policy(),
            CHECKS,
            now=self.now,
        )
        self.store.append_verdict(verdict)
        return verdict

    def waived(self, decision: Decision = Decision.ADMIT, **changes: Any) -> Waiver:
        """Record a waiver on the project that is asked for, for a day."""
        made = Waiver(
            id=f"w-{len(self.store.waivers(self.now))}",
            decision=decision,
            reason="read by hand",
            by="Ada Example",
            created_at=self.now,
            expires_at=self.now + DAY,
            project=ASKED.project,
        )
        waiver = msgspec.structs.replace(made, **changes)
        self.store.add_waiver(waiver)
        return waiver
