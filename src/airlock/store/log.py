"""The port for the log of every decision and change (``airlock.model.log``).

- Entries are only ever added, each in the transaction of what it tells.
- Their numbers are without gaps, also where several processes add.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from airlock.model.log import Anchor, Entry, Event, Verification


class Log(ABC):
    """What was decided and changed. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def record(self, event: Event) -> Entry:
        """Add an event that no other change of the store goes with."""

    @abstractmethod
    def head(self) -> Anchor | None:
        """Return the anchor of the last entry."""

    @abstractmethod
    def entries(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return the entries that follow a number, in their order."""

    @abstractmethod
    def latest(self, limit: int, *, kind: str = "", subject: str = "") -> tuple[Entry, ...]:
        """Return the last entries, the newest first; of a kind, or about a subject."""

    @abstractmethod
    def verify(self, anchors: Iterable[Anchor]) -> Verification:
        """Look through all of it."""
