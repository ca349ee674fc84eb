"""Works in their table: added, given out, ended."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from airlock.model import ProjectName, Sha256
from airlock.model.watching import MOST_ATTEMPTS, Claim, Letter, Stage, State, Work
from airlock.model.wire import decode, encode
from airlock.store import pace_rows
from airlock.store.dialects import insert_unless_there
from airlock.store.watch_tables import works
from airlock.store.works import Outdated, Terms

SOON = dt.timedelta(seconds=5)
"""A source that may not be asked for longer than this has nothing that is due."""
_LONGEST_REASON = 1_000


def add(connection: Connection, added: Iterable[Work], checks: int, now: dt.datetime) -> int:
    """Add works, unless they are there; return how many are new, or offered again."""
    rows = [_row(work, checks, now) for work in added]
    if not rows:
        return 0
    before = _newest(connection)
    connection.execute(insert_unless_there(connection, works), rows)
    added_now = (works.c.id > before, works.c.added_at == now)
    new = connection.scalar(select(func.count()).select_from(works).where(*added_now)) or 0
    return new + _offered_again(connection, rows, now)


def _offered_again(
    connection: Connection, rows: Sequence[dict[str, object]], now: dt.datetime
) -> int:
    """Queue what was withdrawn and is announced again: a page may lack a file for a while."""
    key = ("stage", "sha256", "project", "filename")
    wanted = {tuple(row[name] for name in key) for row in rows}
    projects = {row["project"] for row in rows}
    gone = select(works.c.id, *(works.c[name] for name in key)).where(
        works.c.state == int(State.GONE), works.c.project.in_(projects)
    )
    ids = [row.id for row in connection.execute(gone) if tuple(row[1:]) in wanted]
    return _begin_anew(connection, [works.c.id.in_(ids)], now) if ids else 0


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.coalesce(func.max(works.c.id), 0))) or 0


def _row(work: Work, checks: int, now: dt.datetime) -> dict[str, object]:
    return {
        "stage": int(work.stage),
        "sha256": str(work.sha256),
        "project": str(work.release.project),
        "filename": work.file.filename,
        "source": work.release.source or "",
        "state": int(State.WAITING),
        "priority": work.priority,
        "checks": checks,
        "attempts": 0,
        "next_at": now,
        "added_at": now,
        "reason": "",
        "document": encode(work),
    }


def claim(
    connection: Connection,
    terms: Terms,
    most: int,
    now: dt.datetime,
    only: Sequence[int] | None,
) -> tuple[Claim, ...]:
    """Give works out."""
    where = [
        works.c.state == int(State.WAITING),
        works.c.next_at <= now,
        works.c.attempts < MOST_ATTEMPTS,
        works.c.checks <= terms.checks,
        works.c.stage.in_([int(stage) for stage in terms.stages]),
    ]
    if resting := pace_rows.resting(connection, now + SOON):
        where.append(works.c.source.not_in(resting))
    if only is not None:
        where.append(works.c.id.in_(only))
    query = (
        select(works.c.id, works.c.attempts, works.c.source, works.c.document)
        .where(*where)
        .order_by(works.c.priority, works.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    if not rows:
        return ()
    connection.execute(
        update(works)
        .where(works.c.id.in_([row.id for row in rows]))
        .values(holder=terms.holder, next_at=terms.until, attempts=works.c.attempts + 1)
    )
    return tuple(_claims(connection, rows, terms, now))


def _claims(
    connection: Connection, rows: Sequence[Any], terms: Terms, now: dt.datetime
) -> Iterator[Claim]:
    times = Counter(row.source for row in rows)
    slots = {
        source: pace_rows.reserve(connection, source, terms.spacing, now, count)
        for source, count in times.items()
    }
    for row in rows:
        yield Claim(
            id=row.id,
            work=decode(row.document, Work),
            holder=terms.holder,
            attempt=row.attempts + 1,
            not_before=slots[row.source],
        )
        slots[row.source] += terms.spacing


def _deadly(now: dt.datetime) -> ColumnElement[bool]:
    return and_(
        works.c.state == int(State.WAITING),
        works.c.holder.is_not(None),
        works.c.attempts >= MOST_ATTEMPTS,
        works.c.next_at <= now,
    )


def deadly(connection: Connection, now: dt.datetime) -> bool:
    """Tell whether there are works whose holders were lost at every attempt."""
    query = select(works.c.id).where(_deadly(now)).limit(1)
    return connection.scalar(query) is not None


def bury(connection: Connection, now: dt.datetime) -> int:
    """Give them up."""
    reason = f"its worker was lost {MOST_ATTEMPTS} times"
    values = {"state": int(State.DEAD), "holder": None, "ended_at": now, "reason": reason}
    return connection.execute(update(works).where(_deadly(now)).values(**values)).rowcount


def renew(connection: Connection, holder: str, ids: Sequence[int], until: dt.datetime) -> None:
    """Hold works for longer."""
    mine = and_(works.c.id.in_(ids), works.c.holder == holder)
    connection.execute(update(works).where(mine).values(next_at=until))


def end(connection: Connection, claim: Claim, **values: object) -> bool:
    """Change a work that is held by a claim, and end the hold; tell whether it was held by it."""
    if isinstance(reason := values.get("reason"), str):
        values["reason"] = reason.replace("\0", " ")[:_LONGEST_REASON]
    mine = (
        works.c.id == claim.id,
        works.c.holder == claim.holder,
        works.c.attempts == claim.attempt,
        works.c.state == int(State.WAITING),
    )
    changed = connection.execute(
        update(works).where(*mine).values(holder=None, sent_at=None, **values)
    )
    return bool(changed.rowcount)


def letters(connection: Connection, *, dead: bool, limit: int) -> tuple[Letter, ...]:
    """Return works that failed."""
    columns = (
        works.c.id, works.c.stage, works.c.state, works.c.project, works.c.filename,
        works.c.sha256, works.c.attempts, works.c.reason, works.c.next_at,
    )  # fmt: skip
    which = (
        [works.c.state == int(State.DEAD)]
        if dead
        else [works.c.state == int(State.WAITING), works.c.reason != ""]
    )
    query = select(*columns).where(*which).order_by(works.c.id.desc()).limit(max(limit, 0))
    return tuple(
        Letter(
            id=row.id,
            stage=Stage(row.stage),
            state=State(row.state),
            project=ProjectName(row.project),
            filename=row.filename,
            sha256=Sha256(row.sha256),
            attempts=row.attempts,
            reason=row.reason,
            next_at=row.next_at,
        )
        for row in connection.execute(query)
    )


def revive(connection: Connection, ids: Sequence[int] | None, now: dt.datetime) -> int:
    """Queue dead letters again."""
    where = [works.c.state == int(State.DEAD)]
    if ids is not None:
        where.append(works.c.id.in_(ids))
    return _begin_anew(connection, where, now)


def _begin_anew(
    connection: Connection, where: Sequence[ColumnElement[bool]], now: dt.datetime
) -> int:
    fresh = {"state": int(State.WAITING), "attempts": 0, "next_at": now, "sent_at": None}
    changed = connection.execute(
        update(works).where(*where).values(holder=None, ended_at=None, **fresh)
    )
    return changed.rowcount


def outdated(connection: Connection, checks: int, after: int, limit: int) -> tuple[Outdated, ...]:
    """Return works that older checks did."""
    query = (
        select(works.c.id, works.c.sha256, works.c.project, works.c.filename)
        .where(
            works.c.id > after,
            works.c.state == int(State.DONE),
            works.c.stage == int(Stage.STATIC),
            works.c.checks < checks,
        )
        .order_by(works.c.id)
        .limit(limit)
    )
    return tuple(
        Outdated(number, Sha256(sha256), ProjectName(project), filename)
        for number, sha256, project, filename in connection.execute(query)
    )


def queue_again(
    connection: Connection, again: Sequence[int], checks: int, now: dt.datetime, behind: int
) -> None:
    """Queue works that older checks did, behind others."""
    fresh = {"state": int(State.WAITING), "attempts": 0, "next_at": now, "sent_at": None}
    connection.execute(
        update(works)
        .where(works.c.id.in_(again), _older(checks))
        .values(**fresh, checks=checks, ended_at=None, priority=works.c.priority + behind)
    )


def keep(connection: Connection, fine: Sequence[int], checks: int) -> None:
    """Note of works that newer checks would say the same."""
    older = _older(checks)
    connection.execute(update(works).where(works.c.id.in_(fine), older).values(checks=checks))


def _older(checks: int) -> ColumnElement[bool]:
    return and_(works.c.state == int(State.DONE), works.c.checks < checks)
