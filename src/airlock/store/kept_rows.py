"""Pages of decisions above verdicts, with what they are about, in SQL."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from airlock.model import ProjectName
from airlock.model.review import Step
from airlock.model.wire import decode
from airlock.store.review_tables import steps
from airlock.store.reviews import Kept, Sought
from airlock.store.scopes import within
from airlock.store.tables import revocations, verdicts, waivers
from airlock.store.waiver_rows import EVERY, read_waiver

_later = verdicts.alias("later")
_LAST = (
    select(func.max(_later.c.seq))
    .where(_later.c.sha256 == waivers.c.sha256)
    .correlate(waivers)
    .scalar_subquery()
)
_PROJECT = func.coalesce(waivers.c.project, verdicts.c.project)


def page(connection: Connection, sought: Sought, now: dt.datetime) -> tuple[Kept, ...]:
    """Return a page of the waivers that are sought, the newest first."""
    columns = (
        _PROJECT.label("about_project"),
        verdicts.c.filename.label("about_file"),
        steps.c.document.label("step"),
    )
    query = (
        _known(EVERY.add_columns(*columns), sought, now)
        .outerjoin(steps, steps.c.id == waivers.c.id)
        .order_by(None)
        .order_by(waivers.c.seq.desc())
        .limit(max(sought.limit, 0))
        .offset(max(sought.offset, 0))
    )
    return tuple(
        Kept(
            read_waiver(row),
            ProjectName(row["about_project"]) if row["about_project"] else None,
            row["about_file"] or "",
            decode(row["step"], Step) if row["step"] is not None else None,
        )
        for row in connection.execute(query).mappings()
    )


def count(connection: Connection, sought: Sought, now: dt.datetime) -> int:
    """Return how many waivers are sought."""
    every = (
        select(func.count())
        .select_from(waivers)
        .outerjoin(revocations, revocations.c.waiver == waivers.c.id)
    )
    return connection.scalar(_known(every, sought, now)) or 0


def _known(query: Select[Any], sought: Sought, now: dt.datetime) -> Select[Any]:
    """Join what a file is known by here, and select what is sought."""
    standing = and_(verdicts.c.sha256 == waivers.c.sha256, verdicts.c.seq == _LAST)
    return query.outerjoin(verdicts, standing).where(
        _over(now) if sought.ended else _in_force(now),
        _has(sought.text),
        within(_PROJECT, sought.within),
    )


def _in_force(now: dt.datetime) -> ColumnElement[bool]:
    """Tell in SQL what ``Waiver.active`` tells."""
    return and_(
        waivers.c.created_at <= now,
        waivers.c.expires_at > now,
        revocations.c.revoked_at.is_(None),
    )


def _over(now: dt.datetime) -> ColumnElement[bool]:
    return or_(waivers.c.expires_at <= now, revocations.c.revoked_at.is_not(None))


def _has(text: str) -> ColumnElement[bool]:
    part = text.lower()
    columns = (
        _PROJECT,
        verdicts.c.filename,
        waivers.c.sha256,
        waivers.c.version,
        waivers.c.check,
        waivers.c.person,
        waivers.c.reason,
    )
    # NULL counts as nothing, and every text has an empty part.
    return or_(*(func.lower(column).contains(part, autoescape=True) for column in columns))
