"""Logs of detonations in a database."""

from sqlalchemy import RowMapping, select

from airlock.model import ArtifactName, ProjectName, Sha256
from airlock.store.dialects import insert_or_replace
from airlock.store.engine import Database
from airlock.store.trace_tables import traces
from airlock.store.traces import KeptTrace, Traces


class SqlTraces(Traces):
    """Logs in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, trace: KeptTrace) -> None:
        """Keep a log instead of the one before."""
        row = {
            "sha256": str(trace.sha256),
            "filename": trace.name.filename,
            "project": str(trace.project),
            "log_sha256": str(trace.log),
            "seen_at": trace.seen_at,
        }
        with self._database.writing() as connection:
            connection.execute(insert_or_replace(connection, traces, ("sha256", "filename")), row)

    def of(self, sha256: Sha256) -> KeptTrace | None:
        """Return the newest log of some bytes."""
        query = select(traces).where(traces.c.sha256 == str(sha256))
        query = query.order_by(traces.c.seen_at.desc(), traces.c.filename).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _kept(row) if row is not None else None


def _kept(row: RowMapping) -> KeptTrace:
    return KeptTrace(
        sha256=Sha256(row["sha256"]),
        name=ArtifactName.parse(row["filename"]),
        project=ProjectName(row["project"]),
        log=Sha256(row["log_sha256"]),
        seen_at=row["seen_at"],
    )
