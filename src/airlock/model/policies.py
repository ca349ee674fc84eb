"""The policies that were in force, one after the other, and what another would have decided.

- A revision is the whole text of a policy; the newest one is in force, in every process that shares
  the store. None is ever changed: an older one comes back as a new revision.
- Numbers run from 1. Where there is none, each process goes by the policy that it was started with.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

import msgspec

from airlock.errors import UsageError
from airlock.model.verdict import PolicyVersion

LONGEST_TEXT = 256 * 1024
"""Characters of a policy."""
_LONGEST_REASON = 500


class Source(StrEnum):
    """Where a revision came from."""

    PEOPLE = "people"
    """Somebody wrote it, in the pages or with ``airlock policy``."""
    FILE = "file"
    """The file that a gate was started with; its text was another at the start before."""
    RESTORED = "restored"
    """An older revision."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that is to be in force; it was read as a whole before.

    Raises:
        UsageError: if it is too long, or nobody says who wants it and why.
    """

    text: str
    policy: PolicyVersion
    source: Source
    by: str
    reason: str
    at: dt.datetime
    """In UTC."""
    restores: int = 0
    """The number of the revision that comes back; 0: none does."""

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT:
            raise UsageError(f"a policy has at most {LONGEST_TEXT:,} characters")
        if not self.by.strip() or not self.reason.strip() or not self.reason.isprintable():
            raise UsageError("say why, in one line", hint="Who looks back later reads it.")
        if len(self.reason) > _LONGEST_REASON:
            raise UsageError(f"the reason has at most {_LONGEST_REASON} characters")


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in its place among the others."""

    number: int
    text: str
    policy: PolicyVersion
    """Its name, and the digest of its rules on the day on which it was saved."""
    source: Source
    by: str
    reason: str
    at: dt.datetime
    restores: int = 0


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that waits for a second person: it lets one person do what needs two."""

    id: str
    base: int
    """The number of the revision that its author saw in force; after another it is late."""
    draft: Draft


class Progress(NamedTuple):
    """How far a dry run is."""

    state: "RunState"
    looked_at: int
    """Verdicts so far."""
    total: int
    """Verdicts of the period."""
    beat_at: dt.datetime
    """When that was written, in UTC."""


class RunState(StrEnum):
    """How a dry run stands."""

    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that is tried on everything that was judged in a period."""

    id: str
    text: str
    policy: PolicyVersion
    days: int
    by: str
    started_at: dt.datetime
    state: RunState
    looked_at: int
    total: int
    beat_at: dt.datetime
    problem: str
    result: bytes
    """What came of it so far, as JSON (``airlock.rejudging.Rejudged``)."""
