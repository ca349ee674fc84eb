"""How people may decide above a policy: the table ``[policy.review]``.

::

    [policy.review]
    two-persons = ["refused", "project"]    # what a second person has to agree with
    longest = "90 days"                     # no decision holds longer

- Only what lets something in asks for a second person; to keep something out, one is enough.
- The words add up: whatever any of them is about needs two.
- A policy by which one person may decide what needed two before is itself put in force by two
  (``gate.policy_changes``).
"""

import datetime as dt
import enum
import itertools

import msgspec

from airlock.errors import InvalidPolicy
from airlock.model import Decision
from airlock.model.waiver import Reach
from airlock.policy.durations import duration

_LONGEST = dt.timedelta(days=366)


class Occasion(enum.StrEnum):
    """What a second person has to agree with."""

    EVERY = "every"
    """Whatever lets something in."""
    REFUSED = "refused"
    """What lets something in that was refused, not only held; and what reaches farther than one
    file or name, for something that is refused may be among all of that."""
    RELEASE = "release"
    """What is about a release and every file that it will have."""
    PROJECT = "project"
    """What is about a project, or its name, and every release that it will have."""
    CHECK = "check"
    """What makes the findings of a check count for nothing."""


class ReviewRules(msgspec.Struct, frozen=True, kw_only=True):
    """How people may decide above a policy."""

    two_persons: frozenset[Occasion] = frozenset()
    longest: dt.timedelta = _LONGEST

    def needs_two(self, lets_in: Decision, before: Decision, reach: Reach, check: str) -> bool:
        """Tell whether a second person has to agree with a decision.

        Args:
            lets_in: what is decided.
            before: what the door says as long as nobody lets it in.
            reach: how far it reaches.
            check: whose findings it is about; empty: the whole verdict.
        """
        if lets_in is not Decision.ADMIT:
            return False
        about = {Occasion.EVERY}
        if before is Decision.REFUSE or reach in {Reach.RELEASE, Reach.PROJECT}:
            about.add(Occasion.REFUSED)
        if reach is not Reach.FILE:
            about.add(Occasion.RELEASE if reach is Reach.RELEASE else Occasion.PROJECT)
        if check:
            about.add(Occasion.CHECK)
        return not about.isdisjoint(self.two_persons)

    def weaker_than(self, other: "ReviewRules") -> bool:
        """Tell whether one person may decide by these what needs two by others."""
        return any(other.needs_two(*case) and not self.needs_two(*case) for case in _CASES)


_CASES = tuple(itertools.product((Decision.ADMIT,), Decision, Reach, ("", "of any")))


class ReviewTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """The table as it is written."""

    two_persons: list[Occasion] = []
    longest: str = "366 days"


def review_rules(table: ReviewTable) -> ReviewRules:
    """Return what the table says.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed.
    """
    longest = duration("review.longest", table.longest)
    if not dt.timedelta(0) < longest <= _LONGEST:
        raise InvalidPolicy(f"review.longest must be above 0 and at most {_LONGEST.days} days")
    return ReviewRules(two_persons=frozenset(table.two_persons), longest=longest)


def written_rules(text: str) -> ReviewRules:
    """Return what the text of a policy says of this, though the rest cannot be obeyed here.

    What cannot be read needs two for everything.
    """
    import tomllib

    try:
        return review_rules(msgspec.convert(tomllib.loads(text), _Document).policy.review)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, InvalidPolicy, RecursionError):
        return ReviewRules(two_persons=frozenset({Occasion.EVERY}))


class _Policy(msgspec.Struct):
    review: ReviewTable = msgspec.field(default_factory=ReviewTable)


class _Document(msgspec.Struct):
    policy: _Policy = msgspec.field(default_factory=_Policy)
