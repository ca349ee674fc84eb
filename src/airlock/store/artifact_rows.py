"""Artifacts in their table."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, select

from airlock.model import Artifact, ProjectName, Sha256
from airlock.model.wire import decode, encode
from airlock.store.dialects import insert_unless_there
from airlock.store.interface import StoredArtifact
from airlock.store.tables import artifacts

_COLUMNS = select(artifacts.c.document, artifacts.c.first_seen).order_by(artifacts.c.seq)


def add(connection: Connection, artifact: Artifact, seen_at: dt.datetime) -> None:
    """Add an artifact, unless it is there."""
    connection.execute(
        insert_unless_there(connection, artifacts),
        {
            "sha256": str(artifact.sha256),
            "project": str(artifact.release.project),
            "filename": artifact.name.filename,
            "first_seen": seen_at,
            "document": encode(artifact),
        },
    )


def first(connection: Connection, sha256: Sha256) -> StoredArtifact | None:
    """Return the first artifact with a digest."""
    return next(_read(connection, artifacts.c.sha256 == str(sha256)), None)


def of_project(connection: Connection, project: ProjectName) -> tuple[StoredArtifact, ...]:
    """Return all artifacts of a project."""
    return tuple(_read(connection, artifacts.c.project == str(project)))


def projects(connection: Connection) -> tuple[ProjectName, ...]:
    """Return the projects of all artifacts."""
    names = connection.scalars(select(artifacts.c.project).distinct())
    # Sorted here: databases sort by their own collation.
    return tuple(sorted(ProjectName(name) for name in names))


def _read(connection: Connection, which: ColumnElement[bool]) -> Iterator[StoredArtifact]:
    for document, first_seen in connection.execute(_COLUMNS.where(which)):
        yield StoredArtifact(decode(document, Artifact), first_seen)
