"""One thing that a check saw: how bad it is and how sure we are, kept apart."""

import enum

import msgspec


class _Ordered(enum.StrEnum):
    """A scale: members compare by the order in which they are written, never by spelling."""

    @property
    def rank(self) -> int:
        """The place on the scale, from 0."""
        return list(type(self)).index(self)

    def __lt__(self, other: object) -> bool:
        return self.rank < self._rank_of(other)

    def __le__(self, other: object) -> bool:
        return self.rank <= self._rank_of(other)

    def __gt__(self, other: object) -> bool:
        return self.rank > self._rank_of(other)

    def __ge__(self, other: object) -> bool:
        return self.rank >= self._rank_of(other)

    def _rank_of(self, other: object) -> int:
        if not isinstance(other, type(self)):
            # NotImplemented would hand the question to str, which compares by spelling.
            raise TypeError(f"{self!r} does not compare with {other!r}")
        return other.rank


class Severity(_Ordered):
    """How bad it is if it is what it looks like."""

    INFO = "info"
    """Context for a reader; says nothing against the artifact."""
    LOW = "low"
    """Unusual, with many innocent reasons."""
    MEDIUM = "medium"
    """A capability that an attack needs and that few packages have."""
    HIGH = "high"
    """Should not be there; a person has to look."""
    CRITICAL = "critical"
    """An attack."""


class Confidence(_Ordered):
    """How sure the check is that it is what it looks like."""

    LOW = "low"
    """One sign; more often innocent than not."""
    MEDIUM = "medium"
    """Several signs, or one that is rarely innocent."""
    HIGH = "high"
    """The whole chain was followed; no innocent reading is known."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a check saw."""

    check: str = ""
    """The id of the check; filled in by ``checks.run``, so that no check can speak for another."""
    severity: Severity
    confidence: Confidence
    message: str
    """One sentence for a person, in plain words."""
    path: str = ""
    """The member it was seen in; for layers and nested archives joined by ``!/``. Empty for the
    artifact as a whole."""
    line: int = 0
    """From 1; 0 where lines make no sense."""
    evidence: str = ""
    """What was seen: the code, the decoded payload, the matching record. Cut to a readable size,
    with control characters escaped by whoever prints it."""
    digest: str = ""
    """The SHA-256 of the member, of the artifact where ``path`` is empty; empty where several
    members bear the path. Filled in by ``checks.run``; suppressions go by it."""
    suppressed: str = ""
    """The reason of the suppression that covers it; such a finding causes nothing. Given by
    ``policy.suppression`` alone."""
