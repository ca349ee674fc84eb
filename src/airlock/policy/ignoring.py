"""Vulnerabilities that somebody answers for, until a day or until there is a fix.

::

    [[policy.advisories.ignore]]            # in a policy
    id = "CVE-2026-1234"                    # or any alias
    package = "example"                     # without it, in every package
    reason = "we never parse XML from outside"
    expires = 2027-05-01                    # or: until-fixed = true

    [[tool.airlock.audit.ignore]]           # the same, in the pyproject.toml of the audited project

- Every one of them ends: on a day at most ``MOST_DAYS`` ahead, when a fix is known, or with both,
  whichever comes first.
- What is ignored stays in every report, marked. Malware is never ignored.
- It answers for a vulnerability that is known, not for a dependency that nobody could look up.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from airlock.errors import InvalidName, InvalidPolicy
from airlock.model import ProjectName
from airlock.model.advisory import Advisory
from airlock.policy.suppression import MOST_DAYS


class Ignore(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about one vulnerability.

    Raises:
        InvalidPolicy: if it has no identifier, no reason or no end.
    """

    id: str
    """Any identifier of it."""
    reason: str
    """Why; one line, shown wherever the vulnerability is."""
    package: ProjectName | None = None
    """``None`` for every one."""
    expires: dt.date | None = None
    """The last day on which it counts, in UTC."""
    until_fixed: bool = False
    """It ends when a version is known that has the vulnerability no more."""
    origin: str = "policy"
    """Where it is written, for messages."""

    def __post_init__(self) -> None:
        if not (self.id.strip() and self.id.isprintable()):
            raise InvalidPolicy("ignore: the id must be that of a vulnerability")
        if not (self.reason.strip() and self.reason.isprintable()):
            raise InvalidPolicy(f"ignore {self.id}: the reason must be one line of text")
        if self.expires is None and not self.until_fixed:
            raise InvalidPolicy(f"ignore {self.id}: say when it ends: expires, or until-fixed")

    @property
    def about(self) -> str:
        """What it speaks of, for a person."""
        return f"{self.id} in {self.package}" if self.package else self.id

    @property
    def until(self) -> str:
        """When it ends, in words."""
        ends = [str(self.expires)] if self.expires else []
        return " or ".join([*ends, "a fix is known"] if self.until_fixed else ends)

    def speaks_of(self, advisory: Advisory, project: ProjectName) -> bool:
        """Tell whether it is about a vulnerability; whether it is in force is another question."""
        if self.package not in {None, project}:
            return False
        return self.id.casefold() in {one.casefold() for one in advisory.identifiers}

    def covers(self, advisory: Advisory, project: ProjectName, today: dt.date) -> bool:
        """Tell whether the vulnerability causes nothing on a day, in UTC."""
        return (
            self.speaks_of(advisory, project)
            and not advisory.malware
            and (self.expires is None or today <= self.expires)
            and not (self.until_fixed and advisory.fixed_in)
        )

    def why_not(self, advisory: Advisory, today: dt.date) -> str:
        """Return why it does not cover a vulnerability that it speaks of; empty if it does."""
        if advisory.malware:
            return f"{advisory.id} is malware, which nobody can ignore"
        if self.expires is not None and today > self.expires:
            return f"it ended on {self.expires}; {advisory.id} counts again"
        if self.until_fixed and advisory.fixed_in:
            return f"{advisory.id} is fixed in {', '.join(advisory.fixed_in)}, and counts again"
        return ""


class IgnoreTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """One table, as it is written."""

    id: str
    reason: str
    package: str = ""
    expires: dt.date | None = None
    until_fixed: bool = False


def ignores(tables: Iterable[IgnoreTable], origin: str) -> tuple[Ignore, ...]:
    """Return what tables say.

    Raises:
        InvalidPolicy: without the origin, which the caller adds.
    """
    return tuple(_ignore(table, origin) for table in tables)


def _ignore(table: IgnoreTable, origin: str) -> Ignore:
    try:
        package = ProjectName(table.package) if table.package else None
    except InvalidName as error:
        raise InvalidPolicy(f"ignore {table.id}: {error}") from error
    return Ignore(
        id=table.id,
        reason=table.reason,
        package=package,
        expires=table.expires,
        until_fixed=table.until_fixed,
        origin=origin,
    )


def check_ignores(known: Iterable[Ignore], today: dt.date) -> None:
    """Hold ignores against the day on which they are read.

    Raises:
        InvalidPolicy: if one ends too far ahead.
    """
    for one in known:
        if one.expires and one.expires > today + dt.timedelta(days=MOST_DAYS):
            raise InvalidPolicy(
                f"{one.origin}: ignore {one.about}: {one.expires} is more than {MOST_DAYS} days "
                "ahead"
            )


def remarks_on_ignores(
    known: Iterable[Ignore],
    found: Iterable[tuple[ProjectName, Advisory]],
    today: dt.date,
) -> Iterator[str]:
    """Yield a sentence for every ignore that has ended or that nothing has any need of.

    Args:
        known: all that were read.
        found: everything that was found, ignored or not.
        today: in UTC.
    """
    found = list(found)
    for one in known:
        about = [advisory for project, advisory in found if one.speaks_of(advisory, project)]
        told = sorted({why for advisory in about if (why := one.why_not(advisory, today))})
        if not about:
            yield f"{one.origin}: the ignore of {one.about} covers nothing here"
        for why in told:
            yield f"{one.origin}: the ignore of {one.about}: {why}"
