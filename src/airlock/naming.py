"""Judges bare names: what a policy says of a project before anything of it is fetched.

The checks of the family ``name`` are the ones that also judge artifacts; here they are asked about
a name alone, in this process, for they read nothing that a package wrote. What they lack to answer
fully is held, as everywhere.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from airlock.checks import BareRelease, CheckSet, run_checks
from airlock.evidence import Facts
from airlock.model import ProjectName, Release
from airlock.model.name_verdict import NameVerdict
from airlock.policy import Policy, decide
from airlock.policy.in_force import InForce
from airlock.policy.suppression import mark

FAMILY = "name"


class NameVetting:
    """Judges names by the checks of their family.

    Args:
        checks: from which those of the family are taken.
        facts: gives what they may ask, at a time in UTC.
        in_force: the policy that judges.

    Raises:
        CheckDefect: if there is none of the family.
    """

    def __init__(
        self, checks: CheckSet, facts: Callable[[dt.datetime], Facts], in_force: InForce
    ) -> None:
        family = (check for check in checks.checks if check.id.startswith(f"{FAMILY}-"))
        self._checks = CheckSet(family)
        self._version = self._checks.version
        self._facts = facts
        self._in_force = in_force

    @property
    def policy(self) -> Policy:
        """What judges at this moment."""
        return self._in_force.policy

    def verdict(
        self, project: ProjectName, *, now: dt.datetime, since: dt.datetime | None = None
    ) -> NameVerdict:
        """Judge one name.

        Args:
            project: the name.
            now: the time, in UTC.
            since: when its index received the project's first file; ``None`` if nobody says.
        """
        release = Release(project=project, version="", project_since=since)
        subject = BareRelease(release, self._facts(now))
        outcomes = tuple(run_checks(self._checks, subject))
        rules = self.policy.at(now.date())
        decision, score, reasons = decide({project}, outcomes, rules, expected=self._checks.ids)
        return NameVerdict(
            project=project,
            decision=decision,
            score=score,
            reasons=reasons,
            outcomes=mark(outcomes, rules.suppress),
            policy=rules.version,
            checks_version=self._version,
            decided_at=now,
        )

    def verdicts(
        self, projects: Iterable[ProjectName], *, now: dt.datetime
    ) -> Iterator[NameVerdict]:
        """Judge many names, such as those of a requirements file, in their order."""
        return (self.verdict(project, now=now) for project in projects)
