"""What the advisories say of a release: asked of the database as it is now, every time.

A verdict on bytes stays as it is; what is known of a release changes every day. Therefore no door
keeps the answer of these checks: it asks again, and is at least as strict as the answer.

- The checks of the family ``advisory`` ask, and the policy decides, as everywhere.
- Where nobody ever asked for a database, the checks are skipped, and say so: nothing is thereby
  clean, and nothing is held, unless the policy requires a database.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from airlock.checks import BareRelease, CheckSet, run_checks
from airlock.errors import NotExamined
from airlock.evidence import Facts
from airlock.evidence.advisories import Advisories
from airlock.model import (
    ArtifactKind,
    ArtifactName,
    Decision,
    Outcome,
    ProjectName,
    Reason,
    Release,
    Status,
)
from airlock.policy import Policy, decide
from airlock.policy.in_force import InForce

FAMILY = "advisory"
# A gate's listings have some hundred files each.
_REMEMBERED = 50_000


class Advice(NamedTuple):
    """What the advisories do to a release."""

    decision: Decision
    reasons: tuple[Reason, ...] = ()
    malware: bool = False
    """It is known to be hostile: only who looked at these very bytes may let them pass."""
    blind: bool = False
    """It is held because the database cannot be trusted to know, not for what it knows."""

    @property
    def headline(self) -> str:
        """One line for a person."""
        if not self.reasons:
            return self.decision.word
        return f"{self.decision.word}: {self.reasons[0].message}"


class Fix(NamedTuple):
    """Which known vulnerabilities a release is the cure of."""

    of: tuple[str, ...] = ()
    """By what they are called."""
    blind: str = ""
    """Why that cannot be told; empty if it can."""


class Advising:
    """Asks the checks of the family ``advisory`` about releases.

    Args:
        checks: from which those of the family are taken.
        advisories: that they ask.
        in_force: the policy that decides.

    Raises:
        CheckDefect: if there is none of the family.
    """

    def __init__(self, checks: CheckSet, advisories: Advisories, in_force: InForce) -> None:
        family = (check for check in checks.checks if check.id.startswith(f"{FAMILY}-"))
        self._checks = CheckSet(family)
        self._advisories = advisories
        self._in_force = in_force
        self._known: OrderedDict[tuple[str, str], Advice] = OrderedDict()
        self._state: _State | None = None
        self._turn = threading.Lock()

    def outcomes(self, name: ArtifactName, *, now: dt.datetime) -> tuple[Outcome, ...]:
        """Return how each check ends on the release of a file, at a time in UTC."""
        if name.kind is ArtifactKind.CONDA:
            reason = "advisories name projects of an index, not packages of a channel of conda"
            return tuple(
                Outcome(check=one.id, version=one.version, status=Status.SKIPPED, reason=reason)
                for one in self._checks.checks
            )
        release = Release(project=name.project, version=_version(name))
        facts = Facts(now=now, advisories=self._advisories)
        return tuple(run_checks(self._checks, BareRelease(release, facts)))

    def advice(self, name: ArtifactName, *, now: dt.datetime) -> Advice:
        """Return what comes of that; remembered until the database, its state or day changes."""
        if self._advisories.absent:
            return Advice(Decision.ADMIT)
        state = self._forget_what_is_old(now)
        key = (str(name.project), _version(name))
        if (known := self._known.get(key)) is not None:
            return known
        advice = self._advice(name.project, self.outcomes(name, now=now), state)
        with self._turn:
            # Another thread may have seen meanwhile that it holds no more.
            if self._state is state:
                self._known[key] = advice
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return advice

    def fixes(self, name: ArtifactName, *, now: dt.datetime) -> Fix:
        """Return what a release fixes, by a database that is whole and fresh at a time in UTC."""
        if blind := self._advisories.trouble(now):
            return Fix(blind=blind)
        try:
            return Fix(self._advisories.fixed_by(name.project, _version(name)))
        except NotExamined as error:
            return Fix(blind=str(error))

    def _advice(self, project: ProjectName, outcomes: Sequence[Outcome], state: "_State") -> Advice:
        rules = state.policy.at(state.today)
        decision, _, reasons = decide({project}, outcomes, rules, expected=self._checks.ids)
        malware = any(o.check == f"{FAMILY}-malware" and o.findings for o in outcomes)
        failed = any(outcome.status is Status.FAILED for outcome in outcomes)
        return Advice(decision, reasons, malware, failed and decision is Decision.HOLD)

    def _forget_what_is_old(self, now: dt.datetime) -> "_State":
        trouble, policy = self._advisories.trouble(now), self._in_force.policy
        state = _State(policy, self._advisories.stamp, now.date(), trouble)
        with self._turn:
            if self._state is None or not state.is_same(self._state):
                self._known.clear()
                self._state = state
            return self._state


class _State(NamedTuple):
    """What remembered advice rests on."""

    policy: Policy
    stamp: str
    today: dt.date
    trouble: str

    def is_same(self, other: "_State") -> bool:
        """Tell whether advice holds; policies are not compared, which would take long."""
        return self.policy is other.policy and self[1:] == other[1:]


def _version(name: ArtifactName) -> str:
    # A wheel's name has "_" where the version has "-" (PEP 427, "Escaping and Unicode").
    return name.version.replace("_", "-")
