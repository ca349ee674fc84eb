"""What an audit says of every dependency, and of all together.

- Three states, and the third is never taken for the first: what nothing can be said of is
  ``unauditable``, with the reason.
- A dependency is ``clean`` only if a whole, fresh source of advisories was asked about it.
- A vulnerability that somebody answers for stays in the report, marked.
"""

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable

import msgspec

from airlock.model.advisory import Advisory, AdvisoryDatabase
from airlock.model.dependency import Dependency
from airlock.model.name_verdict import NameVerdict
from airlock.model.verdict import Decision, PolicyVersion


class AuditStatus(enum.StrEnum):
    """What is known of a dependency."""

    CLEAN = "clean"
    """Everything was looked at, and nothing is known against it but what somebody answers for."""
    VULNERABLE = "vulnerable"
    UNAUDITABLE = "unauditable"
    """Nothing is known against it, and not everything could be looked at."""


class AuditEvidence(enum.StrEnum):
    """Who was asked about a dependency."""

    NOBODY = "nobody"
    DATABASE = "database"
    INDEX = "index"
    """The index's own record of the latest release: what a database says may be more."""


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """A vulnerability that somebody answers for."""

    advisory: Advisory
    reason: str
    origin: str
    """The file in which it is written."""
    until: str
    """When that ends, in words: a date, or ``a fix is available``."""
    status: str = ""
    """``not_affected`` or ``fixed``, where an OpenVEX document says so; empty for a risk that the
    project accepts."""
    justification: str = ""
    """The label that the OpenVEX document gives for it; may be empty."""
    impact: str = ""
    """Its author's words; may be empty."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the audited project imports anything of a distribution."""

    imported: bool | None
    """``None`` if that cannot be told."""
    where: tuple[str, ...] = ()
    """Some places, as ``path:line``."""
    reason: str = ""
    """Why it cannot be told; empty if it can."""


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """One dependency and what is known of it."""

    dependency: Dependency
    status: AuditStatus
    decision: Decision
    """By the policy: a vulnerable dependency that it tolerates is admitted."""
    reason: str = ""
    """Why it is unauditable, or why more may be wrong with it than ``advisories`` says; else
    empty."""
    advisories: tuple[Advisory, ...] = ()
    """The worst first; without the ignored ones."""
    ignored: tuple[Ignored, ...] = ()
    upgrade: str = ""
    """The least later version that no known advisory is about; empty if none is known."""
    evidence: AuditEvidence = AuditEvidence.NOBODY
    reach: Reach | None = None
    """``None`` if nobody looked."""
    naming: NameVerdict | None = None
    """What the checks of names say of its name, if that is more than nothing."""

    @property
    def objection(self) -> str:
        """What speaks against its name, in one sentence; empty if nothing does."""
        if self.naming is None or self.naming.decision is Decision.ADMIT:
            return ""
        return self.naming.reasons[0].message


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All that one audit says."""

    audited: tuple[Audited, ...]
    """One for each dependency of the sources, in their order."""
    database: AdvisoryDatabase | None
    """``None`` if there is none."""
    trouble: str = ""
    """Why nothing may be called clean by the database: missing, stale, not whole; else empty."""
    policy: PolicyVersion
    origins: tuple[str, ...] = ()
    """The sources of the dependencies, as the user named them."""
    notes: tuple[str, ...] = ()
    """What a reader has to know: how a source was read, ignores that ended or are of no use."""
    made_at: dt.datetime
    """In UTC."""
    seconds: float = 0.0

    def count(self, status: AuditStatus) -> int:
        """Return how many dependencies are in a state."""
        return Counter(one.status for one in self.audited)[status]

    @property
    def covered(self) -> int:
        """How many dependencies were looked at: all but the unauditable ones."""
        return len(self.audited) - self.count(AuditStatus.UNAUDITABLE)

    @property
    def decision(self) -> Decision:
        """The strictest of all; of an audit of nothing, ``hold``: nothing was looked at."""
        return max((one.decision for one in self.audited), default=Decision.HOLD)

    @property
    def coverage(self) -> str:
        """How much was covered, by what: the line that every report has."""
        return f"{self.covered} of {len(self.audited)} audited, {self._by_what()}"

    def _by_what(self) -> str:
        by_index = sum(one.evidence is AuditEvidence.INDEX for one in self.audited)
        index = f"{by_index} by the index's own record of the latest release" if by_index else ""
        if self.database is None:
            missing = self.trouble or "no advisory database"
            return "; ".join(filter(None, (missing, index)))
        named = f"database of {self.database.date}, sha256 {self.database.sha256}"
        return "; ".join(filter(None, (named, self.trouble, index)))


def worst_first(advisories: Iterable[Advisory]) -> tuple[Advisory, ...]:
    """Return advisories in the order in which a person has to see them.

    Malware comes first, then what is exploited, then by score or severity, then by identifier.
    """
    return tuple(sorted(advisories, key=_badness))


def _badness(advisory: Advisory) -> tuple[bool, bool, int, float, str]:
    severity = advisory.severity.rank if advisory.severity is not None else -1
    return (
        not advisory.malware,
        not advisory.exploited,
        -severity,
        -(advisory.score or 0.0),
        advisory.id,
    )
