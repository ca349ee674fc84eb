"""Verdicts on names in their table. Nothing here changes a row."""

from sqlalchemy import Connection, Select, exists, insert, select

from airlock.model import Decision, ProjectName
from airlock.model.name_verdict import NameVerdict
from airlock.model.wire import decode, encode
from airlock.store import review_rows
from airlock.store.tables import name_verdicts

_newer = name_verdicts.alias("newer")


def add(connection: Connection, verdict: NameVerdict) -> None:
    """Add a verdict."""
    connection.execute(
        insert(name_verdicts),
        {
            "project": str(verdict.project),
            "decision": int(verdict.decision),
            "headline": verdict.headline.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            "checks_version": verdict.checks_version,
            "decided_at": verdict.decided_at,
            "document": encode(verdict),
        },
    )
    review_rows.note_name(connection, verdict)


def latest(connection: Connection, project: ProjectName) -> NameVerdict | None:
    """Return the verdict that was added last."""
    query = _documents(project).order_by(name_verdicts.c.seq.desc()).limit(1)
    document = connection.scalar(query)
    return decode(document, NameVerdict) if document is not None else None


def history(connection: Connection, project: ProjectName) -> tuple[NameVerdict, ...]:
    """Return all verdicts on a name."""
    documents = connection.scalars(_documents(project).order_by(name_verdicts.c.seq))
    return tuple(decode(document, NameVerdict) for document in documents)


def decided(connection: Connection, decision: Decision, limit: int) -> tuple[NameVerdict, ...]:
    """Return the latest verdicts that decide so."""
    mine = name_verdicts.c
    overruled = exists().where(_newer.c.project == mine.project, _newer.c.seq > mine.seq)
    query = (
        select(mine.document)
        .where(mine.decision == int(decision), ~overruled)
        .order_by(mine.seq.desc())
        .limit(max(limit, 0))
    )
    return tuple(decode(document, NameVerdict) for document in connection.scalars(query))


def _documents(project: ProjectName) -> Select[bytes]:
    return select(name_verdicts.c.document).where(name_verdicts.c.project == str(project))
