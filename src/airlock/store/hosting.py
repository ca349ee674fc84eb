"""The port for what this index hosts, and for what it knows of files beside their verdicts.

- Uploads, remarks and first sights are only ever added. A file name is uploaded once.
- ``changes`` tells what may look different to a client, whichever process caused it, so that what
  was rendered once can be served until then.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from airlock.model import ProjectName, Sha256
from airlock.model.hosting import Remark, Upload
from airlock.model.ownership import Claim

FileKey = tuple[Sha256, str]
"""The bytes and the name under which they are offered."""


class Sight(NamedTuple):
    """When a file was first seen in a listing."""

    at: dt.datetime
    """In UTC, by our clock."""
    with_project: bool
    """It was there already when its project was first asked for."""


class Change(NamedTuple):
    """Something that a client may see was changed."""

    serial: int
    """Rises with every change."""
    project: ProjectName | None
    """``None``: all of them."""


class HostingRecords(ABC):
    """What is hosted; a part of ``Store``, with its promises."""

    @abstractmethod
    def add_upload(self, upload: Upload, claim: Claim) -> None:
        """Add an upload, and with it the claim that its project belongs here.

        Raises:
            NameTaken: if there is an upload of that file name already; nothing is changed then.
        """

    @abstractmethod
    def add_release(
        self, uploads: Sequence[tuple[Upload, Claim]], remarks: Sequence[Remark]
    ) -> None:
        """Add uploads, each with its claim, and remarks: all of them or none.

        Raises:
            NameTaken: if there is an upload of one of the file names already.
        """

    @abstractmethod
    def uploads(self, project: ProjectName) -> tuple[Upload, ...]:
        """Return the uploads of a project, the oldest first."""

    @abstractmethod
    def upload_named(self, filename: str) -> Upload | None:
        """Return the upload of a file name."""

    @abstractmethod
    def hosted_projects(self) -> tuple[ProjectName, ...]:
        """Return the projects with uploads, sorted."""

    @abstractmethod
    def add_remark(self, remark: Remark) -> None:
        """Add a remark; it counts from now on, whatever its time says."""

    @abstractmethod
    def remarks(self, project: ProjectName) -> tuple[Remark, ...]:
        """Return the remarks on a project, the oldest first."""

    @abstractmethod
    def core_metadata(self, project: ProjectName) -> dict[FileKey, Sha256]:
        """Return the digests of the core metadata of the files of a project."""

    @abstractmethod
    def first_sights(self, project: ProjectName) -> dict[FileKey, Sight]:
        """Return when each file of a project was first seen in a listing."""

    @abstractmethod
    def changes(self, after: int) -> tuple[Change, ...]:
        """Return the latest change of everything that changed after a serial, in any order."""

    @abstractmethod
    def serials(self) -> dict[ProjectName, int]:
        """Return the serial of the latest change of every project that ever changed."""

    @abstractmethod
    def fingerprint(self) -> int | None:
        """Return a number that differs if another connection wrote meanwhile; in microseconds.

        Called in an event loop. ``None`` if the store cannot tell that fast; then ``changes`` has
        to be asked every now and then.
        """


def newest(changes: Iterable[Change], before: int) -> int:
    """Return the highest serial."""
    return max((change.serial for change in changes), default=before)
