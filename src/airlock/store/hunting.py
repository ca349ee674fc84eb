"""The port of hunting: what is known of every scan, in a form that can be searched.

It is made of the verdicts, follows them, and can be made anew: nothing in it is a truth of its own.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from airlock.model import Verdict
from airlock.model.hunting import Hit, Kind, Observation, Query, Run, Scan
from airlock.profiles import Profile


class Unread(NamedTuple):
    """A verdict that hunts do not know yet."""

    number: int
    verdict: Verdict
    profile: Profile | None


class Hunting(ABC):
    """What can be hunted for. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def unread(self, limit: int) -> tuple[Unread, ...]:
        """Return verdicts that are newer than all that are known, in their order."""

    @abstractmethod
    def learn(self, scans: Iterable[tuple[Scan, Collection[Observation]]], upto: int) -> None:
        """Add what is known of scans, in place of what was known of the same files.

        What somebody else has added meanwhile stays as it is.
        """

    @abstractmethod
    def find(self, query: Query, limit: int) -> tuple[Scan, ...]:
        """Return the scans that a query describes, the newest first.

        Raises:
            UsageError: if a date in it is none.
        """

    @abstractmethod
    def shared(
        self, scans: Collection[int], kinds: Collection[Kind]
    ) -> Iterator[tuple[Observation, tuple[int, ...]]]:
        """Yield what several scans share and nothing that was admitted has, with their numbers."""

    @abstractmethod
    def run(self, run: Run, at: dt.datetime) -> Run:
        """Return how far a run is, beginning it if need be."""

    @abstractmethod
    def advance(self, before: Run, run: Run, hits: Iterable[Hit]) -> bool:
        """Record how far a run is, with what it found since it was somewhere before.

        Returns:
            False if somebody else has moved it meanwhile: then nothing was recorded.
        """

    @abstractmethod
    def hits(self, run_id: str) -> tuple[Hit, ...]:
        """Return what a run found."""

    @abstractmethod
    def forget(self, run_id: str) -> None:
        """Let a run begin anew."""
