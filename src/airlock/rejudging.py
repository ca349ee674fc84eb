"""What another policy would have decided of what was judged: nothing is examined, nothing recorded.

- The outcomes of checks are those on record; only the rules are others.
- What the door asks at its own moment (ages, advisories, waivers) is no part of it.
"""

import datetime as dt
from collections.abc import Iterable

import msgspec

from airlock import vetting
from airlock.checks import CheckSet
from airlock.model import Decision, Verdict
from airlock.policy import Policy


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that would be another."""

    before: Verdict
    after: Verdict


class Rejudged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    judged: int
    """How many verdicts were looked at."""
    before: dict[Decision, int]
    after: dict[Decision, int]
    changed: tuple[Changed, ...]
    """Those that would be another, what would be let in first: that is what to look at."""


def rejudge(
    verdicts: Iterable[Verdict], policy: Policy, checks: CheckSet, now: dt.datetime
) -> Rejudged:
    """Judge verdicts by another policy, as it is on a day."""
    before = dict.fromkeys(Decision, 0)
    after = dict.fromkeys(Decision, 0)
    changed = []
    for verdict in verdicts:
        again = vetting.judge(verdict.artifact, verdict.outcomes, policy, checks, now=now)
        before[verdict.decision] += 1
        after[again.decision] += 1
        if again.decision is not verdict.decision:
            changed.append(Changed(before=verdict, after=again))
    changed.sort(key=lambda one: (one.after.decision, -one.before.decision))
    return Rejudged(judged=sum(before.values()), before=before, after=after, changed=tuple(changed))
