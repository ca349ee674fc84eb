"""Doors in front of a store in memory, with the time in the test's hand."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from airlock import vetting
from airlock.checks import Check, CheckSet, Subject
from airlock.evidence import Facts
from airlock.gate.door import Asked, Door
from airlock.gate.names import Names
from airlock.model import Decision, Finding, Outcome, ProjectName, Severity, Sha256, Verdict
from airlock.model.ownership import Holding, Owner
from airlock.model.waiver import Waiver
from airlock.naming import NameVetting
from airlock.policy import InForce, Policy
from tests.simulators.advisories import advising
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import DIGEST, FILENAME, NOW, SOURCE, artifact, failed, finding, outcome

if TYPE_CHECKING:
    from airlock.evidence.advisories import Advisories

DAY = dt.timedelta(days=1)
LONG_AGO = NOW - 2_000 * DAY
ASKED = Asked(DIGEST, FILENAME, ProjectName("example"), SOURCE)
UNCLAIMED = Holding(project=ASKED.project, owner=Owner(SOURCE))


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


class ExampleName(Check):
    """A check that has nothing against any name but that of a look-alike, and an old one none."""

    id, version = "name-example", 1

    def release(self, subject: Subject) -> Iterable[Finding]:
        since = subject.release.project_since
        if subject.release.project == "exmaple" and (since is None or since > LONG_AGO):
            yield finding(Severity.HIGH)


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
        self.advisories: Advisories | None = None
        self.in_force: InForce | None = None

    def door(self, policy: Policy | None = None, checks: CheckSet = CHECKS) -> Door:
        rules = policy or Policy()
        names, asked = self.names(rules), advising(self.advisories, rules)
        in_force = self.in_force or InForce(rules)
        return Door(self.store, in_force, checks, names, asked, lambda: self.now)

    def names(self, policy: Policy | None = None) -> Names:
        """Return the rules on names of a gate in front of one upstream."""
        checks = CheckSet([ExampleName()])
        vetting = NameVetting(checks, lambda now: Facts(now=now), InForce(policy or Policy()))
        return Names(self.store, vetting, [SOURCE], lambda: self.now)

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
