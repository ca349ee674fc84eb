"""The port for profiles: what is kept of an artifact for the comparison with its successors.

- A profile can be made again from its blob: it may be replaced, and one that cannot be read back,
  or was made by another version of Airlock, is none.
"""

from abc import ABC, abstractmethod

import msgspec

from airlock.model import ProjectName, Sha256
from airlock.profiles import Profile


class ProfiledFile(msgspec.Struct, frozen=True):
    """A file of a project whose profile is kept."""

    sha256: Sha256
    filename: str


class ProfileRecords(ABC):
    """What is kept of artifacts; a part of ``Store``, with its promises."""

    @abstractmethod
    def profiled(self, project: ProjectName) -> tuple[ProfiledFile, ...]:
        """Return the files of a project with a profile of today's version, in any order."""

    @abstractmethod
    def profile(self, project: ProjectName, file: ProfiledFile) -> Profile | None:
        """Return the profile of a file, if there is one of today's version."""
