"""Profiles in their table."""

from sqlalchemy import ColumnElement, Connection, and_, select

from airlock.errors import MalformedDocument
from airlock.model import ProjectName, Sha256
from airlock.model.wire import decode, encode
from airlock.profiles import VERSION, Profile
from airlock.store.dialects import insert_or_replace
from airlock.store.profiles import ProfiledFile
from airlock.store.tables import profiles

_KEY = ("project", "sha256", "filename")


def put(connection: Connection, project: ProjectName, profile: Profile) -> None:
    """Keep a profile."""
    connection.execute(
        insert_or_replace(connection, profiles, _KEY),
        {
            "project": str(project),
            "sha256": str(profile.sha256),
            "filename": profile.name.filename,
            "version": profile.version,
            "document": encode(profile),
        },
    )


def files(connection: Connection, project: ProjectName) -> tuple[ProfiledFile, ...]:
    """Return the files of a project that have a profile of today's version."""
    query = select(profiles.c.sha256, profiles.c.filename).where(_of_today(project))
    found = connection.execute(query)
    return tuple(ProfiledFile(Sha256(sha256), filename) for sha256, filename in found)


def one(connection: Connection, project: ProjectName, file: ProfiledFile) -> Profile | None:
    """Return one profile of today's version."""
    query = select(profiles.c.document).where(
        _of_today(project),
        profiles.c.sha256 == str(file.sha256),
        profiles.c.filename == file.filename,
    )
    document = connection.scalar(query)
    try:
        return decode(document, Profile) if document is not None else None
    except MalformedDocument:
        return None


def _of_today(project: ProjectName) -> ColumnElement[bool]:
    return and_(profiles.c.project == str(project), profiles.c.version == VERSION)
