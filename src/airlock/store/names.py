"""The port for what is known of names, apart from artifacts: owners, verdicts, names nobody has.

- Claims and verdicts on names are only ever added.
- Sightings of phantom names are counts: they add up, and the least asked give way to newer ones
  where there are too many, so that nobody can fill the disk by asking.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable

from airlock.model import Decision, ProjectName
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim
from airlock.model.phantom import Sighting


class NameRecords(ABC):
    """What is known of names; a part of ``Store``, with its promises."""

    @abstractmethod
    def add_claims(self, claims: Iterable[Claim]) -> None:
        """Add claims, all or none; each is later than those before it, whatever its time says."""

    @abstractmethod
    def bind(self, claim: Claim) -> None:
        """Add a claim on one name, unless there is one in force on this very name."""

    @abstractmethod
    def claims_on(self, project: ProjectName) -> tuple[Claim, ...]:
        """Return every claim whose pattern covers a project, the oldest first.

        Also those that are no longer in force: ``Ownership`` decides.
        """

    @abstractmethod
    def claims(self, *, first_seen: bool) -> tuple[Claim, ...]:
        """Return every claim, the oldest first; on request with what was only first seen."""

    @abstractmethod
    def append_name_verdict(self, verdict: NameVerdict) -> None:
        """Add a verdict on a name; it is the latest from now on, whatever its time says."""

    @abstractmethod
    def latest_name_verdict(self, project: ProjectName) -> NameVerdict | None:
        """Return the verdict on a name that was added last."""

    @abstractmethod
    def name_verdicts(self, project: ProjectName) -> tuple[NameVerdict, ...]:
        """Return every verdict on a name, the oldest first."""

    @abstractmethod
    def names_decided(self, decision: Decision, *, limit: int) -> tuple[NameVerdict, ...]:
        """Return the latest verdicts on names that decide so, the newest first."""

    @abstractmethod
    def add_sightings(self, sightings: Iterable[Sighting], *, most: int) -> None:
        """Add counts to those with the same key.

        Args:
            sightings: counts since the last call.
            most: how many different keys are kept; of those beyond, the ones go whose project was
                asked for least, of equals the ones that were asked for least or longest ago.
        """

    @abstractmethod
    def sightings(self, since: dt.datetime) -> tuple[Sighting, ...]:
        """Return the sightings that were last asked for at or after a time, sorted by key."""
