"""What is hosted, in a database: the part of the store that ``hosting`` describes.

What decides or changes something adds to the log in the same transaction (``events``).
"""

from collections.abc import Sequence

from airlock.model import ProjectName, Sha256
from airlock.model.hosting import Remark, Upload
from airlock.model.ownership import Claim
from airlock.store import change_rows, events, hosting_rows, log_rows
from airlock.store.engine import Database
from airlock.store.hosting import Change, FileKey, HostingRecords, Sight


class SqlHosting(HostingRecords):
    """What is hosted, in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_upload(self, upload: Upload, claim: Claim) -> None:
        """Add an upload."""
        with self._database.writing() as connection:
            hosting_rows.add_upload(connection, upload, claim)
            log_rows.append(connection, events.of_upload(upload))

    def add_release(
        self, uploads: Sequence[tuple[Upload, Claim]], remarks: Sequence[Remark]
    ) -> None:
        """Add uploads and remarks in one transaction."""
        with self._database.writing() as connection:
            for upload, claim in uploads:
                hosting_rows.add_upload(connection, upload, claim)
                log_rows.append(connection, events.of_upload(upload))
            for remark in remarks:
                hosting_rows.add_remark(connection, remark)
                log_rows.append(connection, events.of_remark(remark))

    def uploads(self, project: ProjectName) -> tuple[Upload, ...]:
        """Return the uploads of a project."""
        with self._database.reading() as connection:
            return hosting_rows.of_project(connection, project)

    def upload_named(self, filename: str) -> Upload | None:
        """Return the upload of a file name."""
        with self._database.reading() as connection:
            return hosting_rows.named(connection, filename)

    def hosted_projects(self) -> tuple[ProjectName, ...]:
        """Return the projects with uploads."""
        with self._database.reading() as connection:
            return hosting_rows.projects(connection)

    def add_remark(self, remark: Remark) -> None:
        """Add a remark."""
        with self._database.writing() as connection:
            hosting_rows.add_remark(connection, remark)
            log_rows.append(connection, events.of_remark(remark))

    def remarks(self, project: ProjectName) -> tuple[Remark, ...]:
        """Return the remarks on a project."""
        with self._database.reading() as connection:
            return hosting_rows.remarks_on(connection, project)

    def core_metadata(self, project: ProjectName) -> dict[FileKey, Sha256]:
        """Return the digests of the core metadata of a project's files."""
        with self._database.reading() as connection:
            return hosting_rows.core_metadata_of(connection, project)

    def first_sights(self, project: ProjectName) -> dict[FileKey, Sight]:
        """Return when each file of a project was first seen."""
        with self._database.reading() as connection:
            return hosting_rows.sights(connection, project)

    def changes(self, after: int) -> tuple[Change, ...]:
        """Return what changed after a serial."""
        with self._database.reading() as connection:
            return change_rows.after(connection, after)

    def serials(self) -> dict[ProjectName, int]:
        """Return the serial of every project."""
        with self._database.reading() as connection:
            return change_rows.serials(connection)

    def fingerprint(self) -> int | None:
        """Return a number that differs if another connection wrote."""
        return self._database.fingerprint()
