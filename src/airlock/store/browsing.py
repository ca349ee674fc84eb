"""The port for what pages ask: counts, lists and searches over everything that is known.

- Nothing here decides; what a door rules is asked of the door.
- No method reads the documents of verdicts, and none takes longer where more is known but for its
  indexes: pages are made anew for each reader.
"""

import datetime as dt
from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model import Decision, ProjectName
from airlock.model.access import Within
from airlock.model.description import Description
from airlock.model.serving import Serving
from airlock.store.interface import Standing


class Judged(NamedTuple):
    """How many verdicts of one day decide so."""

    day: dt.date
    """In UTC."""
    decision: Decision
    number: int


class Totals(NamedTuple):
    """How much is known here."""

    artifacts: int
    projects: int
    standing: dict[Decision, int]
    """Of the newest verdicts: how many hold or refuse."""

    @property
    def refused(self) -> int:
        """How many files are refused."""
        return self.standing.get(Decision.REFUSE, 0)


class Waiting(NamedTuple):
    """What is held by its newest verdict and by nobody let in or kept out."""

    since: tuple[dt.datetime, ...]
    """In UTC; the oldest first."""


class Numbered(NamedTuple):
    """A verdict and its place in the order in which they were added."""

    seq: int
    standing: Standing


class FoundProject(NamedTuple):
    """A project, in a list."""

    project: ProjectName
    description: Description | None
    """``None``: nothing of it says anything."""
    standing: dict[Decision, int]
    """How many of its files are admitted, held, refused."""


class Browsing(ABC):
    """Answers pages. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def judged(self, since: dt.date) -> tuple[Judged, ...]:
        """Return how many verdicts there were, by day and decision, from a day on."""

    @abstractmethod
    def totals(self) -> Totals:
        """Return how much is known."""

    @abstractmethod
    def waiting(self, now: dt.datetime) -> Waiting:
        """Return since when each thing waits that a person has to look at."""

    @abstractmethod
    def standings(
        self,
        *,
        decision: Decision | None,
        project: str,
        before: int | None,
        limit: int,
        within: Within = (),
    ) -> tuple[Numbered, ...]:
        """Return where digests stand now, the newest first.

        Args:
            decision: only those that are decided so.
            project: only those of projects whose names begin so.
            before: only those whose verdict was added before the one with this number.
            limit: how many at most.
            within: only those of projects that these cover.
        """

    @abstractmethod
    def verdicts_on(self, project: ProjectName, limit: int) -> tuple[Standing, ...]:
        """Return the last verdicts on files of a project, those that stand no more, too."""

    @abstractmethod
    def find(
        self, text: str, *, offset: int, limit: int, within: Within = ()
    ) -> tuple[FoundProject, ...]:
        """Return the projects whose name or summary has a text, what is named so first.

        Args:
            text: that they have.
            offset: how many are passed over.
            limit: how many at most.
            within: only those that these cover.
        """

    @abstractmethod
    def described(self, project: ProjectName) -> Description | None:
        """Return what a project says of itself."""

    @abstractmethod
    def dependents(self, project: ProjectName, limit: int) -> tuple[ProjectName, ...]:
        """Return the projects that require a project by their newest release here, sorted."""

    @abstractmethod
    def served(self, project: ProjectName) -> tuple[Serving, ...]:
        """Return who got files of a project, the last first."""
