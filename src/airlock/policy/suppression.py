"""Findings that somebody has looked at and answers for, until a day.

A suppression takes away what one check says of one file: the finding stays in the outcome, marked
with the reason, and causes nothing. It is for findings; for artifacts and projects there are
waivers.

- It ends: on a day that is written into it, at most ``MOST_DAYS`` after it is used.
- What is severe (from ``high``) it covers only under the digest of the very content that was looked
  at: a file that changes is looked at again.
- It never covers a failed outcome: what was not seen cannot have been looked at (the floor).
- It comes from a policy, or from the user's own project; never from what is examined.
- Only ``mark`` gives marks: one that comes with a finding counts for nothing.
"""

import datetime as dt
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from airlock.errors import InvalidPolicy
from airlock.model import Finding, Outcome, Severity, Sha256

MOST_DAYS = 366
_SEVERE = Severity.HIGH
_GLOB_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about what one check says of some files.

    Raises:
        InvalidPolicy: if it has no reason, or speaks of every file of every artifact.
    """

    check: str
    """The id of the check."""
    reason: str
    """Why; one line, shown wherever the finding is."""
    expires: dt.date
    """The last day on which it counts, in UTC."""
    path: str = ""
    """A glob over the whole path of a member: ``*`` and ``?`` stay within one folder, ``**`` does
    not. Empty for any, which asks for a digest."""
    sha256: Sha256 | None = None
    """The digest of the member, or, for what is said of the artifact as a whole, of the artifact.
    ``None`` for any content, which covers only what is less than ``high``."""
    origin: str = "policy"
    """Where it is written, for messages."""

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.reason.isprintable()):
            raise InvalidPolicy(f"suppress {self.check}: the reason must be one line of text")
        if not (self.path or self.sha256):
            raise InvalidPolicy(f"suppress {self.check}: name a path, a sha256, or both")

    @property
    def about(self) -> str:
        """What it speaks of, for a person."""
        digest = f"sha256 {self.sha256[:12]}…" if self.sha256 else ""
        return " ".join(part for part in (self.check, self.path, digest) if part)

    @property
    def key(self) -> str:
        """By what it is known on pages; what is written alike has the same."""
        digest = str(self.sha256 or "")
        return key_of(self.check, self.path, digest, self.expires, self.reason)

    def covers(self, check: str, finding: Finding) -> bool:
        """Return whether it speaks of a finding; whether it is in force is another question.

        Args:
            check: whose outcome the finding stands in.
            finding: with the digest that ``checks.run`` gave it.
        """
        if check != self.check or (finding.severity >= _SEVERE and not self.sha256):
            return False
        if self.sha256 and finding.digest != self.sha256:
            return False
        return not self.path or bool(_pattern(self.path).fullmatch(finding.path))

    def in_force(self, today: dt.date) -> bool:
        """Return whether it counts on a day: not after its end, and not too long before."""
        return today <= self.expires <= today + dt.timedelta(days=MOST_DAYS)


def key_of(check: str, path: str, sha256: str, expires: dt.date, reason: str) -> str:
    """Return by what a suppression is known: the same text, the same key."""
    text = f"{check}\0{path}\0{sha256}\0{expires}\0{reason}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def _pattern(glob: str) -> re.Pattern[str]:
    known = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    parts = (known.get(part) or re.escape(part) for part in _GLOB_PARTS.findall(glob))
    return re.compile("".join(parts), re.DOTALL)


def check_ends(suppressions: Iterable[Suppression], today: dt.date) -> None:
    """Hold suppressions against the day on which they are read.

    Raises:
        InvalidPolicy: if one ends too far ahead. One that has ended is no error: its finding is
            back, and ``remarks`` says so.
    """
    for one in suppressions:
        if one.expires > today + dt.timedelta(days=MOST_DAYS):
            raise InvalidPolicy(
                f"{one.origin}: suppress {one.about}: {one.expires} is more than {MOST_DAYS} days "
                "ahead"
            )


def mark(outcomes: Iterable[Outcome], suppressions: Sequence[Suppression]) -> tuple[Outcome, ...]:
    """Return the outcomes with every covered finding marked, and no other.

    Args:
        outcomes: of the checks.
        suppressions: in force; the first that covers a finding gives its reason.
    """
    return tuple(_marked(outcome, suppressions) for outcome in outcomes)


def _marked(outcome: Outcome, suppressions: Sequence[Suppression]) -> Outcome:
    given = [_reason(outcome.check, finding, suppressions) for finding in outcome.findings]
    if all(
        finding.suppressed == reason
        for finding, reason in zip(outcome.findings, given, strict=True)
    ):
        return outcome
    findings = tuple(
        msgspec.structs.replace(finding, suppressed=reason)
        for finding, reason in zip(outcome.findings, given, strict=True)
    )
    return msgspec.structs.replace(outcome, findings=findings)


def _reason(check: str, finding: Finding, suppressions: Sequence[Suppression]) -> str:
    return next((one.reason for one in suppressions if one.covers(check, finding)), "")


def remarks(
    suppressions: Iterable[Suppression], outcomes: Sequence[Outcome], today: dt.date
) -> Iterator[str]:
    """Yield a sentence for every suppression that has ended or that nothing has any need of.

    Args:
        suppressions: all that were read, in force or not.
        outcomes: of everything that they might have covered.
        today: in UTC.
    """
    for one in suppressions:
        used = any(one.covers(o.check, finding) for o in outcomes for finding in o.findings)
        if today > one.expires:
            what = "what it covered counts again" if used else "it covers nothing here"
            yield f"{one.origin}: the suppression of {one.about} ended on {one.expires}; {what}"
        elif not one.in_force(today):
            yield f"{one.origin}: the suppression of {one.about} ends too far ahead to count"
        elif not used:
            yield f"{one.origin}: the suppression of {one.about} covers nothing here"
