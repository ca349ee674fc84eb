"""The port for what an examination reads of an artifact, beside what it finds."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model import ProjectName, Sha256
from airlock.model.description import Description
from airlock.profiles import Profile
from airlock.store.hosting import FileKey


class Reading(NamedTuple):
    """What was read of a file; ``None`` for what it does not say, or not for certain."""

    project: ProjectName
    file: FileKey
    profile: Profile | None = None
    """For the comparison with its successors."""
    core_metadata: Sha256 | None = None
    """The blob that is offered beside the file (PEP 658)."""
    description: Description | None = None
    """What it says of its project; what a later version said is kept."""


class ReadingRecords(ABC):
    """What is read of files; a part of ``Store``, with its promises."""

    @abstractmethod
    def keep_reading(self, reading: Reading) -> None:
        """Keep what was read of a file instead of what was read before, all of it or nothing."""
