"""What is hosted, in its tables."""

from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from airlock.errors import NameTaken
from airlock.model import ProjectName, Sha256
from airlock.model.hosting import Remark, Upload
from airlock.model.ownership import Claim
from airlock.model.wire import decode, encode
from airlock.store import change_rows, claim_rows
from airlock.store.dialects import insert_or_replace
from airlock.store.hosting import FileKey, Sight
from airlock.store.tables import core_metadata, first_sights, remarks, uploads


def add_upload(connection: Connection, upload: Upload, claim: Claim) -> None:
    """Add an upload and the claim of this index on its project.

    Raises:
        NameTaken: if its file name was uploaded before.
    """
    row = {
        "project": str(upload.project),
        "filename": upload.filename,
        "sha256": str(upload.sha256),
        "document": encode(upload),
    }
    try:
        connection.execute(insert(uploads), row)
    except IntegrityError as error:
        raise NameTaken(f"{upload.filename} was uploaded before") from error
    claim_rows.bind_hosted(connection, claim)
    change_rows.note(connection, upload.project)


def of_project(connection: Connection, project: ProjectName) -> tuple[Upload, ...]:
    """Return the uploads of a project."""
    query = select(uploads.c.document).where(uploads.c.project == str(project))
    documents = connection.scalars(query.order_by(uploads.c.seq))
    return tuple(decode(document, Upload) for document in documents)


def named(connection: Connection, filename: str) -> Upload | None:
    """Return the upload of a file name."""
    query = select(uploads.c.document).where(uploads.c.filename == filename)
    document = connection.scalar(query)
    return decode(document, Upload) if document is not None else None


def projects(connection: Connection) -> tuple[ProjectName, ...]:
    """Return the projects with uploads."""
    names = connection.scalars(select(uploads.c.project).distinct())
    return tuple(sorted(ProjectName(name) for name in names))


def add_remark(connection: Connection, remark: Remark) -> None:
    """Add a remark."""
    row = {"project": str(remark.project), "document": encode(remark)}
    connection.execute(insert(remarks), row)
    change_rows.note(connection, remark.project)


def remarks_on(connection: Connection, project: ProjectName) -> tuple[Remark, ...]:
    """Return the remarks on a project."""
    query = select(remarks.c.document).where(remarks.c.project == str(project))
    documents = connection.scalars(query.order_by(remarks.c.seq))
    return tuple(decode(document, Remark) for document in documents)


def put_core_metadata(
    connection: Connection, project: ProjectName, file: FileKey, metadata: Sha256
) -> None:
    """Keep the digest of the core metadata of a file."""
    sha256, filename = file
    row = {
        "project": str(project),
        "sha256": str(sha256),
        "filename": filename,
        "metadata": str(metadata),
    }
    key = ("project", "sha256", "filename")
    connection.execute(insert_or_replace(connection, core_metadata, key), row)


def core_metadata_of(connection: Connection, project: ProjectName) -> dict[FileKey, Sha256]:
    """Return the digests of the core metadata of a project's files."""
    columns = (core_metadata.c.sha256, core_metadata.c.filename, core_metadata.c.metadata)
    found = connection.execute(select(*columns).where(core_metadata.c.project == str(project)))
    return {_key(row): Sha256(row.metadata) for row in found}


def sights(connection: Connection, project: ProjectName) -> dict[FileKey, Sight]:
    """Return when each file of a project was first seen."""
    query = select(first_sights).where(first_sights.c.project == str(project))
    found = connection.execute(query)
    return {_key(row): Sight(row.seen_at, bool(row.with_project)) for row in found}


def _key(row: Any) -> FileKey:
    return Sha256(row.sha256), row.filename
