"""Listings in their tables: each as one document, and an index of the files that they announce.

Large listings are asked for every few minutes and hardly ever change, so the work follows the
change: of a listing that is the same, only the time is noted; of one that differs, only the files
that differ are written.
"""

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, select, update

from airlock.errors import InvalidFilename, MalformedDocument
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Release, Sha256
from airlock.model.wire import decode, encode
from airlock.store.dialects import insert_or_replace
from airlock.store.tables import listed_files, listings

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_IDENTITY = ("sha256", "filename")


def put(connection: Connection, listing: ProjectListing) -> None:
    """Keep a listing and the index of its files."""
    # What changes with every answer stays outside the document.
    document = encode(msgspec.structs.replace(listing, fetched_at=_EPOCH, etag=None))
    row = {
        "source": listing.source,
        "project": str(listing.project),
        "digest": str(Sha256.of(document)),
        "fetched_at": listing.fetched_at,
        "etag": listing.etag,
    }
    if _same_as_before(connection, row):
        return
    before = get(connection, listing.source, listing.project)
    connection.execute(insert_or_replace(connection, listings), row | {"document": document})
    _index(connection, before, listing)


def get(connection: Connection, source: str, project: ProjectName) -> ProjectListing | None:
    """Return a listing; ``None`` if there is none that can be read."""
    query = select(listings.c.document, listings.c.fetched_at, listings.c.etag).where(
        listings.c.source == source, listings.c.project == str(project)
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


def _same_as_before(connection: Connection, row: dict[str, Any]) -> bool:
    is_same = [listings.c[name] == row[name] for name in ("source", "project", "digest")]
    touched = update(listings).where(*is_same)
    answer = {name: row[name] for name in ("fetched_at", "etag")}
    return connection.execute(touched.values(answer)).rowcount > 0


def _index(connection: Connection, before: ProjectListing | None, after: ProjectListing) -> None:
    here = {"source": after.source, "project": str(after.project)}
    old, new = _by_identity(before), _by_identity(after)
    if before is None:
        # Perhaps there was one that cannot be read.
        connection.execute(delete(listed_files).where(*_equal(here)))
    gone = [{"b_sha256": sha256, "b_filename": name} for sha256, name in old.keys() - new.keys()]
    if gone:
        identity = [listed_files.c[name] == bindparam(f"b_{name}") for name in _IDENTITY]
        connection.execute(delete(listed_files).where(*_equal(here), *identity), gone)
    changed = [
        here | {"sha256": sha256, "filename": name, "document": encode(file)}
        for (sha256, name), file in new.items()
        if old.get((sha256, name)) != file
    ]
    if changed:
        connection.execute(insert_or_replace(connection, listed_files), changed)


def _equal(values: dict[str, str]) -> list[ColumnElement[bool]]:
    return [listed_files.c[name] == value for name, value in values.items()]


def _by_identity(listing: ProjectListing | None) -> dict[tuple[str, str], ListedFile]:
    found: dict[tuple[str, str], ListedFile] = {}
    for file in listing.files if listing else ():
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
