"""What people do about what was held: the queue, and each step that somebody took.

- A review is about a file, or about a name that its checks hold before there is any file.
- A step is never changed: to undo one is a step of its own.
- What lets something in or keeps it out is a ``Waiver``; a step says who made it, in which review,
  and what the door said before and after.
- A person is an account, not the token or the session by which they ask: nobody is their own
  colleague.
"""

import datetime as dt
import enum
import hashlib
import re

import msgspec

from airlock.model.access import Within
from airlock.model.identity import ProjectName, Sha256
from airlock.model.name_verdict import NameVerdict
from airlock.model.verdict import Decision, Verdict
from airlock.model.waiver import Reach

_FAMILY_CHECK = "code-known-family"
_FAMILY = re.compile(r"campaign (\S[^.]*)\.")
# What differs between two releases of one campaign: numbers, digests, quoted names and paths.
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\([^)]*\)|\b[0-9a-f]{7,}\b|[0-9]+|\S*[/.]\S+")
_CAMPAIGN_DIGITS = 12
_IMITATED = re.compile(r"looks like the popular project ([a-z0-9-]+):")
# No digest has a colon.
_NAME = "name:"

Subject = Sha256 | ProjectName
"""What a review is about: a file, or a name."""


def key_of(subject: Subject) -> str:
    """Return how a subject is told from others, also a name of 64 digits from a digest."""
    return f"{_NAME}{subject}" if isinstance(subject, ProjectName) else str(subject)


def subject_of(key: str) -> Subject:
    """Return the subject whose key it is.

    Raises:
        InvalidName: if it is none.
    """
    return ProjectName(key.removeprefix(_NAME)) if key.startswith(_NAME) else Sha256(key)


def place_of(subject: Subject) -> str:
    """Return where its review is, behind ``/review/`` and ``/api/review/``."""
    return f"names/{subject}" if isinstance(subject, ProjectName) else str(subject)


class StepKind(enum.StrEnum):
    """What somebody did."""

    APPROVE = "approve"
    """Let it in, whatever its verdict says."""
    REFUSE = "refuse"
    """Keep it out, whatever its verdict says."""
    WAIVE = "waive"
    """Let what one check found count for nothing; the rest is judged."""
    ASK = "ask"
    """Ask a colleague to look."""
    CONFIRM = "confirm"
    """Agree, as the second person, with what somebody proposed."""
    UNDO = "undo"
    """Take a step back."""

    @property
    def decides(self) -> bool:
        """Whether a waiver comes of it, at once or when a second person agrees."""
        return self in {StepKind.APPROVE, StepKind.REFUSE, StepKind.WAIVE}

    @property
    def decision(self) -> Decision:
        """What the waiver says that comes of it."""
        return Decision.REFUSE if self is StepKind.REFUSE else Decision.ADMIT


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did in one review."""

    id: str
    """12 hexadecimal digits."""
    sha256: Sha256 | None = None
    """The file that they were looking at; ``None``: it was a name."""
    name: ProjectName | None = None
    """The name, in place of a file."""
    kind: StepKind
    by: str
    """The account, such as ``user ada``."""
    at: dt.datetime
    """In UTC."""
    reason: str
    """One line; for a question, the question."""
    reach: Reach = Reach.FILE
    check: str = ""
    """Whose findings are waived."""
    expires_at: dt.datetime | None = None
    """In UTC, of a decision."""
    to: str = ""
    """The account that is asked."""
    waiver: str = ""
    """The id of the waiver that came of it; empty for what waits for a second person."""
    of: str = ""
    """The id of the step that is confirmed or undone."""
    before: str = ""
    """What the door said before it, in one line."""
    after: str = ""
    """What it said then."""

    @property
    def subject(self) -> Subject:
        """What the review is about."""
        return self.sha256 or self.name  # type: ignore[return-value]  # one of them is there

    @property
    def place(self) -> str:
        """Where the review is, behind ``/review/``."""
        return place_of(self.subject)

    @property
    def proposes(self) -> bool:
        """Whether it waits for a second person, or did."""
        return self.kind.decides and not self.waiver


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A file, or a name, whose newest verdict does not admit it, as the queue has it."""

    sha256: Sha256 | None
    """``None``: it is the name that is held."""
    project: ProjectName
    version: str
    filename: str
    """Empty for a name, as the version is."""
    source: str | None
    """The index that offers it; ``None``: this one."""
    decision: Decision
    score: float
    headline: str
    checks: tuple[str, ...]
    """That had a part in the decision, sorted."""
    campaign: str
    """What releases of one campaign, or with the same findings, share: for people to read."""
    since: dt.datetime
    """In UTC: from when on it is held or refused, without a break."""
    assignee: str = ""
    """The account that was asked last and whose answer is still to come."""
    proposal: str = ""
    """The id of the step that waits for a second person."""

    @property
    def subject(self) -> Subject:
        """What the review is about."""
        return self.sha256 or self.project

    @property
    def key(self) -> str:
        """What tells it from others."""
        return key_of(self.subject)

    @property
    def place(self) -> str:
        """Where its review is, behind ``/review/``."""
        return place_of(self.subject)

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.filename or f"the name {self.project}"


class About(enum.StrEnum):
    """What reviews are about."""

    FILE = "file"
    NAME = "name"


class Order(enum.StrEnum):
    """In which order the queue is shown."""

    OLDEST = "oldest"
    NEWEST = "newest"
    SCORE = "score"
    """What speaks most against it first."""
    PROJECT = "project"


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the queue is wanted; what is empty selects nothing out."""

    decision: Decision | None = Decision.HOLD
    text: str = ""
    """Part of the name of a project or a file, or the beginning of a digest."""
    check: str = ""
    campaign: str = ""
    assignee: str = ""
    proposed: bool = False
    """Only what waits for a second person."""
    about: About | None = None
    since: dt.datetime | None = None
    """Only what was held from then on; in UTC."""
    before: dt.datetime | None = None
    """Only what was held before; in UTC."""
    within: Within = ()
    """Only projects that one scope of each of these covers (``Principal.scopes``)."""
    order: Order = Order.OLDEST
    limit: int = 50
    offset: int = 0

    @property
    def waits_for_people(self) -> bool:
        """Whether what somebody was asked is wanted, which may be about what is decided already."""
        return self.proposed or bool(self.assignee)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What in the queue belongs together."""

    campaign: str
    count: int
    oldest: dt.datetime
    """In UTC."""
    example: Subject

    @property
    def place(self) -> str:
        """Where the review of the example is, behind ``/review/``."""
        return place_of(self.example)


def checks_of(verdict: Verdict | NameVerdict) -> tuple[str, ...]:
    """Return the checks that had a part in a verdict's decision, sorted."""
    spoke = {one.check for one in verdict.reasons if one.decision > Decision.ADMIT and one.check}
    return tuple(sorted(spoke))


def campaign_of_name(verdict: NameVerdict) -> str:
    """Return what a name shares with others, for a person to read: above all, what it imitates."""
    for reason in verdict.reasons:
        imitated = _IMITATED.search(reason.message)
        if imitated:
            return f"names like {imitated[1]}"
    own = re.compile(rf"\b{re.escape(verdict.project)}\b")
    reasons = tuple(
        msgspec.structs.replace(one, message=own.sub("", one.message)) for one in verdict.reasons
    )
    return campaign_of(msgspec.structs.replace(verdict, reasons=reasons))


def campaign_of(verdict: Verdict | NameVerdict) -> str:
    """Return what a release shares with others of its campaign, for a person to read.

    The campaign that is known by its code, if one is; else what the reasons say without anything
    particular to this file, made short by a digest: two files with the same findings share it.
    """
    for outcome in verdict.outcomes:
        for finding in outcome.findings:
            known = _FAMILY.search(finding.message) if outcome.check == _FAMILY_CHECK else None
            if known:
                return f"campaign {known[1]}"
    said = {
        f"{one.check or one.rule}: {' '.join(_PARTICULAR.sub('', one.message).split())}"
        for one in verdict.reasons
        if one.decision > Decision.ADMIT
    }
    spoke = checks_of(verdict)
    rules = sorted({one.rule for one in verdict.reasons if one.decision > Decision.ADMIT})
    words = " + ".join(spoke[:2] or rules[:2]) + (" + …" if len(spoke) > 2 else "")  # noqa: PLR2004
    digest = hashlib.sha256("\n".join(sorted(said)).encode(errors="replace")).hexdigest()
    return f"{words} #{digest[:_CAMPAIGN_DIGITS]}"
