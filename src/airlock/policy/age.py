"""How old a file has to be before the door serves it. Pure: times are passed in.

- Two clocks, asked apart: the upstream's word (PEP 700), which an upstream may rewrite, and ours,
  since the file was first seen in a listing. What was there when a project was first asked for
  takes the upstream's word for both, else a new gate would hold everything for days.
- A time that nobody knows holds the file: unknown is never old.
- Exemptions lift both waits. They do not lift the date line: that is for rebuilding the past.
- What this index hosts has no age to wait for.
"""

import datetime as dt

import msgspec

from airlock.errors import InvalidPolicy
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern, covering

_NONE = dt.timedelta(0)


class Ages(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the age of one file, in UTC."""

    uploaded: dt.datetime | None
    """When the upstream received it, as it says."""
    seen: dt.datetime | None
    """When this gate first saw it in a listing."""
    seen_with_project: bool = False
    """It was there when its project was first asked for."""


class TooYoung(msgspec.Struct, frozen=True):
    """Why a file is not served yet."""

    reason: str
    """One sentence for a person, without its full stop."""
    until: dt.datetime | None
    """When that changes by itself, in UTC; ``None``: never."""


class AgeRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy asks of the age of files.

    Raises:
        InvalidPolicy: if a wait is negative, or the date line has no time zone.
    """

    uploaded: dt.timedelta = _NONE
    """The least time since the upload, by the upstream's clock."""
    first_seen: dt.timedelta = _NONE
    """The least time since the gate first saw the file, by ours."""
    not_after: dt.datetime | None = None
    """Nothing that was uploaded later is served."""
    exempt: frozenset[NamePattern] = frozenset()
    """Projects, and prefixes of projects, that wait for nothing."""
    exempt_fixes: bool = False
    """Whether releases that fix a known vulnerability wait for nothing."""

    def __post_init__(self) -> None:
        if self.uploaded < _NONE or self.first_seen < _NONE:
            raise InvalidPolicy("a wait cannot be negative")
        if self.not_after is not None and self.not_after.utcoffset() is None:
            raise InvalidPolicy("the date line needs a time zone, such as Z")

    @property
    def asks(self) -> bool:
        """Whether it asks anything at all."""
        return bool(self.uploaded or self.first_seen or self.not_after)

    def exempts(self, project: ProjectName) -> bool:
        """Tell whether a project waits for nothing."""
        return not self.exempt.isdisjoint(covering(project))

    def beyond_line(self, ages: Ages) -> TooYoung | None:
        """Return why a file is beyond the date line; ``None`` if it is not."""
        if self.not_after is None:
            return None
        if ages.uploaded is None:
            return TooYoung(
                "nobody says when it was uploaded, and the policy has a date line", None
            )
        if ages.uploaded > self.not_after:
            line = f"{self.not_after:%Y-%m-%d %H:%M}Z"
            return TooYoung(f"uploaded after the policy's date line, {line}", None)
        return None

    def too_young(self, ages: Ages, now: dt.datetime) -> TooYoung | None:
        """Return why a file has to wait; ``None`` if it need not."""
        waits = _waits("uploaded", ages.uploaded, self.uploaded, now) if self.uploaded else None
        if waits is not None:
            return waits
        if self.first_seen:
            seen = ages.uploaded if ages.seen_with_project else ages.seen
            word = "uploaded" if ages.seen_with_project else "first seen"
            return _waits(word, seen, self.first_seen, now)
        return None


def _waits(
    what: str, since: dt.datetime | None, wait: dt.timedelta, now: dt.datetime
) -> TooYoung | None:
    if since is None:
        return TooYoung(f"nobody says when it was {what}, and the policy asks for an age", None)
    opens = since + wait
    if now >= opens:
        return None
    at = f"{opens.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"
    return TooYoung(f"{what} {_shown(now - since)} ago, too young until {at}", opens)


def _shown(age: dt.timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'s' if count != 1 else ''}"
    return "moments"
