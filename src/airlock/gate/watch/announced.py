"""What a page announces, and what of it has to be looked at; nothing here asks anybody.

- A file whose age nobody tells may be new: it is looked at. One without a digest cannot be named.
- The newest come first: beyond a number of files a project waits (``priority``).
"""

import datetime as dt
from collections.abc import Iterator

import structlog

from airlock.errors import InvalidFilename
from airlock.gate.watch.priority import Priorities
from airlock.model import ArtifactName, ListedFile, ProjectListing, Release
from airlock.model.watching import DueProject, Work

_log = structlog.get_logger("airlock.watch")
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Before everything that was published."""


def works_of(
    due: DueProject, listing: ProjectListing, since: dt.datetime, priorities: Priorities
) -> Iterator[Work]:
    """Yield the works that come of a page: a file each that was published since a time."""
    files = sorted(
        (file for file in listing.files if _is_wanted(file, since)), key=_age, reverse=True
    )
    urgent = priorities.of_files(due.project, len(files), everything=due.everything)
    for file, priority in zip(files, urgent, strict=True):
        try:
            version = ArtifactName.parse(file.filename).version
        except InvalidFilename:
            _log.warning("unreadable-name", project=due.project, file=file.filename[:200])
            continue
        release = Release(
            project=due.project,
            version=version,
            source=due.source,
            listed=file,
            status=listing.status,
            project_since=listing.first_upload,
        )
        yield Work(release=release, priority=priority)


def remembered(due: DueProject) -> ProjectListing | None:
    """Return what makes an index say that nothing changed, where it may say so."""
    if not due.etag or due.everything or due.wanted > due.seen:
        return None
    return ProjectListing(
        project=due.project,
        source=due.source,
        files=(),
        fetched_at=NEVER,
        last_serial=max(due.seen, 0) or None,
        etag=due.etag,
    )


def _is_wanted(file: ListedFile, since: dt.datetime) -> bool:
    return file.sha256 is not None and (file.upload_time is None or file.upload_time >= since)


def _age(file: ListedFile) -> dt.datetime:
    return file.upload_time or NEVER
