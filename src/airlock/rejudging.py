"""What another policy would have decided of what was judged: nothing is examined, nothing recorded.

- The outcomes of checks are those on record; only the rules are others.
- Where the record lacks what the policy asks about, nothing is said of what it would decide: such a
  verdict is counted as not judged again, with the reason, never as unchanged.
- What the door asks at its own moment (ages, advisories, waivers) is no part of it (``apart``).
- However many verdicts come, what is kept of them is bounded.
"""

import datetime as dt

import msgspec

from airlock import vetting
from airlock.checks import CheckSet
from airlock.model import Decision, Outcome, Sha256, Status, Verdict
from airlock.pinning import NOBODY
from airlock.policy import Policy
from airlock.policy.openpgp import pinned
from airlock.policy.provenance import ATTESTATIONS

_EXAMPLES = 20
"""Of each change, and of each reason why something was not judged again."""
_REASONS = 20
_NAMED_CHECKS = 3
_OPENPGP = "provenance-openpgp"
_NOTHING_OFFERED = "the index offers no provenance"


class Example(msgspec.Struct, frozen=True):
    """One file, for a person to look at."""

    sha256: Sha256
    filename: str
    why: str
    """In one line: what decides, or what is missing."""


class Group(msgspec.Struct, kw_only=True):
    """Verdicts that came out alike."""

    number: int = 0
    examples: list[Example] = []

    def add(self, example: Example) -> None:
        """Count one more, and keep it if it is among the first."""
        self.number += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(example)


class Rejudged(msgspec.Struct, kw_only=True):
    """What came of it so far."""

    judged: int = 0
    """Verdicts that were judged again."""
    older: int = 0
    """Those of them that rest on what older versions of the checks saw."""
    moves: dict[str, Group] = {}
    """By ``before>after``, those that stay as they are included, without examples of these."""
    blind: dict[str, Group] = {}
    """What could not be judged again, by the reason."""

    @property
    def changed(self) -> int:
        """How many would be others."""
        return sum(group.number for move, group in self.moves.items() if not _stays(move))

    @property
    def not_judged(self) -> int:
        """How many could not be judged again."""
        return sum(group.number for group in self.blind.values())

    def table(self) -> list[tuple[Decision, list[int], int]]:
        """Return for each decision before: how many would be what, and their sum."""
        rows = []
        for before in Decision:
            numbers = [self._number(before, after) for after in Decision]
            rows.append((before, numbers, sum(numbers)))
        return rows

    def changes(self) -> list[tuple[Decision, Decision, Group]]:
        """Return what would change, what would be let in first: that is what to look at."""
        found = []
        for before in reversed(Decision):
            for after in Decision:
                group = self.moves.get(_move(before, after))
                if group is not None and before is not after:
                    found.append((before, after, group))
        return sorted(found, key=lambda one: (one[1], -one[0]))

    def _number(self, before: Decision, after: Decision) -> int:
        group = self.moves.get(_move(before, after))
        return group.number if group is not None else 0

    def lacks(self, example: Example) -> None:
        """Count what cannot be judged again, by the reason that its example has."""
        reason = example.why
        if reason not in self.blind and len(self.blind) >= _REASONS:
            reason = "for other reasons"
        self.blind.setdefault(reason, Group()).add(example)

    def add(self, before: Verdict, after: Verdict, checks: CheckSet) -> None:
        """Count a verdict that was judged again."""
        self.judged += 1
        self.older += before.checks_version != checks.version
        group = self.moves.setdefault(_move(before.decision, after.decision), Group())
        if before.decision is after.decision:
            group.number += 1
            return
        told = after if after.reasons else before
        artifact = before.artifact
        group.add(Example(artifact.sha256, artifact.name.filename, told.headline[:300]))


class Rejudging:
    """Judges verdicts again, one after the other.

    Args:
        policy: that is tried.
        in_force: by which was judged so far.
        checks: of today.
        now: the time in UTC, on which day the policy is tried.
    """

    def __init__(
        self, policy: Policy, in_force: Policy, checks: CheckSet, now: dt.datetime
    ) -> None:
        self._policy = policy
        self._in_force = in_force
        self._checks = checks
        self._ids = frozenset(checks.ids)
        self._now = now
        self.found = Rejudged()

    def take(self, verdict: Verdict) -> None:
        """Judge one verdict again, or say why that cannot be."""
        if why := self.lacking(verdict):
            artifact = verdict.artifact
            self.found.lacks(Example(artifact.sha256, artifact.name.filename, why))
            return
        again = vetting.judge(
            verdict.artifact, verdict.outcomes, self._policy, self._checks, now=self._now
        )
        self.found.add(verdict, again, self._checks)

    def lacking(self, verdict: Verdict) -> str:
        """Return what the record of a verdict lacks; empty if it can be judged again."""
        outcomes = {outcome.check: outcome for outcome in verdict.outcomes}
        missing = sorted(self._ids - outcomes.keys())
        if missing:
            named = ", ".join(missing[:_NAMED_CHECKS])
            more = f" and {len(missing) - _NAMED_CHECKS} more" if missing[_NAMED_CHECKS:] else ""
            return f"it was examined before these checks were there: {named}{more}"
        return self._unasked(verdict, outcomes) or self._unverified(verdict, outcomes)

    def _unasked(self, verdict: Verdict, outcomes: dict[str, Outcome]) -> str:
        """Return why it is not known where a file comes from, if the policy wants to know."""
        release = verdict.artifact.release
        projects = {verdict.artifact.name.project, release.project}
        if not any(one.covers(projects) for one in self._policy.provenance):
            return ""
        asked = outcomes.get(ATTESTATIONS)
        if asked is None or asked.status is not Status.SKIPPED:
            return ""
        return (
            ""
            if asked.reason.startswith(_NOTHING_OFFERED)
            else ("the policy requires provenance, and nobody had asked for it")
        )

    def _unverified(self, verdict: Verdict, outcomes: dict[str, Outcome]) -> str:
        """Return why signatures cannot be told, if other certificates are pinned."""
        project = verdict.artifact.release.project
        wanted = pinned(project, self._policy.openpgp)
        asked = outcomes.get(_OPENPGP)
        never = asked is not None and asked.status is Status.SKIPPED and asked.reason == NOBODY
        if wanted == (frozenset() if never else pinned(project, self._in_force.openpgp)):
            return ""
        return "other certificates are pinned, and signatures were not verified by them"


def apart(policy: Policy, in_force: Policy) -> list[str]:
    """Return in which ways a policy differs that judging again does not show."""
    told = []
    if policy.age != in_force.age:
        told.append("how old files have to be: the door asks that at its own moment")
    if policy.advisories != in_force.advisories:
        told.append("known vulnerabilities: the door asks the database of the moment")
    if policy.detonate and not in_force.detonate:
        told.append("what is held would be run in the sandbox; nothing was run for this")
    if policy.review != in_force.review:
        told.append("how people may decide")
    return told


def _move(before: Decision, after: Decision) -> str:
    return f"{before.word}>{after.word}"


def _stays(move: str) -> bool:
    before, _, after = move.partition(">")
    return before == after
