"""A recorded, expiring decision by a named person, which overrides a verdict.

- A waiver without a reason, a person or an end cannot be made.
- It speaks of exactly one digest, one project or one release of it, never of everything.
- One of a check decides nothing by itself: what that check found there counts for nothing, and the
  rest is judged. What a check could not look at it does not cover.
- One of a name lets the name in, and nothing else: each file under it is judged by what is in it.
- A revoked waiver is never active again, whatever the clocks say.
"""

import datetime as dt
import enum
import re

import msgspec

from airlock.errors import InvalidName, UsageError
from airlock.model.identity import ProjectName, Sha256
from airlock.model.verdict import Decision

# It stands in URLs and on command lines.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)

NAMES = "name-*"
"""In place of a check: all of those that judge bare names."""


class Reach(enum.StrEnum):
    """How far a decision reaches, the narrowest first."""

    FILE = "file"
    RELEASE = "release"
    NAME = "name"
    """The name of a project; what is in its files is judged all the same."""
    PROJECT = "project"

    @property
    def breadth(self) -> int:
        """0 for the narrowest; the narrower decides before the broader."""
        return list(Reach).index(self)


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a waiver before its time.

    Raises:
        UsageError: if the person or the reason is missing, or the time has no zone.
    """

    waiver: str
    """The id of the waiver."""
    by: str
    """The person."""
    reason: str
    at: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        _require(by=self.by, reason=self.reason)
        _require_zone(at=self.at)


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of a person that stands above the policy's, for a time.

    Raises:
        InvalidName: if the id is not one.
        UsageError: if the person, the reason, the scope or the end is missing or makes no sense.
    """

    id: str
    """1 to 64 ASCII letters, digits, ``-`` and ``_``; unique in a store."""
    decision: Decision
    """What holds instead of the verdict; it may also be the stricter one."""
    reason: str
    by: str
    """The person."""
    created_at: dt.datetime
    """In UTC."""
    expires_at: dt.datetime
    """In UTC; from then on the waiver says nothing."""
    sha256: Sha256 | None = None
    """The artifact that it is about, or ``None`` if it is about a project."""
    project: ProjectName | None = None
    """The project that it is about, every release of it, or ``None``."""
    version: str = ""
    """With a project: the one release that it is about; empty for every one."""
    check: str = ""
    """The check whose findings count for nothing; empty: it stands above the whole verdict."""
    revoked: Revocation | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise InvalidName(f"{self.id[:80]!r} is not the id of a waiver")
        _require(by=self.by, reason=self.reason)
        _require_zone(created_at=self.created_at, expires_at=self.expires_at)
        if (self.sha256 is None) == (self.project is None):
            raise UsageError("a waiver is about one digest or one project")
        if self.version and self.project is None:
            raise UsageError("a waiver of a release names its project")
        if self.check == NAMES and (self.project is None or self.version):
            raise UsageError("a waiver of a name is about one project")
        if self.check and self.decision is not Decision.ADMIT:
            raise UsageError("a waiver of a check makes nothing stricter")
        if not (self.version.isprintable() and self.check.isprintable()):
            raise UsageError("the release and the check of a waiver are one line of text")
        if self.expires_at <= self.created_at:
            raise UsageError("a waiver ends after it begins")

    @property
    def scope(self) -> Sha256 | ProjectName:
        """What it is about."""
        return self.sha256 or self.project  # type: ignore[return-value]  # one of them is there

    @property
    def reach(self) -> Reach:
        """How far it reaches."""
        if self.sha256 is not None:
            return Reach.FILE
        if self.check == NAMES:
            return Reach.NAME
        return Reach.RELEASE if self.version else Reach.PROJECT

    @property
    def about(self) -> str:
        """What it is about, for a person."""
        if self.reach is Reach.NAME:
            return f"the name {self.project}"
        release = f" {self.version}" if self.version else ""
        findings = f"what {self.check} finds in " if self.check else ""
        return f"{findings}{self.scope}{release}"

    def active(self, now: dt.datetime) -> bool:
        """Tell whether it speaks at a time."""
        return self.revoked is None and self.created_at <= now < self.expires_at

    def covers(self, sha256: Sha256, project: ProjectName, version: str) -> bool:
        """Tell whether it stands above the verdict on an artifact."""
        return not self.check and self._reaches(sha256, project, version)

    def spares(self, sha256: Sha256, project: ProjectName, version: str) -> bool:
        """Tell whether it takes away what its check found in an artifact."""
        return bool(self.check) and self._reaches(sha256, project, version)

    def is_about_name(self, project: ProjectName) -> bool:
        """Tell whether it stands above the verdict on a name."""
        whole = self.reach is Reach.PROJECT and not self.check
        return self.project == project and (whole or self.reach is Reach.NAME)

    def _reaches(self, sha256: Sha256, project: ProjectName, version: str) -> bool:
        if self.sha256 is not None:
            return sha256 == self.sha256
        return project == self.project and (not self.version or same(self.version, version))


def same(one: str, other: str) -> bool:
    """Tell whether two texts name one version (PEP 440); ``1.0`` and ``1`` do."""
    from packaging.utils import canonicalize_version

    return one == other or canonicalize_version(one) == canonicalize_version(other)


def _require(**texts: str) -> None:
    for name, text in texts.items():
        what = "person" if name == "by" else name
        if not text.strip():
            raise UsageError(f"a waiver needs a {what}")
        if not text.isprintable():
            # It stands in listings, logs and the reason phrases of responses.
            raise UsageError(f"the {what} of a waiver is one line of text")


def _require_zone(**times: dt.datetime) -> None:
    for name, time in times.items():
        if time.utcoffset() is None:
            raise UsageError(f"{name} of a waiver has no time zone")
