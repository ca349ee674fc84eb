"""Verdicts in their table. Nothing here changes a row."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, exists, func, insert, select

from airlock.errors import InvalidName, MalformedDocument
from airlock.model import Decision, PolicyVersion, ProjectName, Sha256, Verdict
from airlock.model.wire import decode, encode
from airlock.store import change_rows, review_rows
from airlock.store.dialects import rows_of
from airlock.store.interface import Standing
from airlock.store.tables import verdicts

_newer = verdicts.alias("newer")
STANDING = select(
    verdicts.c.sha256,
    verdicts.c.filename,
    verdicts.c.project,
    verdicts.c.decision,
    verdicts.c.score,
    verdicts.c.headline,
    verdicts.c.checks_version,
    verdicts.c.policy_name,
    verdicts.c.policy_version,
    verdicts.c.decided_at,
    verdicts.c.seconds,
)


def add(connection: Connection, verdict: Verdict) -> None:
    """Add a verdict, and put its artifact into the queue of the review or take it out.

    Numbers are given in the order in which transactions commit, because to note a change is to take
    a turn: whoever reads on from a number misses none.
    """
    standing = Standing.of(verdict)
    change_rows.note(connection, standing.project)
    connection.execute(
        insert(verdicts),
        {
            "sha256": str(standing.sha256),
            "filename": standing.filename,
            "project": str(standing.project),
            "decision": int(standing.decision),
            "score": standing.score,
            # PostgreSQL has no NUL in text; a message may quote a package's.
            "headline": standing.headline.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            "checks_version": standing.checks_version,
            "policy_name": standing.policy.name,
            "policy_version": standing.policy.version,
            "decided_at": standing.decided_at,
            "seconds": standing.seconds,
            "document": encode(verdict),
        },
    )
    review_rows.note(connection, verdict)


def latest(connection: Connection, sha256: Sha256) -> Verdict | None:
    """Return the verdict that was added last."""
    query = _documents(sha256).order_by(verdicts.c.seq.desc()).limit(1)
    document = connection.scalar(query)
    return decode(document, Verdict) if document is not None else None


def history(connection: Connection, sha256: Sha256) -> tuple[Verdict, ...]:
    """Return all verdicts on a digest."""
    documents = connection.scalars(_documents(sha256).order_by(verdicts.c.seq))
    return tuple(decode(document, Verdict) for document in documents)


def standings(connection: Connection, digests: Iterable[Sha256]) -> Iterator[Standing]:
    """Yield where those of the digests stand that have a verdict."""
    asked = rows_of(connection, {str(digest) for digest in digests})
    # One look into the index for each digest; grouping would make SQLite read all of the index.
    newest = select(func.max(_newer.c.seq)).where(_newer.c.sha256 == asked.c.value)
    each = select(newest.correlate(asked).scalar_subquery()).select_from(asked)
    found = connection.execute(STANDING.where(verdicts.c.seq.in_(each)))
    return (read_standing(row) for row in found)


def recent(connection: Connection, decision: Decision | None, limit: int) -> tuple[Standing, ...]:
    """Return the newest standings."""
    overruled = exists().where(_newer.c.sha256 == verdicts.c.sha256, _newer.c.seq > verdicts.c.seq)
    query = STANDING.where(~overruled).order_by(verdicts.c.seq.desc()).limit(max(limit, 0))
    if decision is not None:
        query = query.where(verdicts.c.decision == int(decision))
    return tuple(read_standing(row) for row in connection.execute(query))


def _documents(sha256: Sha256) -> Select[bytes]:
    return select(verdicts.c.document).where(verdicts.c.sha256 == str(sha256))


def read_standing(row: Sequence[Any]) -> Standing:
    """Return the standing in a row of ``STANDING``.

    Raises:
        MalformedDocument: if the row cannot be read back.
    """
    sha256, filename, project, decision, score, headline, checks, policy, digest, at, seconds = row
    try:
        return Standing(
            sha256=Sha256(sha256),
            filename=filename,
            project=ProjectName(project),
            decision=Decision(decision),
            score=score,
            headline=headline,
            checks_version=checks,
            policy=PolicyVersion(policy, digest),
            decided_at=at,
            seconds=seconds,
        )
    except (InvalidName, ValueError) as error:
        raise MalformedDocument(f"a stored verdict cannot be read: {error}") from error
