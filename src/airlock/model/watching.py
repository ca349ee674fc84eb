"""What is to be looked at, and how far that is: works, where they come from, who does them.

- A work is one artifact at one stage. It is known by its digest, its project, its file name and its
  stage: however often it is told, it is one work.
- Who holds a work holds it for a time; the number of the attempt tells an old holder from a new
  one, so that nothing that comes too late is taken.
"""

import datetime as dt
import enum

import msgspec

from airlock.model.artifact import Artifact
from airlock.model.finding import Severity
from airlock.model.identity import ProjectName, Sha256
from airlock.model.release import ListedFile, Release
from airlock.model.verdict import Decision, Verdict

MOST_ATTEMPTS = 8
"""After as many a work is a dead letter: a person has to look at it."""
_FIRST_WAIT = dt.timedelta(seconds=15)
_FACTOR = 4
_LONGEST_WAIT = dt.timedelta(hours=6)


class Stage(enum.IntEnum):
    """How an artifact is looked at."""

    STATIC = 0
    """Read, never run."""
    DETONATION = 1
    """Run in the sandbox, because what was read is suspicious."""


class State(enum.IntEnum):
    """What became of a work."""

    WAITING = 0
    """To be done, or being done."""
    DONE = 1
    """There is a verdict."""
    DEAD = 2
    """Given up after ``MOST_ATTEMPTS``; a person has to look."""
    GONE = 3
    """The index withdrew it before it was fetched: there is nothing to judge."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to look at."""

    release: Release
    """As its index describes it; with a source and a listed file, which has a SHA-256."""
    stage: Stage = Stage.STATIC
    priority: int = 0
    """The smaller, the earlier (``gate.watch.priority``)."""

    @property
    def file(self) -> ListedFile:
        """What its index announces."""
        if self.release.listed is None:
            raise ValueError("a work is about a listed file")
        return self.release.listed

    @property
    def sha256(self) -> Sha256:
        """The digest that its index announces."""
        if self.file.sha256 is None:
            raise ValueError("a work is about known bytes")
        return self.file.sha256

    @classmethod
    def again(cls, artifact: Artifact, stage: Stage, priority: int) -> "Work | None":
        """Return the work of looking at an artifact in another way; ``None`` if no index had it."""
        if artifact.release.listed is None or artifact.release.listed.sha256 is None:
            return None
        return cls(release=artifact.release, stage=stage, priority=priority)


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A work that somebody holds."""

    id: int
    work: Work
    holder: str
    attempt: int
    """From 1."""
    not_before: dt.datetime
    """When its source may be asked for it, in UTC."""

    @property
    def last(self) -> bool:
        """Whether there is no attempt after this one."""
        return self.attempt >= MOST_ATTEMPTS

    def wait(self) -> dt.timedelta:
        """Return how long to wait after this attempt failed."""
        times: int = _FACTOR ** max(self.attempt - 1, 0)
        return min(_FIRST_WAIT * times, _LONGEST_WAIT)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A work that was given up, or waits after it failed."""

    id: int
    stage: Stage
    state: State
    project: ProjectName
    filename: str
    sha256: Sha256
    attempts: int
    reason: str
    next_at: dt.datetime
    """In UTC."""


class Change(msgspec.Struct, frozen=True):
    """An index said that something of a project changed."""

    project: ProjectName
    serial: int | None = None
    """Of the change; ``None`` where the index counts none."""


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source is followed."""

    url: str
    """Of the index, without credentials."""
    kind: str
    """How it is followed, such as ``changelog``."""
    serial: int = 0
    """Up to which its changes are known."""
    first: int = 0
    """The serial at which it was begun: what comes before is not asked for."""
    seen: tuple[str, ...] = ()
    """The entries of a feed that are known, each in short."""
    etag: str = ""
    """Of what was read last."""
    since: dt.datetime
    """Files that were uploaded before are left out; in UTC."""
    polled_at: dt.datetime | None = None
    error: str = ""
    """Why it could not be asked the last time; empty if it could."""


class DueProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project whose page has to be read."""

    source: str
    project: ProjectName
    wanted: int
    """The serial that its page has to have at least; 0 if none is known."""
    seen: int
    """The serial of its page when it was read last; -1 if it never was."""
    etag: str
    """Of its page when it was read last."""
    everything: bool
    """Whether the files that were uploaded long ago are wanted, too."""
    attempts: int


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works, or did until lately."""

    id: str
    checks: int
    """The number of its set of checks."""
    started_at: dt.datetime
    beat_at: dt.datetime


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """How much is to be done, at one moment."""

    waiting: dict[str, int]
    """By stage, with those that are being done."""
    held: int
    """How many somebody works on."""
    done: int
    dead: int
    gone: int
    pages: int
    """Of projects that have to be read."""
    done_lately: int
    """In the last ``LATELY``."""
    oldest: dt.datetime | None
    """When the work that waits longest was added, in UTC."""


LATELY = dt.timedelta(minutes=5)
LIVES = dt.timedelta(minutes=1)
"""A worker that was not heard of for longer is none."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something that people are told: an artifact that was held or refused."""

    severity: Severity
    decision: Decision
    project: ProjectName
    version: str
    filename: str
    sha256: Sha256
    headline: str
    at: dt.datetime
    """In UTC."""
    number: int = 0
    """Of its entry in the log; 0 before it has one."""


def gravity(verdict: Verdict) -> Severity:
    """Return the severity of the worst finding that no suppression covers."""
    found = [f.severity for o in verdict.outcomes for f in o.findings if not f.suppressed]
    return max(found, default=Severity.INFO)


def alert_of(verdict: Verdict) -> Alert | None:
    """Return what people are told of a verdict; ``None`` for an admission."""
    if verdict.decision is Decision.ADMIT:
        return None
    artifact = verdict.artifact
    return Alert(
        severity=gravity(verdict),
        decision=verdict.decision,
        project=artifact.release.project,
        version=artifact.release.version,
        filename=artifact.name.filename,
        sha256=artifact.sha256,
        headline=verdict.headline,
        at=verdict.decided_at,
    )
