"""The port for trusted publishers, and for the assertions that were used up."""

import datetime as dt
from abc import ABC, abstractmethod

from airlock.model import ProjectName, Sha256
from airlock.model.people import Stamp
from airlock.model.publishing import Publisher


class Publishers(ABC):
    """Which workflows may publish. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def add(self, publisher: Publisher, stamp: Stamp) -> None:
        """Add a publisher; with an entry in the log."""

    @abstractmethod
    def remove(self, publisher_id: str, stamp: Stamp) -> None:
        """Take a publisher away, with an entry in the log; its tokens end with it.

        Raises:
            TargetNotFound: if there is no such publisher.
        """

    @abstractmethod
    def every(self, project: ProjectName | None = None) -> tuple[Publisher, ...]:
        """Return all publishers, or those of a project, the oldest first."""

    @abstractmethod
    def use_up(self, assertion: Sha256, until: dt.datetime, now: dt.datetime) -> bool:
        """Note that an assertion was used; tell whether it was not before, in any process.

        Args:
            assertion: the digest of what makes it unique.
            until: when it is worth nothing anyway; it is remembered until then.
            now: what ended before is forgotten.
        """
