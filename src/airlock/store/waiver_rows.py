"""Waivers and their revocations in their tables. Nothing here changes a row."""

import datetime as dt

from sqlalchemy import Connection, RowMapping, exists, insert, or_, select

from airlock.errors import MalformedDocument, StoreError, TargetNotFound, UsageError
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.waiver import Revocation, Waiver
from airlock.store import change_rows
from airlock.store.dialects import added
from airlock.store.tables import revocations, waivers

EVERY = (
    select(
        waivers,
        revocations.c.reason.label("revoked_because"),
        revocations.c.person.label("revoked_by"),
        revocations.c.revoked_at,
    )
    .outerjoin_from(waivers, revocations, waivers.c.id == revocations.c.waiver)
    # A digest says more than a project.
    .order_by(waivers.c.sha256.is_(None), waivers.c.seq.desc())
)
"""Every waiver, with its end before its time, as ``read_waiver`` reads it."""


def add(connection: Connection, waiver: Waiver) -> None:
    """Add a waiver."""
    if waiver.revoked is not None:
        raise StoreError(f"waiver {waiver.id} is revoked; only one that holds can be added")
    connection.execute(
        insert(waivers),
        {
            "id": waiver.id,
            "sha256": str(waiver.sha256) if waiver.sha256 else None,
            "project": str(waiver.project) if waiver.project else None,
            "decision": int(waiver.decision),
            "reason": waiver.reason,
            "person": waiver.by,
            "created_at": waiver.created_at,
            "expires_at": waiver.expires_at,
            "version": waiver.version,
            "check": waiver.check,
        },
    )
    change_rows.note(connection, waiver.project)


def revoke(connection: Connection, revocation: Revocation) -> bool:
    """Add the revocation of a waiver, unless it has one; tell whether it was added."""
    if not connection.scalar(select(exists().where(waivers.c.id == revocation.waiver))):
        raise TargetNotFound(f"there is no waiver {revocation.waiver}")
    row = {
        "waiver": revocation.waiver,
        "reason": revocation.reason,
        "person": revocation.by,
        "revoked_at": revocation.at,
    }
    if not added(connection, revocations, row):
        return False
    change_rows.note(connection, None)
    return True


def one(connection: Connection, waiver_id: str) -> Waiver | None:
    """Return a waiver by its id."""
    row = connection.execute(EVERY.where(waivers.c.id == waiver_id)).mappings().one_or_none()
    return read_waiver(row) if row else None


def active(connection: Connection, now: dt.datetime) -> tuple[Waiver, ...]:
    """Return all active waivers, the newest first."""
    query = EVERY.where(waivers.c.expires_at > now).order_by(None).order_by(waivers.c.seq.desc())
    found = (read_waiver(row) for row in connection.execute(query).mappings())
    return tuple(waiver for waiver in found if waiver.active(now))


def ending(connection: Connection, begin: dt.datetime, end: dt.datetime) -> tuple[Waiver, ...]:
    """Return the waivers that end between two times, the first to end first; none revoked."""
    query = (
        EVERY.where(waivers.c.expires_at > begin, waivers.c.expires_at <= end)
        .where(revocations.c.revoked_at.is_(None))
        .order_by(None)
        .order_by(waivers.c.expires_at, waivers.c.seq)
    )
    return tuple(read_waiver(row) for row in connection.execute(query).mappings())


def on(
    connection: Connection, sha256: Sha256, project: ProjectName, now: dt.datetime
) -> tuple[Waiver, ...]:
    """Return the active waivers that may be about an artifact."""
    about = or_(waivers.c.sha256 == str(sha256), waivers.c.project == str(project))
    found = (read_waiver(row) for row in connection.execute(EVERY.where(about)).mappings())
    return tuple(waiver for waiver in found if waiver.active(now))


def read_waiver(row: RowMapping) -> Waiver:
    """Return the waiver that a row of ``EVERY`` holds."""
    try:
        return Waiver(
            id=row["id"],
            decision=Decision(row["decision"]),
            reason=row["reason"],
            by=row["person"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            sha256=Sha256(row["sha256"]) if row["sha256"] else None,
            project=ProjectName(row["project"]) if row["project"] else None,
            version=row["version"],
            check=row["check"],
            revoked=_revocation(row),
        )
    except (UsageError, ValueError) as error:
        raise MalformedDocument(f"a stored waiver cannot be read: {error}") from error


def _revocation(row: RowMapping) -> Revocation | None:
    if row["revoked_at"] is None:
        return None
    return Revocation(
        waiver=row["id"], by=row["revoked_by"], reason=row["revoked_because"], at=row["revoked_at"]
    )
