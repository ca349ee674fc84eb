"""Claims on names in their table. Nothing here changes a row."""

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select

from airlock.errors import AirlockError, MalformedDocument
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern, covering
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership
from airlock.store import change_rows
from airlock.store.dialects import take_turns
from airlock.store.tables import claims

_ALL = select(claims).order_by(claims.c.seq)
# Asked at every request, and therefore made once.
_ON = _ALL.where(claims.c.pattern.in_(bindparam("patterns", expanding=True)))


def add(connection: Connection, added: Iterable[Claim]) -> None:
    """Add claims."""
    added = list(added)
    rows = [
        {
            "pattern": str(claim.pattern),
            "origin": claim.origin.value,
            "upstream": claim.owner.upstream,
            "organisation": claim.organisation,
            "person": claim.by,
            "reason": claim.reason,
            "claimed_at": claim.at,
        }
        for claim in added
    ]
    if rows:
        connection.execute(insert(claims), rows)
        change_rows.note_all(connection, {_whose(claim.pattern) for claim in added})


def bind(connection: Connection, claim: Claim) -> bool:
    """Add a claim, unless there is one in force on the same pattern; tell whether it was added."""
    take_turns(connection, f"bind {claim.pattern}")
    known = _read(connection, _ALL.where(claims.c.pattern == str(claim.pattern)))
    if Ownership(known, HERE).in_force():
        return False
    add(connection, [claim])
    return True


def bind_hosted(connection: Connection, claim: Claim) -> None:
    """Add the claim of this index on a project that it hosts, unless it is there."""
    take_turns(connection, f"bind {claim.pattern}")
    known = _read(connection, _ALL.where(claims.c.pattern == str(claim.pattern)))
    if not any(one.origin is Origin.HOSTED for one in known):
        add(connection, [claim])


def _whose(pattern: NamePattern) -> ProjectName | None:
    return None if pattern.is_prefix else ProjectName(pattern)


def on(connection: Connection, project: ProjectName) -> tuple[Claim, ...]:
    """Return every claim that covers a project."""
    rows = connection.execute(_ON, {"patterns": [str(one) for one in covering(project)]}).mappings()
    return tuple(_claim(row) for row in rows)


def every(connection: Connection, *, first_seen: bool) -> tuple[Claim, ...]:
    """Return all claims, with or without what was only first seen."""
    spoken = _ALL.where(claims.c.origin != Origin.FIRST_SEEN.value)
    return _read(connection, _ALL if first_seen else spoken)


def _read(connection: Connection, query: Select[*tuple[object, ...]]) -> tuple[Claim, ...]:
    return tuple(_claim(row) for row in connection.execute(query).mappings())


def _claim(row: RowMapping) -> Claim:
    try:
        return Claim(
            pattern=NamePattern(row["pattern"]),
            origin=Origin(row["origin"]),
            owner=Owner(row["upstream"]),
            organisation=row["organisation"],
            by=row["person"],
            reason=row["reason"],
            at=row["claimed_at"],
        )
    except (AirlockError, ValueError) as error:
        raise MalformedDocument(f"a stored claim on a name cannot be read: {error}") from error
