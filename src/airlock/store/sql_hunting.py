"""Hunting in a database: queries become conditions on the table of scans."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from airlock.errors import MalformedDocument
from airlock.model import Decision, Severity, Verdict
from airlock.model.hunting import And, Field, Hit, Kind, Not, Or, Query, Run, Scan, Term, moment
from airlock.model.hunting import Observation as Observed
from airlock.model.wire import decode, encode
from airlock.store import profile_rows
from airlock.store.dialects import insert_unless_there, rows_of, take_turns
from airlock.store.engine import Database
from airlock.store.hunt_tables import hunt_hits, hunts, observations, scans
from airlock.store.hunting import Hunting, Unread
from airlock.store.profiles import ProfiledFile
from airlock.store.tables import verdicts
from airlock.store.watch_tables import watch_cursors

# The number rises with what ``hunting.observing`` observes: then every verdict is read again.
_CURSOR = "hunt-2"
_SEPARATOR = ":"
"""Between who vouches for a publisher and who that is."""
_ESCAPE = "\\"
_scans = scans.alias("theirs")


class SqlHunting(Hunting):
    """Hunting in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self, limit: int) -> tuple[Unread, ...]:
        """Return verdicts that are not known yet."""
        cursor = select(watch_cursors.c.entry).where(watch_cursors.c.name == _CURSOR)
        with self._database.reading() as connection:
            after = connection.scalar(cursor) or 0
            query = select(verdicts.c.seq, verdicts.c.document).where(verdicts.c.seq > after)
            found = connection.execute(query.order_by(verdicts.c.seq).limit(limit)).all()
            read = []
            for number, document in found:
                verdict = decode(document, Verdict)
                artifact = verdict.artifact
                file = ProfiledFile(artifact.sha256, artifact.name.filename)
                try:
                    profile = profile_rows.one(connection, artifact.release.project, file)
                except MalformedDocument:
                    profile = None
                read.append(Unread(number, verdict, profile))
        return tuple(read)

    def learn(self, scans: Iterable[tuple[Scan, Collection[Observed]]], upto: int) -> None:
        """Add what is known of scans."""
        row, of_it = {"name": _CURSOR, "entry": 0}, watch_cursors.c.name == _CURSOR
        with self._database.writing() as connection:
            # Whoever hunts at the same time has read the same, and may have been quicker.
            take_turns(connection, "airlock hunt")
            connection.execute(insert_unless_there(connection, watch_cursors), row)
            known = connection.scalar(select(watch_cursors.c.entry).where(of_it)) or 0
            for scan, observed in scans:
                if scan.id > known:
                    _replace(connection, scan, observed)
            if upto > known:
                connection.execute(update(watch_cursors).where(of_it).values(entry=upto))

    def find(self, query: Query, limit: int) -> tuple[Scan, ...]:
        """Return the scans that a query describes."""
        newest = (scans.c.released_at.desc(), scans.c.id.desc())
        asked = select(scans.c.document).where(_condition(query)).order_by(*newest).limit(limit)
        with self._database.reading() as connection:
            return tuple(decode(document, Scan) for document in connection.scalars(asked))

    def shared(
        self, scans: Collection[int], kinds: Collection[Kind]
    ) -> Iterator[tuple[Observed, tuple[int, ...]]]:
        """Yield what several scans share and nothing that was admitted has."""
        table, harmless = observations.c, observations.alias("harmless")
        admitted = (
            select(harmless.c.scan)
            .join(_scans, _scans.c.id == harmless.c.scan)
            .where(
                harmless.c.kind == table.kind,
                harmless.c.value == table.value,
                _scans.c.decision == int(Decision.ADMIT),
            )
            .exists()
        )
        with self._database.reading() as connection:
            asked = rows_of(connection, map(str, scans))
            wanted = cast(table.scan, Text).in_(select(asked.c.value))
            query = (
                select(table.kind, table.value, table.scan)
                .where(table.kind.in_([kind.value for kind in kinds]), wanted, ~admitted)
                .order_by(table.kind, table.value, table.scan)
            )
            rows = connection.execute(query).all()
        for (kind, value), group in groupby(rows, key=lambda row: (row.kind, row.value)):
            ids = tuple(row.scan for row in group)
            if len(ids) > 1:
                yield Observed(Kind(kind), value), ids

    def run(self, run: Run, at: dt.datetime) -> Run:
        """Return how far a run is."""
        row = {
            "id": run.id, "what": run.what, "position": 0, "looked_at": 0, "done": 0,
            "begun_at": at,
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(insert_unless_there(connection, hunts), row)
            found = connection.execute(select(hunts).where(hunts.c.id == run.id)).one()
        return Run(
            id=found.id,
            what=found.what,
            position=found.position,
            looked_at=found.looked_at,
            done=bool(found.done),
        )

    def advance(self, before: Run, run: Run, hits: Iterable[Hit]) -> bool:
        """Record how far a run is."""
        values = {"position": run.position, "looked_at": run.looked_at, "done": int(run.done)}
        rows = [{"hunt": run.id, "document": encode(hit)} for hit in hits]
        there = (hunts.c.id == run.id, hunts.c.position == before.position)
        with self._database.writing() as connection:
            if not connection.execute(update(hunts).where(*there).values(**values)).rowcount:
                return False
            if rows:
                connection.execute(insert(hunt_hits), rows)
            return True

    def hits(self, run_id: str) -> tuple[Hit, ...]:
        """Return what a run found."""
        query = select(hunt_hits.c.document).where(hunt_hits.c.hunt == run_id)
        with self._database.reading() as connection:
            found = connection.scalars(query.order_by(hunt_hits.c.seq))
            return tuple(decode(document, Hit) for document in found)

    def forget(self, run_id: str) -> None:
        """Let a run begin anew."""
        with self._database.writing() as connection:
            connection.execute(delete(hunt_hits).where(hunt_hits.c.hunt == run_id))
            connection.execute(delete(hunts).where(hunts.c.id == run_id))


def _replace(connection: Connection, scan: Scan, observed: Collection[Observed]) -> None:
    same = (
        scans.c.digest == str(scan.sha256),
        scans.c.project == str(scan.project),
        scans.c.filename == scan.filename,
    )
    for (number,) in connection.execute(select(scans.c.id).where(*same)).all():
        connection.execute(delete(observations).where(observations.c.scan == number))
    connection.execute(delete(scans).where(*same))
    row = {
        "id": scan.id,
        "project": str(scan.project),
        "version": scan.version,
        "filename": scan.filename,
        "digest": str(scan.sha256),
        "decision": int(scan.decision),
        "severity": scan.severity.rank,
        "released_at": scan.released_at,
        "document": encode(scan),
    }
    connection.execute(insert(scans), row)
    rows = [{"scan": scan.id, "kind": one.kind.value, "value": one.value} for one in observed]
    if rows:
        connection.execute(insert_unless_there(connection, observations), rows)


def _condition(query: Query) -> ColumnElement[bool]:
    match query:
        case Not(inner):
            return ~_condition(inner)
        case And(queries):
            return and_(*map(_condition, queries))
        case Or(queries):
            return or_(*map(_condition, queries))
        case Term(field, value):
            return _is(field, value.lower())


def _is(field: str, value: str) -> ColumnElement[bool]:
    """Return the condition of one term; its value was looked at when the query was read."""
    texts = {
        Field.NAME.value: scans.c.project,
        Field.VERSION.value: func.lower(scans.c.version),
        Field.FILE.value: func.lower(scans.c.filename),
        Field.SHA256.value: scans.c.digest,
    }
    if field in texts:
        return texts[field].like(_pattern(value), escape=_ESCAPE)
    if field == Field.DECISION:
        return scans.c.decision == int(Decision.of_word(value))
    if field == Field.SEVERITY:
        return scans.c.severity >= Severity(value).rank
    if field == Field.SINCE:
        return scans.c.released_at >= moment(value)
    if field == Field.BEFORE:
        return scans.c.released_at < moment(value)
    return _observed(Kind(field), value)


def _observed(kind: Kind, value: str) -> ColumnElement[bool]:
    pattern = _pattern(value)
    if kind is Kind.TEXT:
        pattern = f"%{pattern}%"
    if kind in {Kind.PUBLISHER, Kind.OWNER} and _SEPARATOR not in value:
        # Whoever vouches for them.
        found = _seen(kind, f"%{_SEPARATOR}{pattern}")
        return or_(found, _seen(Kind.AUTHOR, pattern)) if kind is Kind.PUBLISHER else found
    return _seen(kind, pattern)


def _seen(kind: Kind, pattern: str) -> ColumnElement[bool]:
    """Return the condition that a scan has a value of a kind."""
    seen = select(observations.c.scan).where(observations.c.kind == kind.value)
    return scans.c.id.in_(seen.where(observations.c.value.like(pattern, escape=_ESCAPE)))


def _pattern(value: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        value = value.replace(special, _ESCAPE + special)
    return value.replace("*", "%")
