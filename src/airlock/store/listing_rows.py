"""Listings in their tables: each as one document, and an index of the files that they announce.

Large listings are asked for every few minutes and hardly ever change, so the work follows the
change: of a listing that is the same, only the time is noted; of one that differs, only the files
that differ are written.
"""

import datetime as dt

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    bindparam,
    delete,
    select,
    update,
)

from airlock.errors import InvalidFilename, MalformedDocument
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Release, Sha256
from airlock.model.wire import decode, encode
from airlock.store.dialects import insert_or_replace
from airlock.store.tables import listed_files, listing_documents, listings

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_IDENTITY = ("sha256", "filename")
_Files = dict[tuple[str, str], ListedFile]


def put(connection: Connection, listing: ProjectListing) -> None:
    """Keep a listing and the index of its files."""
    # What changes with every answer stays outside the document.
    document = encode(msgspec.structs.replace(listing, fetched_at=_EPOCH, etag=None))
    key = {"source": listing.source, "project": str(listing.project)}
    answer = {"fetched_at": listing.fetched_at, "etag": listing.etag}
    digest = {"digest": str(Sha256.of(document))}
    same = update(listings).where(*_equal(listings, key | digest)).values(answer)
    if connection.execute(same).rowcount:
        return
    before = get(connection, listing.source, listing.project)
    connection.execute(insert_or_replace(connection, listings), key | digest | answer)
    row = key | {"document": document}
    connection.execute(insert_or_replace(connection, listing_documents), row)
    _index(connection, key, _by_identity(before) if before else None, _by_identity(listing))


def get(connection: Connection, source: str, project: ProjectName) -> ProjectListing | None:
    """Return a listing; ``None`` if there is none that can be read."""
    query = (
        select(listing_documents.c.document, listings.c.fetched_at, listings.c.etag)
        .join_from(listings, listing_documents)
        .where(listings.c.source == source, listings.c.project == str(project))
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    try:
        listing = decode(row["document"], ProjectListing)
    except MalformedDocument:
        # Another version wrote it; the index will say it again.
        return None
    return msgspec.structs.replace(listing, fetched_at=row["fetched_at"], etag=row["etag"])


def confirm(connection: Connection, source: str, project: ProjectName, at: dt.datetime) -> bool:
    """Note when the index said that a listing still holds; tell whether there is one."""
    found = connection.execute(
        update(listings)
        .where(listings.c.source == source, listings.c.project == str(project))
        .values(fetched_at=at)
    )
    return found.rowcount > 0


def announced(connection: Connection, sha256: Sha256, filename: str) -> Release | None:
    """Return the release of a listed file, as the index tells it that speaks least for it."""
    try:
        name = ArtifactName.parse(filename)
    except InvalidFilename:
        return None
    query = select(listed_files.c.source, listed_files.c.project, listed_files.c.document).where(
        listed_files.c.sha256 == str(sha256), listed_files.c.filename == filename
    )
    releases = [_release(row, name.version) for row in connection.execute(query).mappings()]
    return min(releases, key=lambda r: (_credit(r.listed), r.source or "", r.project), default=None)


def _index(
    connection: Connection, key: dict[str, str], before: _Files | None, after: _Files
) -> None:
    """Change the index from what it was to what it is; ``None`` if nobody knows what it was."""
    if before is None:
        connection.execute(delete(listed_files).where(*_equal(listed_files, key)))
    old = before or {}
    gone = [{"b_sha256": sha256, "b_filename": name} for sha256, name in old.keys() - after.keys()]
    if gone:
        identity = [listed_files.c[name] == bindparam(f"b_{name}") for name in _IDENTITY]
        connection.execute(delete(listed_files).where(*_equal(listed_files, key), *identity), gone)
    changed = [
        key | {"sha256": sha256, "filename": name, "document": encode(file)}
        for (sha256, name), file in after.items()
        if old.get((sha256, name)) != file
    ]
    if changed:
        connection.execute(insert_or_replace(connection, listed_files), changed)


def _equal(table: Table, values: dict[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in values.items()]


def _by_identity(listing: ProjectListing) -> _Files:
    found: _Files = {}
    for file in listing.files:
        if file.sha256 is None:
            continue  # nobody can ask for it by its digest
        known = found.setdefault((str(file.sha256), file.filename), file)
        if known is not file and _credit(file) < _credit(known):
            found[str(file.sha256), file.filename] = file
    return found


def _release(row: RowMapping, version: str) -> Release:
    return Release(
        project=ProjectName(row["project"]),
        version=version,
        source=row["source"],
        listed=decode(row["document"], ListedFile),
    )


def _credit(file: ListedFile | None) -> tuple[bool, float]:
    """Order what is said of a file: without an upload time comes first, then the latest."""
    uploaded = file.upload_time if file else None
    return (uploaded is not None, -uploaded.timestamp() if uploaded else 0.0)
