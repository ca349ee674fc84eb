"""Listings in their tables: each as one document, and an index of the files that they announce.

Large listings are asked for every few minutes and hardly ever change, so the work follows the
change: of a listing that is the same, only the time is noted; of one that differs, only the files
that differ are written.
"""

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from airlock.errors import InvalidFilename, MalformedDocument, StoreError
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Release, Sha256
from airlock.model.hosting import Upload
from airlock.model.wire import decode, encode
from airlock.store import change_rows
from airlock.store.dialects import insert_or_replace, insert_unless_there
from airlock.store.tables import (
    first_sights,
    listed_files,
    listing_documents,
    listings,
    uploads,
)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_IDENTITY = ("sha256", "filename")
_Files = dict[tuple[str, str], ListedFile]


def put(connection: Connection, listing: ProjectListing) -> None:
    """Keep a listing and the index of its files.

    Raises:
        StoreError: if it is of no upstream.
    """
    # What changes with every answer stays outside the document.
    if listing.source is None:
        raise StoreError("what is hosted here is no listing of an upstream")
    document = encode(msgspec.structs.replace(listing, fetched_at=_EPOCH, etag=None))
    digest = str(Sha256.of(document))
    answer = {"fetched_at": listing.fetched_at, "etag": listing.etag}
    here = _is(listing.source, listing.project)
    same = update(listings).where(here, listings.c.digest == digest).values(answer)
    if connection.execute(same).rowcount:
        return
    before = get(connection, listing.source, listing.project)
    row = answer | {"source": listing.source, "project": str(listing.project), "digest": digest}
    insertion = insert_or_replace(connection, listings, ("source", "project"))
    key = connection.scalars(insertion.returning(listings.c.id), row).one()
    insertion = insert_or_replace(connection, listing_documents, ("listing",))
    connection.execute(insertion, {"listing": key, "document": document})
    files = _by_identity(listing)
    _index(connection, key, _by_identity(before) if before else None, files)
    _note_sights(connection, listing, files)
    change_rows.note(connection, listing.project)


def _note_sights(connection: Connection, listing: ProjectListing, files: _Files) -> None:
    """Note when files were first seen, and whether they came with their project."""
    of_project = first_sights.c.project == str(listing.project)
    found = connection.execute(
        select(first_sights.c.sha256, first_sights.c.filename).where(of_project)
    )
    known = {(sha256, filename) for sha256, filename in found}
    sight = {
        "project": str(listing.project),
        "seen_at": listing.fetched_at,
        "with_project": not known,
    }
    new = [
        sight | {"sha256": sha256, "filename": filename}
        for sha256, filename in files.keys() - known
    ]
    if new:
        connection.execute(insert_unless_there(connection, first_sights), new)


def get(connection: Connection, source: str, project: ProjectName) -> ProjectListing | None:
    """Return a listing; ``None`` if there is none that can be read."""
    columns = (listing_documents.c.document, listings.c.fetched_at, listings.c.etag)
    query = select(*columns).join_from(listings, listing_documents).where(_is(source, project))
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
    confirmed = update(listings).where(_is(source, project)).values(fetched_at=at)
    return connection.execute(confirmed).rowcount > 0


def announced(connection: Connection, sha256: Sha256, filename: str) -> tuple[Release, ...]:
    """Return the release of a listed file as each index tells it that announces it."""
    try:
        name = ArtifactName.parse(filename)
    except InvalidFilename:
        return ()
    query = (
        select(listings.c.source, listings.c.project, listed_files.c.document)
        .join_from(listings, listed_files)
        .where(listed_files.c.sha256 == str(sha256), listed_files.c.filename == filename)
    )
    releases = [_release(row, name.version) for row in connection.execute(query).mappings()]
    releases += _uploaded(connection, sha256, filename)
    return tuple(sorted(releases, key=lambda r: (_credit(r.listed), r.source or "", r.project)))


def _uploaded(connection: Connection, sha256: Sha256, filename: str) -> Iterator[Release]:
    query = select(uploads.c.document).where(
        uploads.c.filename == filename, uploads.c.sha256 == str(sha256)
    )
    for document in connection.scalars(query):
        upload = decode(document, Upload)
        yield Release(
            project=upload.project,
            version=upload.version,
            listed=ListedFile(
                filename=filename,
                url="",
                sha256=sha256,
                size=upload.size,
                upload_time=upload.uploaded_at,
                requires_python=upload.requires_python,
            ),
        )


def _index(connection: Connection, key: int, before: _Files | None, after: _Files) -> None:
    """Change the index from what it was to what it is; ``None`` if nobody knows what it was."""
    forget = delete(listed_files).where(listed_files.c.listing == key)
    if before is None:
        connection.execute(forget)
    old = before or {}
    gone = [{"b_sha256": sha256, "b_filename": name} for sha256, name in old.keys() - after.keys()]
    if gone:
        identity = [listed_files.c[name] == bindparam(f"b_{name}") for name in _IDENTITY]
        connection.execute(
            delete(listed_files).where(listed_files.c.listing == key, *identity), gone
        )
    changed = [
        {"sha256": sha256, "filename": name, "listing": key, "document": encode(file)}
        for (sha256, name), file in after.items()
        if old.get((sha256, name)) != file
    ]
    if changed:
        insertion = insert_or_replace(connection, listed_files, (*_IDENTITY, "listing"))
        connection.execute(insertion, changed)


def _is(source: str, project: ProjectName) -> ColumnElement[bool]:
    return and_(listings.c.source == source, listings.c.project == str(project))


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
